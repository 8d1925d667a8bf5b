"""Collects what nobody has looked at: logs that never came, hours without records, silent machines, open questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.model.alerts import LedgerEntry, LogSource, RuleState
from sentinel.model.compliance import Judgement
from sentinel.model.result import NotLooked, ScanSource
from sentinel.model.skipped import FOREIGN
from sentinel.model.text import Text
from sentinel.report.clean import shorten
from sentinel.report.text import Catalogue, load_texts, local

MAX_GAPS = 3
"""Gaps of one log that get a line each; more than that become one line with their sum."""
MAX_ADDRESSES = 6
_NAME = 60
_BLIND: tuple[RuleState, ...] = (
    "source-absent",
    "field-absent",
    "truncated",
    "failed",
    "suppressed",
    "no-route",
    "refused",
)

COUNTED = "not-listed"
"""Reason of addresses that a scan counted but did not name: nothing was lost, and nothing is known about them."""

_COMMON = re.compile(r"(?:The|A|An|\w*[Ll]ogg(?:en)?)\b")

Expected = Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class _Gap:
    source: LogSource
    first: datetime
    hours: int
    count: int


def not_looked(
    logs: Iterable[LogSource],
    ledger: Iterable[LedgerEntry],
    scans: Iterable[ScanSource],
    judgements: Iterable[Judgement],
    expected: Expected = (),
    base: Path | None = None,
) -> tuple[NotLooked, ...]:
    """Return all that was not looked at, kinds in the order log, gap, network, requirement, rule, record.

    `expected` pairs the name of a log that should come (its file, its file's stem, or a dataset in it) with its title
    for people: «Journalloggen», «Loggen fra trådløst nett».
    """
    content = base or root()
    catalogues = load_texts("nb", content), load_texts("en", content)
    received, scanned = tuple(logs), tuple(scans)
    return (
        *_of_logs(received, expected, catalogues),
        *_of_gaps(received, expected, catalogues),
        *_of_scans(scanned, catalogues),
        *_of_judgements(judgements, catalogues),
        *_of_rules(ledger, catalogues),
        *_of_records(received, scanned, expected, catalogues),
    )


_Pair = tuple[Catalogue, Catalogue]
_Phrase = Callable[[Catalogue], str]


def _text(catalogues: _Pair, key: str, n: int | None = None, **values: str | _Phrase) -> Text:
    """Return a text of the catalogue in both languages, its first letter large; phrases are said in each."""

    def say(catalogue: Catalogue) -> str:
        said = {name: value if isinstance(value, str) else value(catalogue) for name, value in values.items()}
        sentence = catalogue.say(key, **said) if n is None else catalogue.count(key, n, **said)
        return sentence[:1].upper() + sentence[1:]

    return Text(say(catalogues[0]), say(catalogues[1]))


def _of_logs(logs: Sequence[LogSource], expected: Expected, catalogues: _Pair) -> Iterator[NotLooked]:
    if not logs and not expected:
        yield NotLooked("log", _text(catalogues, "unseen.no_logs"))
    came = [log for log in logs if log.handled or log.skipped]
    for name, called in expected:
        if not any(_is_called(log, name) for log in came):
            yield NotLooked("log", _text(catalogues, "unseen.absent", log=_named(called)))
    for log in logs:
        phrase, skipped = _phrase(log, expected), sum(log.skipped.values())
        if not log.handled and skipped:
            yield NotLooked("log", _text(catalogues, "unseen.unreadable", log=phrase))
        elif not log.handled and not any(_is_called(log, name) for name, _ in expected):
            yield NotLooked("log", _text(catalogues, "unseen.empty_log", log=phrase))


def _of_records(
    logs: Sequence[LogSource], scans: Sequence[ScanSource], expected: Expected, catalogues: _Pair
) -> Iterator[NotLooked]:
    for log in logs:
        skipped = sum(log.skipped.values())
        if log.handled and skipped:
            yield NotLooked("record", _text(catalogues, "unseen.lines", skipped, log=_phrase(log, expected)))
    for scan in scans:
        if scan.handled and (lost := _lost(scan)):
            yield NotLooked("record", _text(catalogues, "unseen.scan_records", lost, scan=_file(scan, catalogues)))


def _lost(scan: ScanSource) -> int:
    lost = (*scan.skipped.items(), *scan.parts.items())
    return sum(count for reason, count in lost if reason not in FOREIGN and reason != COUNTED)


def only_counted(scans: Iterable[ScanSource]) -> int:
    """Return how many addresses the scans counted without naming them."""
    return sum(scan.skipped.get(COUNTED, 0) for scan in scans)


def _file(scan: ScanSource, catalogues: _Pair) -> str:
    return shorten(scan.source, _NAME, catalogues[0])


def _of_gaps(logs: Sequence[LogSource], expected: Expected, catalogues: _Pair) -> Iterator[NotLooked]:
    for gap in sorted(_gaps(logs), key=lambda g: (-g.hours, g.source.source, g.first)):
        text = _text(
            catalogues,
            "unseen.gap" if gap.count == 1 else "unseen.gaps",
            gap.hours,
            log=_phrase(gap.source, expected),
            week=str(local(gap.first).isocalendar().week),
            gaps=partial(_spelt, gap.count),
        )
        yield NotLooked("gap", text)


def _gaps(logs: Sequence[LogSource]) -> Iterator[_Gap]:
    for log in logs:
        each = [_Gap(log, start, hours(start, end), 1) for start, end in log.gaps]
        if len(each) <= MAX_GAPS:
            yield from each
        else:
            yield _Gap(log, min(g.first for g in each), sum(g.hours for g in each), len(each))


def hours(start: datetime, end: datetime) -> int:
    """Return the length of a gap in hours, rounded half up and at least one; elapsed time, whatever clocks did."""
    return max(1, int((end - start).total_seconds() / 3600 + 0.5))


def _of_scans(scans: Sequence[ScanSource], catalogues: _Pair) -> Iterator[NotLooked]:
    counted = only_counted(scans)
    if not counted and not any(scan.handled for scan in scans):
        yield NotLooked("network", _text(catalogues, "unseen.no_scan"))
    for scan in scans:
        if _lost(scan) and not scan.handled:
            yield NotLooked("network", _text(catalogues, "unseen.scan_unreadable", scan=_file(scan, catalogues)))
    silent = sorted({address for scan in scans for address in scan.silent}, key=by_address)
    if silent:
        listed = partial(_addresses, silent)
        yield NotLooked("network", _text(catalogues, "unseen.silent", len(silent), addresses=listed))
    if counted:
        yield NotLooked("network", _text(catalogues, "unseen.only_counted", counted))


def _addresses(silent: Sequence[str], catalogue: Catalogue) -> str:
    shown = ", ".join(shorten(address, _NAME, catalogue) for address in silent[:MAX_ADDRESSES])
    rest = len(silent) - MAX_ADDRESSES
    return f"{shown} {catalogue.count('more.items', rest)}" if rest > 0 else shown


def _of_judgements(judgements: Iterable[Judgement], catalogues: _Pair) -> Iterator[NotLooked]:
    kept = [j for j in judgements if j.state != "not_applicable"]
    unanswered = [j for j in kept if j.answer is None]
    unknown = [j for j in kept if j.answer is not None and j.answer.state == "unknown"]
    for key, group in (("unseen.unanswered", unanswered), ("unseen.unknown", unknown)):
        if group:
            gates = partial(_gates, sum(j.requirement.gate for j in group))
            yield NotLooked("requirement", _text(catalogues, key, len(group), gates=gates))


def _spelt(count: int, catalogue: Catalogue) -> str:
    return catalogue.spell(count)


def _gates(count: int, catalogue: Catalogue) -> str:
    return catalogue.count("unseen.gates", count) if count else ""


def _of_rules(ledger: Iterable[LedgerEntry], catalogues: _Pair) -> Iterator[NotLooked]:
    counts = Counter(entry.state for entry in ledger)
    for state in _BLIND:
        if counts[state]:
            yield NotLooked("rule", _text(catalogues, f"unseen.rules.{state}", counts[state]))


def _is_called(log: LogSource, name: str) -> bool:
    file = log.source.replace("\\", "/").rsplit("/", 1)[-1]
    return name in {log.source, file, file.split(".", 1)[0], *log.datasets}


def _phrase(log: LogSource, expected: Expected) -> _Phrase:
    for name, called in expected:
        if _is_called(log, name):
            return _named(called)
    return lambda catalogue: catalogue.say("log.file", name=shorten(log.source, _NAME, catalogue))


def _named(called: Text) -> _Phrase:
    return lambda catalogue: _inside(shorten(called.say(catalogue.language), _NAME, catalogue))


def _inside(title: str) -> str:
    """Return a log's title as it stands within a sentence: «Journalloggen» gets a small letter, «Sysmon» keeps its."""
    return title[0].lower() + title[1:] if _COMMON.match(title) else title


def by_address(address: str) -> tuple[int, tuple[int, ...], str]:
    """Return a key that orders IPv4 addresses by number, all else by text after them."""
    parts = address.split(".")
    if len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):  # noqa: PLR2004 - IPv4 has four parts of up to three digits
        return 0, tuple(map(int, parts)), address
    return 1, (), address
