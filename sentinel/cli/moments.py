"""Moments on the command line: a day with a time, in Oslo where no zone is given."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from sentinel.comply.breach.case import YEARS
from sentinel.comply.clocks import moment


def a_moment(ctx: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    """Return a moment in UTC, or none where none was given; a usage error for anything else."""
    del ctx, option
    try:
        found = datetime.fromisoformat(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"'{value}' is not a moment as 2026-11-20T14:05") from error
    if found and found.year not in YEARS:
        raise click.BadParameter(f"takes years from {YEARS.start} to {YEARS.stop - 1}")
    return moment(found) if found else None


def or_now(value: datetime | None) -> datetime:
    """Return a moment that was given, or this one."""
    return value or datetime.now(UTC)


AT = click.option(
    "--at", callback=a_moment, metavar="MOMENT", help="Look from this moment, as clocks in Oslo show it (default: now)."
)
LATE = click.option(
    "--fail-on", type=click.Choice(["near", "passed"]), help="Exit 1 where a deadline is near or passed."
)
GRAVE = {None: frozenset[str](), "near": frozenset({"near", "passed"}), "passed": frozenset({"passed"})}
"""The states of a deadline that are as grave as `--fail-on` says."""
