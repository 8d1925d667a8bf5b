"""`sentinel clocks`: when the periods of laws end that began at one moment."""

from __future__ import annotations

from datetime import datetime

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.moments import AT, GRAVE, LATE, a_moment, or_now
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.comply.clocks import OSLO, count, in_force, load_clocks
from sentinel.model.clocks import Clock
from sentinel.model.records import Record, deadline_record


def _shown(written: str) -> str:
    return f"{datetime.fromisoformat(written).astimezone(OSLO):%Y-%m-%d %H:%M}"


def _latest(item: Record) -> str:
    made = item["deadline"]
    return "" if made["latest"] == made["due"] else _shown(made["latest"])


COLUMNS = (
    Column("clock", lambda item: f"{item['clock']['id']}{', extended' if item['deadline']['extended'] else ''}"),
    Column("due", lambda item: _shown(item["deadline"]["due"])),
    Column("at latest", _latest),
    Column("hours left", lambda item: f"{item['hours_left']:.1f}"),
    Column("state", lambda item: item["state"]),
    Column("law", lambda item: f"{item['clock']['law']['source']} {item['clock']['law']['place']}", grow=True),
    Column("sure", lambda item: item["clock"]["law"]["confidence"]),
)


@click.command(epilog="Example: sentinel clocks --from 2026-11-20T14:05 --only gdpr-36 --paused 10")
@click.option("--from", "begun", callback=a_moment, metavar="MOMENT", required=True, help="When the period began.")
@click.option(
    "--only", metavar="CLOCK", multiple=True, help="Only this clock; repeatable (default: all in force then)."
)
@click.option("--paused", type=click.IntRange(0, 3650), default=0, help="Days for which the period was suspended.")
@AT
@LATE
@asks("content", "form")
def clocks(
    asked: Asked, begun: datetime, only: tuple[str, ...], paused: int, at: datetime | None, fail_on: str | None
) -> int:
    """Tell when periods of laws end: by the reading that ends first, and beside it the one that ends last.

    A period that the law lets be extended has a second row. Times are those of Oslo; what is counted in days ends with
    its day, so at the midnight after it.
    """
    counted = [
        count(clock, begun, or_now(at), extended=extended, paused=paused)
        for clock in _chosen(asked, begun, only)
        for extended in ((False, True) if clock.extension else (False,))
    ]
    emit(map(deadline_record, counted), COLUMNS, asked.form)
    return ExitCode.FOUND if any(one.state in GRAVE[fail_on] for one in counted) else ExitCode.CLEAN


def _chosen(asked: Asked, begun: datetime, only: tuple[str, ...]) -> list[Clock]:
    running = in_force(load_clocks(asked.content_folder()), begun.astimezone(OSLO).date())
    strange = sorted(set(only) - set(running))
    if strange:
        raise click.UsageError(f"no clock '{strange[0]}' in force then; there are {', '.join(running) or 'none'}")
    return [clock for name, clock in running.items() if not only or name in only]
