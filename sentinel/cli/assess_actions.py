"""`sentinel assess actions`: what to do about the gaps, what became of it, and the same for Excel and a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say, say_people
from sentinel.model.compliance import Action
from sentinel.model.records import Record, record_of
from sentinel.model.text import LANGUAGES, Language, counted
from sentinel.report.placing import write_file
from sentinel.settings import Site, read_site
from sentinel.share.action_calendar import calendar
from sentinel.share.action_workbook import workbook


def _state(item: Record) -> str:
    """Return what became of an action; one that is said to be done and mended nothing is not called done."""
    if item["same_as"]:
        return f"see {item['same_as']}"
    if item["overdue"]:
        return "overdue"
    if item["state"] == "done" and item["open"]:
        return "done, still open"
    return str(item["state"])


SHOWN = (
    Column("id", lambda item: item["id"]),
    Column("state", _state),
    Column("due", lambda item: item["due"]),
    Column("action", lambda item: item["title"]["nb"], grow=True),
    Column("owner", lambda item: item["owner"] or item["who"]["nb"], grow=True),
)
COLUMNS = (
    *SHOWN,
    Column("costs", lambda item: "; ".join(filter(None, (item["hours"]["nb"], item["money"]["nb"])))),
    Column("mends", lambda item: " ".join(item["requirements"])),
    Column("pack", lambda item: item["pack"]),
    Column("same as", lambda item: item["same_as"]),
)
OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("actions", epilog="Example: sentinel assess actions examples/clinic/site.toml --xlsx tiltak.xlsx")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--xlsx", type=OUT, help="Write them as a workbook too.")
@click.option("--ics", type=OUT, help="Write the open ones as a calendar too, each on the day it is due.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Of those files.")
@AS_OF
@asks("content", "form")
def actions(
    asked: Asked, site_file: Path, xlsx: Path | None, ics: Path | None, language: Language, as_of: datetime | None
) -> int:
    """Tell what to do about what the answers say is not in place, most pressing first, and what became of it.

    First for Normen, then for each pack that the site answers; a deed that Normen asks for already is referred to. By
    the answers alone: `sentinel run` also knows what was measured. What became of an action stands in the file that
    `actions` in `[assessment]` names. Exit 0, also where something is overdue.
    """
    site = read_site(site_file)
    day = day_of(as_of, site)
    say_people(site)
    found = flows.actions_of(site, asked.content_folder(site), day)
    emit(map(record_of, found), COLUMNS if asked.form == "csv" else SHOWN, asked.form)
    _write(found, site, day, {"xlsx": xlsx, "ics": ics}, language)
    _tell(found)
    return asked.exit_code(())


def _write(found: Sequence[Action], site: Site, day: date, places: dict[str, Path | None], language: Language) -> None:
    number = site.file.organisation.number
    files = {
        "xlsx": lambda: workbook(found, day, language),
        "ics": lambda: calendar(found, number, day, language).encode(),
    }
    for kind, place in places.items():
        if place:
            _put(place, files[kind]())


def _put(place: Path, data: bytes) -> None:
    try:
        write_file(place, data)
    except OSError as error:
        raise click.FileError(str(place), error.strerror or "cannot be written") from error
    say(f"wrote {place}")


def _tell(found: Sequence[Action]) -> None:
    own = [action for action in found if not action.same_as]
    overdue = [action.id for action in own if action.overdue]
    undone = [action.id for action in own if action.state == "done" and action.open]
    say(f"{counted(sum(action.open for action in own), 'action')} open, {len(overdue)} overdue")
    if referred := len(found) - len(own):
        say(f"{counted(referred, 'action')} of packs told under Normen already, and not counted twice")
    if overdue:
        say(f"overdue: {', '.join(overdue)}")
    if undone:
        say(f"said to be done, and what they mend is not in place: {', '.join(undone)}")
