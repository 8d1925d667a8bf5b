"""Reads what an owner or operator answers for others: for whom, from when until when, and where its part ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.answers import ELEVEN_DIGITS, Day, private, read_answers
from sentinel.comply.checklist import Checklist
from sentinel.comply.files import meant
from sentinel.comply.inheritance import Inheritance
from sentinel.comply.judge import last_given
from sentinel.content import Document, Schema, read_documents, relative, validate
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.compliance import Answer, Giver

Number = Annotated[str, Field(pattern=r"^\d{9}$")]
Words = Annotated[str, Field(min_length=1, max_length=1_000)]


class ServedEntry(Schema):
    """One unit that is answered for, and in which time."""

    number: Number
    start: Annotated[Day, Field(alias="from")]
    until: Day


class PartEntry(Schema):
    """One requirement: what the giver does, and what stays with the unit."""

    does: Words
    stays: Words


class DeliveryFile(Schema):
    """The file of an owner or operator; `answers` is its file of answers, beside this one."""

    schema_: Annotated[Literal["sentinel.delivery/1"], Field(alias="schema")]
    giver: Giver
    name: Annotated[str, Field(min_length=1, max_length=200)]
    number: Number
    answers: Annotated[str, Field(min_length=1)]
    serves: Annotated[list[ServedEntry], Field(min_length=1)]
    parts: Annotated[dict[str, PartEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Part:
    """Who does what for one requirement, in the giver's words."""

    does: str
    stays: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one owner or operator answers for others. `serves` holds first and last day by a unit's number."""

    giver: Giver
    name: str
    number: str
    source: str
    serves: Mapping[str, tuple[date, date]]
    parts: Mapping[str, Part]
    answers: Mapping[str, Answer]


def read_delivery(path: Path, checklist: Checklist, inheritance: Inheritance, as_of: date) -> Delivery:
    """Read a delivery and its answers against the whole checklist; raise ContentError with every fault of both.

    A part that the content says is never handed on by such a giver is refused. One without an answer is no fault:
    whoever inherits it has nothing to stand on.
    """
    document, faults = _document(path)
    file, wrong = validate(document, DeliveryFile) if document else (None, [])
    faults += wrong
    answers: tuple[Answer, ...] = ()
    if document and file:
        faults += _wrong(document, file, inheritance)
        try:
            answers = read_answers(path.parent / file.answers, checklist, as_of)
        except ContentError as error:
            faults += error.faults
    if faults or not file:
        raise ContentError(Fault(f.location, ELEVEN_DIGITS.sub("(eleven digits)", f.what)) for f in faults)
    return Delivery(
        giver=file.giver,
        name=file.name,
        number=file.number,
        source=relative(path, Path()),
        serves={served.number: (served.start, served.until) for served in file.serves},
        parts={name: Part(part.does, part.stays) for name, part in file.parts.items()},
        answers={name: _without_acceptance(answer) for name, answer in last_given(answers).items()},
    )


def _without_acceptance(answer: Answer) -> Answer:
    """Leave out a risk that the giver accepted: it did so for itself, and only the unit accepts a risk for the unit."""
    return answer if answer.state == "not_applicable" else replace(answer, reason="", approver="", expires=None)


def _document(path: Path) -> tuple[Document | None, list[Fault]]:
    documents, faults = read_documents(path, Path())
    if not faults and len(documents) != 1:
        faults.append(Fault(Location(relative(path, Path())), f"holds {len(documents)} documents, not one"))
    if faults:
        return None, faults
    return documents[0], list(private(documents[0]))


def _wrong(document: Document, file: DeliveryFile, inheritance: Inheritance) -> Iterator[Fault]:
    for name in file.parts:
        if name not in inheritance:
            what = f"unknown requirement '{name[:80]}'{meant(name, inheritance)}"
            yield document.fault(["parts", name], what)
        elif inheritance[name].reach[file.giver] == "never":
            who = "an owner" if file.giver == "owner" else "an operator"
            what = f"{name} cannot be answered by {who} for others: {inheritance[name].because.en}"
            yield document.fault(["parts", name], what)
    numbers = [served.number for served in file.serves]
    for index, served in enumerate(file.serves):
        if served.until < served.start:
            yield document.fault(["serves", index, "until"], f"{served.until} is before {served.start}")
        if served.number in numbers[:index]:
            yield document.fault(["serves", index, "number"], f"unit {served.number} is written twice")
        if served.number == file.number:
            yield document.fault(["serves", index, "number"], "nobody answers for themselves in this way")
