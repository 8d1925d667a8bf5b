"""Makes a file of answers out of what stood elsewhere, held to all that our own reader asks, at the foreign places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from sentinel.comply.answers import ELEVEN_DIGITS, parse_answers
from sentinel.comply.checklist import Checklist
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.compliance import Answer

SCHEMA = "sentinel.answers/1"
# Words that YAML 1.1 reads as a truth or as nothing are quoted where they are keys.
_PLAIN = re.compile(r"[A-Z]{2,3}-[0-9]{2}|(?!(?:yes|no|on|off|true|false|null)$)[a-z]{2,20}_?[a-z]{0,20}")
_BYTE, _SHORT = 0xFF, 0xFFFF


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stood: a line of the file (0: none), and words that lead there."""

    words: str = ""
    line: int = 0

    def fault(self, name: str, what: str) -> Fault:
        """Return a fault at this place of the file of that name, without any run of eleven digits."""
        told = f"{self.words}: {what}" if self.words else what
        return Fault(Location(name, self.line), ELEVEN_DIGITS.sub("(eleven digits)", told))


@dataclass(frozen=True, slots=True)
class Draft:
    """One answer as it stood elsewhere, by the keys of a file of answers, and where each value stood."""

    requirement: str
    place: Place
    entry: Mapping[str, Any]
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """Answers that were read from another form, and the text of a file that holds them."""

    organisation: str
    answers: tuple[Answer, ...]
    text: str


def take(
    drafts: Sequence[Draft],
    organisation: str,
    name: str,
    checklist: Checklist,
    as_of: date,
    faults: Sequence[Fault] = (),
) -> Taken:
    """Return the answers, if all of them hold; raise ContentError with every fault, and `faults` with them.

    What is refused is what `read_answers` refuses, at the places of the file `name`.
    """
    wrong = [*faults, *_twice(drafts, name)]
    first = {draft.requirement: draft for draft in reversed(drafts)}
    lines = list(_lines(organisation, list(reversed(first.values()))))
    text = "".join(f"{line}\n" for line, _ in lines)
    answers: tuple[Answer, ...] = ()
    try:
        answers = parse_answers(text, name, checklist, as_of)
    except ContentError as error:
        wrong += [_replaced(fault, lines, name) for fault in error.faults]
    if wrong:
        raise ContentError(wrong)
    return Taken(organisation, answers, text)


def answers_text(organisation: str, drafts: Iterable[Draft]) -> str:
    """Return the text of a file of answers that holds these."""
    return "".join(f"{line}\n" for line, _ in _lines(organisation, drafts))


def quoted(text: str) -> str:
    """Return text as YAML's double-quoted scalar in one line; letters stay as they are."""
    return '"' + "".join(map(_sign, text)) + '"'


def _twice(drafts: Iterable[Draft], name: str) -> Iterator[Fault]:
    seen: dict[str, Place] = {}
    for draft in drafts:
        before = seen.setdefault(draft.requirement, draft.place)
        if before is not draft.place:
            where = before.words or f"line {before.line}"
            yield draft.place.fault(name, f"{draft.requirement[:80]} is answered already ({where})")


def _lines(organisation: str, drafts: Iterable[Draft]) -> Iterator[tuple[str, Place]]:
    """Yield each line of the file with the place that it came from."""
    whole = Place()
    yield f"schema: {SCHEMA}", whole
    yield f"organisation: {quoted(organisation)}", whole
    yield "answers:", whole
    drafts = list(drafts)
    if not drafts:
        yield "  {}", whole
    for draft in drafts:
        yield f"  {_key(draft.requirement)}:", draft.place
        for key, value in draft.entry.items():
            yield f"    {_key(key)}: {_scalar(value)}", draft.places.get(key, draft.place)


def _key(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else quoted(name)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))}: {_scalar(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_scalar, value)) + "]"
    return orjson.dumps(value).decode()  # a number, a truth or nothing is the same in YAML


def _replaced(fault: Fault, lines: Sequence[tuple[str, Place]], name: str) -> Fault:
    line = fault.location.line
    place = lines[line - 1][1] if 0 < line <= len(lines) else Place()
    return place.fault(name, fault.what)


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    code = ord(sign)
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _SHORT else f"\\U{code:08x}"
