"""`sentinel sector`: the answers of many organisations, scored side by side, and what may be told of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.lazy import LazyGroup
from sentinel.cli.options import AS_OF, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.model.records import record_of
from sentinel.model.text import counted
from sentinel.sector import Reader, Taken, score_all, scorer, site_files, take_in

PLACES = click.Path(exists=True, path_type=Path)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


MEMBERS = (
    Column("number", lambda item: item["member"]["number"]),
    Column("type", lambda item: item["member"]["kind"]),
    Column("benchmark", lambda item: "yes" if item["member"]["agreed"] else "no"),
    Column("answered", lambda item: item["answered"] or "–"),
    Column("score", lambda item: _number(item["standing"] and item["standing"]["score"])),
    Column("coverage", lambda item: _number(item["standing"] and item["standing"]["coverage"])),
    Column("worst case", lambda item: _number(item["standing"] and item["standing"]["worst_case"])),
    Column("level", lambda item: item["standing"]["level"] if item["standing"] else "not scored"),
    Column("name", lambda item: item["member"]["name"], grow=True),
)


@click.group(cls=LazyGroup)
def sector() -> None:
    """Hold the answers of many organisations side by side: score them, and tell of all without naming one."""


sector.places = {
    "benchmark": "sentinel.cli.sector_benchmark:benchmark",
}


@sector.command("import", epilog="Example: sentinel sector import answers/ --store sector.db")
@click.argument("places", metavar="FOLDER|SITE.toml…", nargs=-1, required=True, type=PLACES)
@AS_OF
@asks("content", "store", "quiet")
def import_(asked: Asked, places: tuple[Path, ...], as_of: datetime | None) -> int:
    """Take in organisations with their answers. A file with faults is told in one line; the others are taken."""
    store, told = asked.open_store(), Taken()
    reader = Reader.load(asked.content_folder(), day(as_of))
    try:
        take_in(asked.progress.track("reading answers", site_files(places)), reader, store.sector(), told)
    finally:
        store.close()
        for refused in told.refused:
            say(f"not taken: {refused.why}")
        say(f"{counted(told.taken, 'organisation')} taken in, {counted(len(told.refused), 'file')} not")
    return ExitCode.PARTIAL if told.refused and told.taken else ExitCode.ERROR if told.refused else ExitCode.CLEAN


@sector.command("score", epilog="Example: sentinel sector score --store sector.db")
@click.option("--again", is_flag=True, help="Also those that were scored for this day and this checklist before.")
@AS_OF
@asks("content", "store", "quiet")
def score(asked: Asked, again: bool, as_of: datetime | None) -> int:  # noqa: FBT001 -- click passes every option by name
    """Score every organisation by its answers alone; cut off, it goes on where it was when it is run again."""
    store, by = asked.open_store(), scorer(asked.content_folder(), day(as_of))
    kept = store.sector()
    if again:
        kept.forget_standings()
    done = unasked = 0
    for standing in asked.progress.track("scoring", score_all(kept, by)):
        done, unasked = done + 1, unasked + bool(standing.unasked)
    store.close()
    say(f"{counted(done, 'organisation')} scored against {by.catalogue.id} {by.catalogue.version}, by answers alone")
    if unasked:
        say(
            f"{counted(unasked, 'organisation')} answered something that this checklist does not ask; it counts nowhere"
        )
    return ExitCode.CLEAN


@sector.command("list", epilog="Example: sentinel sector list --type municipality --format csv")
@click.option("--type", "kind", default="", help="Only this type of organisation.")
@asks("store", "form")
def list_(asked: Asked, kind: str) -> int:
    """List organisations with their three numbers. This list holds names: it is not for publishing."""
    store = asked.open_store()
    emit((record_of(row) for row in store.sector().rows(kind)), MEMBERS, asked.form)
    store.close()
    return ExitCode.CLEAN


def day(as_of: datetime | None) -> date:
    """Return the day to look from: `--as-of`, or today."""
    return as_of.date() if as_of else datetime.now(UTC).astimezone().date()
