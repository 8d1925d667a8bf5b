"""Reads a file of answers strictly: every fault at once with its line, and nothing of a possible identity number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sentinel.comply.checklist import Checklist
from sentinel.comply.files import meant
from sentinel.content import Document, Schema, parse_documents, read_documents, relative, validate
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.compliance import Answer, Exhibit, ExhibitKind, State

ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{2}[ .\u00a0-]?\d{2}[ .\u00a0-]?\d{2}[ .\u00a0-]?\d{3}[ \u00a0]?\d{2}(?!\d)")
"""A national identity number as people write it; other numbers of eleven digits are refused with it, to be safe."""

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

PRIVATE = (
    "holds eleven digits, possibly a national identity number; answers may not hold one, so take it out "
    "(it is not repeated here)"
)


def only_a_date(value: object) -> object:
    """Refuse what pydantic would bend into a date: numbers, and times of day."""
    plain = isinstance(value, date) and not isinstance(value, datetime)
    if not plain and not (isinstance(value, str) and ISO_DAY.fullmatch(value)):
        raise ValueError("is not a date as 2026-11-12")
    return value


Day = Annotated[date, BeforeValidator(only_a_date)]
Line = Annotated[str, Field(max_length=4_000)]


class ExhibitEntry(Schema):
    """Something shown as proof of an answer, and the place it is kept."""

    what: Annotated[str, Field(min_length=1, max_length=300)]
    kind: ExhibitKind
    date: Day
    where: Annotated[str, Field(max_length=300)] = ""


class MaturityEntry(Schema):
    """How mature a requirement is, as a person sees it; the effect is measured and never said."""

    document: Annotated[int, Field(ge=0, le=5, strict=True)] | None = None
    implementation: Annotated[int, Field(ge=0, le=5, strict=True)] | None = None


class AnswerEntry(Schema):
    """One answer as the file writes it."""

    state: State
    by: Annotated[str, Field(min_length=1, max_length=200)]
    date: Day
    note: Line = ""
    reason: Line = ""
    approver: Line = ""
    expires: Day | None = None
    evidence: Annotated[tuple[ExhibitEntry, ...], Field(max_length=50)] = ()
    maturity: MaturityEntry = MaturityEntry()


def only_filled_in(value: object) -> object:
    """Leave out what nobody has filled in: keys without a value, and entries that hold nothing else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        return value
    filled = {name: _filled(entry) for name, entry in value.items()}
    return {name: entry for name, entry in filled.items() if entry not in ({}, None)}


