"""Reads a breach file strictly: every fault at once with its line, and no national identity number in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sentinel.comply.breach.case import KINDS, UNKNOWN, CaseFile
from sentinel.comply.breach.table import Table
from sentinel.comply.files import meant
from sentinel.comply.identity import masked
from sentinel.comply.people import look_at, look_through
from sentinel.content import parse_documents, read_text, relative, validate
from sentinel.errors import ContentError, Fault, Location

Wrong = tuple[list[str | int], str]


def read_case(path: Path, now: datetime, table: Table, duties: Collection[str]) -> tuple[CaseFile, tuple[Fault, ...]]:
    """Read a breach file; return it with warnings of what may name a person.

    Raises ContentError with every fault: unknown keys and answers, moments after `now` or in an impossible order, and
    any eleven digits that may be an identity number, which are never repeated.
    """
    name = relative(path, Path())
    return case_of(read_text(path, name), name, now, table, duties)


def case_of(
    text: str, name: str, now: datetime, table: Table, duties: Collection[str]
) -> tuple[CaseFile, tuple[Fault, ...]]:
    """Do the same for text that came from `name`."""
    documents, faults = parse_documents(text, name)
    if not faults and len(documents) != 1:
        faults.append(Fault(Location(name), f"holds {len(documents)} documents, not one"))
    case, warnings = None, look_through(text, name)
    for document in documents:
        warnings = look_at(document, text)
        case, wrong = validate(document, CaseFile)
        faults += wrong
        if case:
            faults += (document.fault(*told) for told in _wrong(case, now, table, duties))
    faults += (warning for warning in warnings if not is_of_a_name(warning))
    if faults or case is None:
        raise ContentError(Fault(fault.location, masked(fault.what)) for fault in faults)
    return case, warnings


def is_of_a_name(warning: Fault) -> bool:
    """Say whether a warning is of a name, which is told and not refused."""
    return "person's name" in warning.what


def _wrong(case: CaseFile, now: datetime, table: Table, duties: Collection[str]) -> Iterator[Wrong]:
    yield from _wrong_times(case, now)
    yield from _wrong_done(case, now, duties)
    yield from _wrong_kinds(case)
    yield from _wrong_answers(case, table)


def _wrong_times(case: CaseFile, now: datetime) -> Iterator[Wrong]:
    times = {name: value for name, value in case.times if isinstance(value, datetime)}
    for name, value in times.items():
        if value > now:
            yield ["times", name], f"{name} is later than now"
    for first, second in (("began", "ended"), ("began", "found"), ("found", "known"), ("began", "known")):
        if first in times and second in times and times[second] < times[first]:
            yield ["times", second], f"{second} is before {first}"


def _wrong_done(case: CaseFile, now: datetime, duties: Collection[str]) -> Iterator[Wrong]:
    for name, value in case.done.items():
        if name not in duties:
            yield ["done", name], f"unknown duty '{name[:80]}'{meant(name, duties)}"
        if value > now:
            yield ["done", name], f"{name} is later than now"
        elif value < case.times.known:
            yield ["done", name], f"{name} is before the breach was known"


def _wrong_kinds(case: CaseFile) -> Iterator[Wrong]:
    for index, kind in enumerate(case.kinds):
        if kind in case.kinds[:index]:
            yield ["kinds", index], f"{kind} is written twice"
    for kind in KINDS:
        told = getattr(case.circumstances, kind)
        if kind in case.kinds and told is None:
            yield ["circumstances"], f"circumstances.{kind} is missing: write an answer, or unknown"
        if kind not in case.kinds and told is not None:
            yield ["circumstances", kind], f"'{kind}' is not among the kinds"


def _wrong_answers(case: CaseFile, table: Table) -> Iterator[Wrong]:
    """Yield the answers that the table does not have, and contexts without their reason."""
    for index, entry in enumerate(case.data):
        where: list[str | int] = ["data", index, "context"]
        yield from _stranger(where, entry.context, [context.id for context in table.contexts(entry.type)])
        if entry.context not in {"usual", UNKNOWN} and not entry.reason:
            yield where, f"context '{entry.context[:80]}' needs a reason"
    for kind in KINDS:
        answer = getattr(case.circumstances, kind)
        if answer is not None:
            yield from _stranger(["circumstances", kind], answer, [option.id for option in table.options(kind)])


def _stranger(where: list[str | int], answer: str, known: Sequence[str]) -> Iterator[Wrong]:
    if answer not in {*known, UNKNOWN}:
        hint = meant(answer, known) or f", it is one of {', '.join(dict.fromkeys(known))} or unknown"
        yield where, f"unknown answer '{answer[:80]}'{hint}"
