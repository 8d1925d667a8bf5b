"""`sentinel rules coverage`: which rules could have fired at all on a set of logs, and one honest number."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click
import orjson

from sentinel.cli.certified import certified
from sentinel.cli.detect import INPUT_FORMAT, LOGS, loaded, logs_of
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.placeholders import PLACEHOLDERS
from sentinel.cli.summary import say_all, say_watch
from sentinel.cli.writing import ledger_lines, must_be_free, save_all
from sentinel.detect.reach import Period, cover
from sentinel.detect.routes import load_routes
from sentinel.detect.survey import Survey
from sentinel.detect.watch import Watch
from sentinel.model.alerts import LedgerEntry, RuleState
from sentinel.model.certificates import NONE
from sentinel.model.coverage import Coverage
from sentinel.model.records import Record, record_of, standing_record
from sentinel.model.text import counted
from sentinel.share.navigator import layer

NAMED = 8
LOOKED: tuple[RuleState, ...] = ("evaluated", "suppressed")
RULES_SEEN = (
    Column("state", lambda entry: entry["state"]),
    Column("rule", lambda entry: entry["title"], grow=True),
    Column("log source", lambda entry: entry["logsource"]),
    Column("events", lambda entry: str(entry["events"])),
    Column("fields never seen", lambda entry: " ".join(entry["missing"]), grow=True),
    Column("place", lambda entry: entry["path"], grow=True),
    Column("certificate", lambda entry: entry["certificate"]["told"], grow=True),
)
DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one call asked for beside the logs."""

    rules: tuple[Path, ...]
    placeholders: tuple[str, ...]
    kind: str | None
    period: tuple[datetime, datetime] | None
    navigator: str | None
    summary: str | None


@click.command(epilog="Example: sentinel rules coverage logs/ --rules sigma/rules --navigator layer.json")
@click.argument("files", nargs=-1, required=True, type=LOGS)
@RULES
@PLACEHOLDERS
@INPUT_FORMAT
@click.option("--period", nargs=2, type=DAY, metavar="FIRST LAST", help="Days the logs should cover (default: theirs).")
@click.option("--navigator", metavar="FILE", help="Write a layer for the ATT&CK Navigator.")
@click.option("--summary", metavar="FILE", help="Write the numbers as JSON (sentinel.coverage/1).")
@asks("store", "content", "form", "no_cache", "quiet", "ledger")
def coverage(asked: Asked, files: tuple[Path, ...], **given: Any) -> int:  # noqa: ANN401 -- click passes every option by name
    """Say for each rule whether it could have fired on these logs, and which fields it misses.

    Rules are not evaluated, so this is quick; hits, and rules that break, are known only to `detect`. The numbers are
    told on stderr; docs/ledger.md says exactly what they count.
    """
    wanted = Wanted(**given)
    must_be_free((asked.ledger, wanted.navigator, wanted.summary), (*files, *wanted.rules))
    watching = _surveyed(asked, files, wanted)
    ledger = watching.ledger()
    correlations = {one.ref.id for one in watching.engine.ruleset.correlations}
    rules = [entry for entry in ledger if entry.rule not in correlations]
    found = cover(rules, watching.engine.accounts.days(), _period(wanted))
    emit(_with_certificates(ledger, watching, asked), RULES_SEEN, asked.form)
    partial = say_watch(watching.sources, ledger, watching.unreadable)
    say_all(lines(found))
    _save(asked, wanted, ledger, found)
    return asked.exit_code((), partial=partial)


def _with_certificates(ledger: Sequence[LedgerEntry], watching: Watch, asked: Asked) -> Iterator[Record]:
    """Yield the ledger's records, each with what is known of its rule's meaning in Elasticsearch."""
    known, ruleset = certified(asked), watching.engine.ruleset
    refs = {rule.ref.id: rule.ref for rule in ruleset.rules} | {one.ref.id: one.ref for one in ruleset.correlations}
    for entry in ledger:
        standing = known.standing(entry.rule, refs[entry.rule].hash) if entry.rule in refs else NONE
        yield {**record_of(entry), "certificate": standing_record(standing)}


def lines(found: Coverage) -> Iterator[str]:
    """Yield the numbers as a person reads them: the share, what it is a share of, and what it leaves out."""
    yield f"{percent(found.share)} of rule-days could have seen something: {_looked(found):,} of {found.rule_days:,}"
    yield (
        f"  ({counted(found.judged, 'rule')} loaded and of a known log source × {counted(found.days, 'day')}"
        + (f", {found.first} to {found.last} UTC)" if found.first else ")")
    )
    yield f"{percent(found.share_of_all)} of what was asked for: {counted(found.rules, 'rule')}, refused or unknown"
    once = sum(found.states.get(state, 0) for state in LOOKED)
    yield f"{once:,} of {found.judged:,} could have fired on at least one record"
    if found.silent_days and found.judged:
        held = found.days - found.silent_days
        yield f"{counted(found.silent_days, 'day holds', 'days hold')} no record in any log"
        share = _looked(found) / (found.judged * held) if held else None
        yield f"  ({percent(share)} of rule-days on the other {held:,})"
    if found.undated:
        yield f"{counted(found.undated, 'rule')} saw records without a time, which count for no day"
    yield from _most("had no event of", found.absent)
    yield from _most("could not fire for want of the field", found.missing)


def percent(share: float | None) -> str:
    """Return a share as a percentage, rounded down: what is not whole never reads as 100."""
    return "–" if share is None else f"{math.floor(share * 1000) / 10:.1f} %"


def _looked(found: Coverage) -> int:
    return sum(found.by_state.get(state, 0) for state in LOOKED)


def _most(what: str, counts: Mapping[str, int]) -> Iterator[str]:
    for name, count in islice(counts.items(), NAMED):
        yield f"{counted(count, 'rule')} {what} {name}"
    if len(counts) > NAMED:
        yield f"  … and {len(counts) - NAMED:,} more"


def _surveyed(asked: Asked, files: tuple[Path, ...], wanted: Wanted) -> Watch:
    ruleset = loaded(asked, wanted.rules, wanted.placeholders)
    watching = Watch(Survey(ruleset, load_routes(asked.content_folder())))
    deque(watching.alerts(logs_of(files, wanted.kind), asked.progress.track), maxlen=0)
    return watching


def _period(wanted: Wanted) -> Period:
    if wanted.period is None:
        return Period()
    first, last = (moment.date() for moment in wanted.period)
    if last < first:
        raise click.UsageError(f"--period takes the first day first, not {first} {last}")
    return Period(first, last)


def _save(asked: Asked, wanted: Wanted, ledger: Sequence[LedgerEntry], found: Coverage) -> None:
    numbers = orjson.dumps(record_of(found), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    files = (
        (asked.ledger, ledger_lines(ledger)),
        (wanted.navigator, [layer(ledger, found, "Sentinel: what rules could have seen")]),
        (wanted.summary, [numbers]),
    )
    save_all([(Path(name), parts) for name, parts in files if name])