def _filled(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    return {key: part for key, part in entry.items() if part not in (None, "") or key not in AnswerEntry.model_fields}


class AnswersFile(Schema):
    """The file of answers; `organisation` says whose they are. What is left blank is no answer."""

    schema_: Annotated[Literal["sentinel.answers/1"], Field(alias="schema")]
    organisation: Annotated[str, Field(min_length=1, max_length=200)]
    answers: Annotated[dict[str, AnswerEntry], BeforeValidator(only_filled_in)]


def read_answers(path: Path, checklist: Checklist, as_of: date) -> tuple[Answer, ...]:
    """Read answers in the order of the file; raise ContentError with every fault.

    Refused: unknown requirements and keys, requirements that the organisation is not asked, days after `as_of`, an
    exception (not relevant, or an accepted risk) without reason, approver and end, an accepted risk of what is met or
    unknown, a plan without a note of what is planned, and anything with eleven digits. What has ended is read as it is:
    a requirement whose «not relevant» has ended is judged as not assessed, and a risk that was accepted counts for
    nothing before its end or after it.
    """
    return _answers(read_documents(path, Path()), relative(path, Path()), checklist, as_of)


def parse_answers(text: str, name: str, checklist: Checklist, as_of: date) -> tuple[Answer, ...]:
    """Do the same for text that came from `name`."""
    return _answers(parse_documents(text, name), name, checklist, as_of)


def _answers(
    parsed: tuple[list[Document], list[Fault]], name: str, checklist: Checklist, as_of: date
) -> tuple[Answer, ...]:
    documents, faults = parsed
    if not faults and len(documents) != 1:
        faults.append(Fault(Location(name), f"holds {len(documents)} documents, not one"))
    answers: list[Answer] = []
    for document in documents:
        found, wrong = _read(document, checklist, as_of)
        answers += found
        faults += wrong
    if faults:
        raise ContentError(Fault(f.location, ELEVEN_DIGITS.sub("(eleven digits)", f.what)) for f in faults)
    return tuple(answers)


def _read(document: Document, checklist: Checklist, as_of: date) -> tuple[list[Answer], list[Fault]]:
    faults = list(private(document))
    value, wrong = validate(document, AnswersFile)
    faults += wrong
    if value is None:
        return [], faults + list(_unknown_keys(document, checklist))
    faults += _unknown_keys(document, checklist)
    for name, entry in value.answers.items():
        faults += [document.fault(["answers", name, key], what) for key, what in _wrong(entry, as_of)]
    return [as_answer(name, entry) for name, entry in value.answers.items()], faults


def as_answer(name: str, entry: AnswerEntry) -> Answer:
    """Return the noun for one entry."""
    return Answer(
        requirement=name,
        state=entry.state,
        by=entry.by,
        given=entry.date,
        note=entry.note,
        reason=entry.reason,
        approver=entry.approver,
        expires=entry.expires,
        evidence=tuple(Exhibit(one.what, one.kind, one.date, one.where) for one in entry.evidence),
        document=entry.maturity.document,
        implementation=entry.maturity.implementation,
    )


def _wrong(entry: AnswerEntry, as_of: date) -> Iterator[tuple[str, str]]:
    if entry.date > as_of:
        yield "date", f"{entry.date} is after {as_of}, the day of the assessment"
    for exhibit in entry.evidence:
        if exhibit.date > as_of:
            yield "evidence", f"{exhibit.date} is after {as_of}, the day of the assessment"
    if entry.state == "planned" and not entry.note.strip():
        yield "state", "'planned' needs 'note': what is planned"
    yield from _wrong_exception(entry)
    if entry.expires and entry.expires < entry.date:
        yield "expires", f"{entry.expires} is before the answer was given"


def _wrong_exception(entry: AnswerEntry) -> Iterator[tuple[str, str]]:
    excepted = entry.state == "not_applicable"
    if excepted or entry.approver or entry.expires:
        what = "'not_applicable'" if excepted else "an accepted risk"
        for key in ("reason", "approver", "expires"):
            if not getattr(entry, key):
                yield "state", f"{what} needs '{key}'"
    if entry.state in {"met", "unknown"}:
        for key in ("approver", "expires"):
            if getattr(entry, key):
                yield key, f"no risk is accepted where the state is '{entry.state}'"


def _unknown(document: Document, names: Mapping[str, object], checklist: Checklist) -> Iterator[Fault]:
    known = {requirement.id for requirement in checklist.requirements}
    for name in names:
        if name in checklist.beyond:
            what = f"{name} is not asked of a small practice; take the answer out, or set the class LARGE"
            yield document.fault(["answers", name], what)
        elif name not in known:
            yield document.fault(["answers", name], f"unknown requirement '{name[:80]}'{meant(name, known)}")


def _unknown_keys(document: Document, checklist: Checklist) -> Iterator[Fault]:
    """Yield unknown requirements, also of a file that is wrong in other ways and of entries that are left blank."""
    answers = document.data.get("answers") if isinstance(document.data, dict) else None
    if isinstance(answers, dict):
        yield from _unknown(document, {name: None for name in answers if isinstance(name, str)}, checklist)


def private(document: Document) -> Iterator[Fault]:
    """Yield a fault for each key or value with eleven digits; every node is looked at once."""
    seen: set[int] = set()
    waiting: list[Node] = [document.node]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode) and ELEVEN_DIGITS.search(node.value):
            yield Fault(Location(document.location.path, node.start_mark.line + 1), PRIVATE)
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif isinstance(node, MappingNode):
            waiting += [part for pair in node.value for part in pair]
