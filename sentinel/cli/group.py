"""`sentinel group`: an owner and its units, each by itself and all side by side."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from sentinel.cli.options import AS_OF, FILES, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.signed import sign_written
from sentinel.cli.summary import say, say_all, say_people
from sentinel.comply.group_file import GroupSites, read_group
from sentinel.grouping import assess_group
from sentinel.model.groups import Group, Range
from sentinel.model.records import record_of
from sentinel.report.group.files import write_group


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


UNITS = (
    Column("number", lambda item: item["number"]),
    Column("level", lambda item: item["level"] if item["assessed"] else f"{item['level']}, nobody looked"),
    Column("score", lambda item: _number(item["score"])),
    Column("coverage", lambda item: _number(item["coverage"])),
    Column("worst case", lambda item: _number(item["worst_case"])),
    Column("open gates", lambda item: f"{len(item['open_gates'])} of {item['gates']}"),
    Column("inherited", lambda item: str(item["inherited"])),
    Column("unit", lambda item: item["name"], grow=True),
)


@click.group("group")
def group() -> None:
    """Score an owner's units, each by itself and side by side: nothing is averaged."""


@group.command("score", epilog="Example: sentinel group score examples/municipality/group.toml")
@click.argument("group_file", metavar="GROUP.toml", type=FILES)
@AS_OF
@asks("content", "form")
def score(asked: Asked, group_file: Path, as_of: datetime | None) -> int:
    """Score each unit by its answers and what it inherits, the worst first; or the whole group as JSON."""
    sites = read_group(group_file)
    found = assess_group(sites, asked.content_folder(), _day(as_of, sites))
    if asked.form == "json":
        emit([record_of(found)], (), "json")
    else:
        emit(map(record_of, found.units), UNITS, asked.form)
    _say(sites, found)
    return asked.exit_code(())


@group.command("report", epilog="Example: sentinel group report examples/municipality/group.toml --out out/group")
@click.argument("group_file", metavar="GROUP.toml", type=FILES)
@click.option("--out", metavar="DIR", default="out", show_default=True, help="Where the documents go.")
@AS_OF
@asks("content", "sign")
def report(asked: Asked, group_file: Path, out: str, as_of: datetime | None) -> int:
    """Write the overview of a group: group.json, and a page and a paper in each language of the group file."""
    sites = read_group(group_file)
    folder, wanted = asked.content_folder(), sites.file.report
    found = assess_group(sites, folder, _day(as_of, sites))
    written = write_group(found, wanted.tlp, Path(out), wanted.languages, folder)
    say_all(f"wrote {path}" for path in written)
    sign_written(asked, written, Path(out), found.as_of)
    _say(sites, found)
    return asked.exit_code(())


def _day(as_of: datetime | None, sites: GroupSites) -> date:
    """Return the day for every unit: `--as-of`, the group file's, or today."""
    return as_of.date() if as_of else sites.file.report.as_of or datetime.now(UTC).astimezone().date()


def _say(sites: GroupSites, found: Group) -> None:
    for site in sites.sites:
        say_people(site)
    levels = ", ".join(f"{count} {level}" for level, count in found.levels.items())
    say(f"{len(found.units)} units: {levels}; the worst decides, so the group is {found.level}")
    if found.unseen:
        say(f"units where nobody has assessed anything: {found.unseen}")
    ranges = (("score", found.score), ("coverage", found.coverage), ("worst case", found.worst_case))
    say("from the lowest to the highest unit: " + ", ".join(f"{name} {_span(span)}" for name, span in ranges))
    say(f"measurements laid beside in {len(found.measured)} of {len(found.units)} units; the others are answers alone")


def _span(span: Range) -> str:
    return f"{_number(span.lowest)} to {_number(span.highest)}"
