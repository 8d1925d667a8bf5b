"""`sentinel findings`: weak points, who has them, until when they are accepted, and whether they are mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

import click
import orjson

from sentinel.cli.app import ExitCode
from sentinel.cli.letter import letter
from sentinel.cli.listing import AT_LEAST
from sentinel.cli.options import WORDS, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.cli.writing import must_be_free, save_all
from sentinel.model.history import Decision, Tracked
from sentinel.model.records import tracked_record
from sentinel.model.severity import Severity
from sentinel.model.text import counted
from sentinel.scan.ranking import rank_of
from sentinel.share.cyclonedx import write_cyclonedx
from sentinel.share.finding_table import write_finding_table
from sentinel.share.ocsf_findings import write_ocsf_findings
from sentinel.share.sarif import write_sarif
from sentinel.store.store import Store

COLUMNS = (
    Column("rank", lambda found: "" if found["rank"] is None else f"{found['rank']['score']:.0f}"),
    Column("severity", lambda found: found["severity"]),
    Column("claim", lambda found: found["claim"]),
    Column("state", lambda found: found["life"]["state"]),
    Column("finding", lambda found: found["title"]["en"], grow=True),
    Column("last seen", lambda found: found["life"]["last_day"]),
    Column("id", lambda found: found["id"][:12]),
)
Writer: TypeAlias = Callable[[Sequence[Tracked], datetime], Iterator[str]]
WRITERS: Mapping[str, Writer] = {
    "csv": write_finding_table,
    "cyclonedx": write_cyclonedx,
    "jsonl": lambda found, _: (f"{orjson.dumps(tracked_record(one)).decode()}\n" for one in found),
    "ocsf": write_ocsf_findings,
    "sarif": write_sarif,
}
STATES = click.Choice(["open", "accepted", "cleared", "fixed", "all"])
_DAY = click.DateTime(["%Y-%m-%d"])
_BY = click.option("--by", required=True, type=WORDS, metavar="NAME", help="Who decides.")
_SITE = click.option("--site", default="", help="Only those of one site.")


@click.group()
def findings() -> None:
    """Weak points of what was scanned."""


@findings.command("list", epilog="Example: sentinel findings list --state all --fail-on high")
@AT_LEAST
@click.option("--state", type=STATES, default="open", show_default=True, help="Only findings in this state.")
@_SITE
@asks("store", "form", "fail_on")
def list_findings(asked: Asked, at_least: str, state: str, site: str) -> int:
    """List findings, what to mend first on top. Those that are accepted come back when that has run out."""
    found = [one for one in _tracked(asked.open_store(), at_least, site) if state in {"all", one.state}]
    found.sort(key=lambda one: -rank_of(one.finding).score)  # equals stay as they came, the gravest first
    emit(map(tracked_record, found), COLUMNS, asked.form)
    return asked.exit_code(one.finding.severity for one in found if one.state == "open")


@findings.command("show", epilog="Example: sentinel findings show 3fa9")
@click.argument("finding", metavar="ID")
@asks("store")
def show_finding(asked: Asked, finding: str) -> int:
    """Show a finding whole, with all that was decided about it. The start of its id is enough."""
    emit([tracked_record(_one(asked.open_store(), finding))], (), "json")
    return ExitCode.CLEAN


@findings.command("accept", epilog='Example: sentinel findings accept 3fa9 --until 2027-01-31 --by "Kari" --reason "…"')
@click.argument("finding", metavar="ID")
@click.option("--until", type=_DAY, required=True, help="The last day that it is accepted.")
@click.option("--reason", required=True, type=WORDS, help="Why it may stay so long.")
@_BY
@asks("store")
def accept_finding(asked: Asked, finding: str, until: datetime, reason: str, by: str) -> int:
    """Accept a finding until a day, with name and reason; after that day it is open again."""
    if until.date() < _today():
        raise click.UsageError(f"--until {until.date()} has passed")
    return _decide(asked, finding, Decision("accept", datetime.now(UTC), by, reason, until.date()))


@findings.command("reopen", epilog='Example: sentinel findings reopen 3fa9 --by "Kari" --reason "…"')
@click.argument("finding", metavar="ID")
@click.option("--reason", required=True, type=WORDS, help="Why it is not accepted any more.")
@_BY
@asks("store")
def reopen_finding(asked: Asked, finding: str, reason: str, by: str) -> int:
    """Take an acceptance back."""
    return _decide(asked, finding, Decision("reopen", datetime.now(UTC), by, reason))


@findings.command(
    "assign", epilog='Example: sentinel findings assign 3fa9 --owner "Medisinsk teknikk" --due 2027-01-31 --by "Kari"'
)
@click.argument("finding", metavar="ID")
@click.option("--owner", metavar="NAME", type=WORDS, help="Who sees to it.")
@click.option("--due", type=_DAY, help="Until when.")
@click.option("--control", metavar="TEXT", type=WORDS, help="What limits the harm until then.")
@_BY
@asks("store")
def assign_finding(
    asked: Asked, finding: str, owner: str | None, due: datetime | None, control: str | None, by: str
) -> int:
    """Say who sees to a finding, until when, and what limits the harm until then."""
    now = datetime.now(UTC)
    told = [Decision("owner", now, by, owner)] if owner else []
    told += [Decision("due", now, by, "", due.date())] if due else []
    told += [Decision("control", now, by, control)] if control else []
    if not told:
        raise click.UsageError("give --owner, --due or --control")
    return _decide(asked, finding, *told)


@findings.command("export", epilog="Example: sentinel findings export --write sarif=findings.sarif")
@AT_LEAST
@_SITE
@click.option(
    "--write", "writes", multiple=True, metavar="FORMAT=FILE", help=f"One of {', '.join(WRITERS)}; repeatable."
)
@asks("store")
def export_findings(asked: Asked, at_least: str, site: str, writes: tuple[str, ...]) -> int:
    """Write findings with their lives to files that other programs read."""
    targets = [text.partition("=") for text in writes]
    if not targets or any(form not in WRITERS or not name for form, _, name in targets):
        raise click.UsageError(f"say what to write: --write FORMAT=FILE with one of {', '.join(WRITERS)}")
    must_be_free(name for _, _, name in targets)
    found = list(_tracked(asked.open_store(), at_least, site))
    made = datetime.now(UTC)
    save_all([(Path(name), WRITERS[form](found, made)) for form, _, name in targets])
    return ExitCode.CLEAN


findings.add_command(letter)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _tracked(store: Store, at_least: str = "informational", site: str = "") -> Iterator[Tracked]:
    return store.tracked(_today(), Severity(at_least), site)


def _one(store: Store, start: str) -> Tracked:
    found = [one for one in _tracked(store) if one.finding.id.startswith(start)] if start else []
    if len(found) != 1:
        raise click.UsageError(
            f"{counted(len(found), 'finding has', 'findings have')} an id that begins with '{start}'"
        )
    return found[0]


def _decide(asked: Asked, finding: str, *told: Decision) -> int:
    store = asked.open_store()
    one = _one(store, finding)
    for decision in told:
        store.decide(one.site, one.finding.id, decision)
        say(f"{one.finding.id[:12]}: {decision.kind} by {decision.by}")
    return ExitCode.CLEAN
