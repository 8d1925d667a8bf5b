"""Writes what was not looked at, in full, and what all of it rests on: versions, rules, how the score is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from sentinel.model.alerts import LedgerEntry, RuleState
from sentinel.model.result import Result
from sentinel.report.clean import shorten
from sentinel.report.marks import STATES, UNSEEN
from sentinel.report.pages import Section, Table
from sentinel.report.tables import WHOLE, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, number

_UNSEEN: Layout = (
    ("kind", 34, "prose"),
    ("what", 134, "prose"),
)
_VERSIONS: Layout = (
    ("what", 50, "prose"),
    ("version", 40, "data"),
    ("hash", 80, "data"),
)
_RULES: Layout = (
    ("state", 44, "prose"),
    ("count", 16, "number"),
    ("meaning", 110, "prose"),
)
_REFUSED: Layout = (
    ("rule", 56, "data"),
    ("place", 56, "data"),
    ("reason", 58, "prose"),
)
_RARE: tuple[RuleState, ...] = ("suppressed", "truncated", "failed")
"""States that are told only where they occur."""
_TRIED: tuple[RuleState, ...] = ("evaluated", "suppressed")
_WEAK: Layout = (
    ("rule", 70, "data"),
    ("events", 20, "number"),
    ("missing", 80, "data"),
)
_LONG, _SHORT = 300, 120


def unseen(result: Result, catalogue: Catalogue) -> Section:
    """Return the section that names everything nobody has looked at."""
    rows: list[Row] = [
        (
            cell(catalogue.find(f"kind.{item.kind}") or shorten(item.kind, _SHORT, catalogue), "", UNSEEN),
            cell(item.what.say(catalogue.language)),
        )
        for item in result.not_looked
    ]
    return Section(
        id="not-looked",
        title=catalogue.say("notlooked.title"),
        paragraphs=(catalogue.say("notlooked.how"),),
        charts=(),
        tables=(table("unseen", _UNSEEN, rows, catalogue, room=WHOLE),),
    )


def grounds(result: Result, catalogue: Catalogue) -> Section:
    """Return the section that lets a stranger check every number."""
    score = tuple(
        catalogue.say(f"score.{part}") for part in ("assessed", "coverage", "worst_case", "level", "evidence")
    )
    return Section(
        id="grounds",
        title=catalogue.say("grounds.title"),
        paragraphs=score,
        charts=(),
        tables=(versions_table(result, catalogue), *ledger_tables(result.ledger, catalogue)),
    )


def versions_table(result: Result, catalogue: Catalogue) -> Table:
    """Return what all of it came from, with hashes."""
    versions, language = result.versions, catalogue.language
    none = catalogue.say("none")
    rows: list[Row] = [
        (cell(catalogue.say("version.engine")), cell(versions.engine), cell(none)),
        (cell(catalogue.say("version.checklist")), cell(versions.checklist), cell(versions.checklist_hash)),
        (cell(catalogue.say("version.rules")), cell(none), cell(versions.rules_hash)),
        (cell(catalogue.say("version.scanners")), cell(none), cell(versions.scanners_hash)),
        (cell(catalogue.say("version.knowledge")), cell(day(versions.knowledge_date, language)), cell(none)),
        (cell(catalogue.say("version.as_of")), cell(day(result.as_of, language)), cell(none)),
    ]
    return table("versions", _VERSIONS, rows, catalogue)


def ledger_tables(ledger: Iterable[LedgerEntry], catalogue: Catalogue) -> tuple[Table, ...]:
    """Return how many rules could look, and which could not."""
    entries = tuple(ledger)
    counts = Counter(entry.state for entry in entries)
    states: tuple[RuleState, ...] = get_args(RuleState)
    rows: list[Row] = [
        (
            cell(catalogue.say(f"rule.{state}"), "", STATES["met"] if state in _TRIED else UNSEEN),
            cell(number(counts[state], catalogue.language)),
            cell(catalogue.say(f"rule.{state}.meaning")),
        )
        for state in states
        if entries and (counts[state] or state not in _RARE)
    ]
    tables = [table("rules", _RULES, rows, catalogue)]
    if refused := [_refused(entry, catalogue) for entry in entries if entry.state == "refused"]:
        tables.append(table("refused", _REFUSED, refused, catalogue, room=WHOLE))
    if weak := [_weak(entry, catalogue) for entry in entries if entry.state == "field-absent"]:
        tables.append(table("weak", _WEAK, weak, catalogue, room=WHOLE))
    return tuple(tables)


def _refused(entry: LedgerEntry, catalogue: Catalogue) -> Row:
    return (
        cell(shorten(entry.title or entry.rule, _SHORT, catalogue)),
        cell(shorten(entry.path, _SHORT, catalogue)),
        cell(shorten(entry.reason, _LONG, catalogue)),
    )


def _weak(entry: LedgerEntry, catalogue: Catalogue) -> Row:
    return (
        cell(shorten(entry.title or entry.rule, _SHORT, catalogue)),
        cell(number(entry.events, catalogue.language)),
        cell(joined(entry.missing, 8, catalogue) or catalogue.say("none")),
    )
