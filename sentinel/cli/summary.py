"""Says on stderr what was looked at and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from sentinel.cli.output import clean
from sentinel.comply.people import look_into
from sentinel.errors import Fault
from sentinel.model.alerts import LedgerEntry, LogFile, LogSource
from sentinel.model.compliance import Score
from sentinel.model.packs import PackScored
from sentinel.model.result import Result, ScanSource
from sentinel.model.skipped import FOREIGN
from sentinel.model.text import counted
from sentinel.settings import Site


def say(text: str) -> None:
    """Say one line on stderr."""
    click.echo(clean(text), err=True)


def say_all(lines: Iterable[str]) -> None:
    """Say several lines on stderr."""
    for line in lines:
        say(line)


def say_warnings(warnings: Iterable[Fault]) -> None:
    """Tell what was loaded and may not do what its author meant."""
    say_all(f"{warning.location}: warning: {warning.what}" for warning in warnings)


def say_people(site: Site) -> None:
    """Warn of what may name a patient in a site's answers, to packs too, and in its assessments of risk and impact."""
    if own := site.file.assessment:
        for written in filter(None, (own.answers, own.ros, *own.dpia, *own.packs.values())):
            say_warnings(look_into(site.path(written)))


def say_watch(sources: Sequence[LogSource], ledger: Sequence[LedgerEntry], unreadable: Iterable[str]) -> bool:
    """Tell what was read and which rules could not look; return whether something was not looked at."""
    troubles = list(unreadable)
    say_all(troubles)
    skipped = say_sources(sources)
    refused = say_refused(ledger)
    broken = say_broken(ledger)
    say(_rule_line(ledger))
    return bool(troubles or skipped or refused or broken)


def say_files(files: Iterable[LogFile]) -> bool:
    """Tell what each file was read as; return whether no rule could look at anything in one of them."""
    lost = False
    for file in files:
        said = f"{file.name}: {file.format}, {counted(file.handled, 'record')}"
        if file.unknown:
            number = "all" if file.unknown == file.handled else f"{file.unknown:,}"
            said += f", {number} of no log source that is connected here: no rule looks at these"
        say(said)
        lost |= 0 < file.handled == file.unknown
    return lost


def say_refused(ledger: Iterable[LedgerEntry]) -> int:
    """Tell which rules were not loaded; return how many."""
    refused = [entry for entry in ledger if entry.state == "refused"]
    say_all(f"{entry.path}: not loaded: {entry.reason}" for entry in refused)
    return len(refused)


def say_broken(ledger: Iterable[LedgerEntry]) -> bool:
    """Tell which rules broke or have no place to look, which logs were cut off and what filters took away.

    Return whether any answer is open.
    """
    entries = list(ledger)
    unknown = Counter(entry.logsource for entry in entries if entry.state == "no-route" and entry.logsource)
    say_all(
        f"{counted(count, 'rule')} not looked at: nobody has connected {name}" for name, count in unknown.most_common()
    )
    failed = [entry for entry in entries if entry.state == "failed"]
    cuts = {log.reason for entry in entries for log in entry.sources if log.state == "truncated"}
    say_all(f"{entry.path}: broke on an event: {entry.reason}" for entry in failed)
    lost = [entry for entry in entries if entry.state == "truncated" and not entry.sources and entry.reason]
    say_all(f"cut off: {cut}" for cut in sorted(cuts))
    say_all(f"{entry.path}: counted only in part: {entry.reason}" for entry in lost)
    if hidden := sum(entry.suppressed for entry in entries):
        say(f"filters took away {counted(hidden, 'hit')}")
    return bool(unknown or failed or cuts or lost)


def say_sources(sources: Iterable[LogSource | ScanSource]) -> int:
    """Tell how many records each source gave and why some were skipped; return how many we should have read."""
    total = 0
    for source in sources:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(source.skipped.items()))
        say(f"{source.source}: {counted(source.handled, 'record')} read" + (f", skipped: {reasons}" if reasons else ""))
        if isinstance(source, ScanSource) and source.parts:
            say("  left out of these: " + ", ".join(f"{n:,} {reason}" for reason, n in sorted(source.parts.items())))
            total += sum(count for reason, count in source.parts.items() if reason not in FOREIGN)
        total += sum(count for reason, count in source.skipped.items() if reason not in FOREIGN)
    return total


def say_result(result: Result, written: Iterable[Path]) -> bool:
    """Tell the outcome of a run in a few lines; return whether anything asked for was not looked at."""
    say_all(result.troubles)
    skipped = say_sources([*result.logs, *result.scans])
    broken = say_broken(result.ledger)
    say(_rule_line(result.ledger))
    say_score(result.score)
    say_packs(result.packs)
    found = ((result.alerts, "alert"), (result.assets, "asset"), (result.findings, "finding"))
    say(", ".join(counted(len(many), one) for many, one in found))
    say_all(f"not looked at: {item.what.en}" for item in result.not_looked)
    say_all(f"wrote {path}" for path in written)
    refused = any(entry.state == "refused" for entry in result.ledger)
    absent = any(log.handled == 0 for log in result.logs)
    return bool(skipped or refused or absent or broken)


def say_packs(packs: Iterable[PackScored]) -> None:
    """Tell of each pack that the site answers its own numbers, or that it is not for the organisation."""
    for one in packs:
        if one.named:
            say(
                f"{one.pack.id} {one.pack.version}: "
                + (_score_line(one.score) if one.score else "not for this organisation")
            )


def say_score(score: Score) -> None:
    """Tell level and the three numbers that belong together."""
    say(_score_line(score))


def _score_line(score: Score) -> str:
    if score.unasked:
        return f"{score.checklist_id}: not assessed. {score.level_reason.en}"
    numbers = [("score", score.score), ("coverage", score.coverage), ("worst case", score.worst_case)]
    return f"Level {score.level}; " + ", ".join(f"{name} {_number(value)}" for name, value in numbers)


def _rule_line(ledger: Sequence[LedgerEntry]) -> str:
    counts = Counter(entry.state for entry in ledger)
    return f"{counted(len(ledger), 'rule')}: " + ", ".join(
        f"{count:,} {state}" for state, count in counts.most_common()
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
