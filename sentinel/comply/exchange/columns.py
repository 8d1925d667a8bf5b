"""What the columns of an answer sheet are called and what is written in them, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sentinel.comply.wording import STATES
from sentinel.model.compliance import State
from sentinel.model.text import Text

Kind = Literal["shown", "state", "text", "day", "level", "exhibits"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in a file of answers (or what is shown), its heading, width, and other names for it."""

    key: str
    kind: Kind
    title: Text
    width: int
    also: tuple[str, ...] = ()


COLUMNS = (
    Column("id", "shown", Text("ID", "ID"), 9, ("krav id", "requirement id", "kravnummer", "nr")),
    Column("title", "shown", Text("Krav", "Requirement"), 28),
    Column("question", "shown", Text("Spørsmål", "Question"), 46),
    Column("help", "shown", Text("Slik finner du svaret", "How to find the answer"), 46, ("hjelp", "help")),
    Column("state", "state", Text("Svar", "Answer"), 17, ("status", "state", "tilstand")),
    Column("by", "text", Text("Svart av", "Answered by"), 18, ("hvem", "who", "by", "navn", "name")),
    Column("date", "day", Text("Dato", "Date"), 12, ("svart dato", "given")),
    Column("note", "text", Text("Merknad", "Note"), 40, ("notat", "kommentar", "comment", "merknader", "notes")),
    Column("reason", "text", Text("Begrunnelse", "Reason"), 30, ("grunn",)),
    Column("approver", "text", Text("Godkjent av", "Approved by"), 18, ("godkjenner", "approver")),
    Column("expires", "day", Text("Gjelder til", "Valid until"), 12, ("utløper", "expires", "utløpsdato")),
    Column("evidence", "exhibits", Text("Bevis", "Evidence"), 40, ("dokumentasjon", "proof")),
    Column("document", "level", Text("Dokument 0–5", "Document 0–5"), 11, ("modenhet dokument",)),
    Column("implementation", "level", Text("Gjennomføring 0–5", "Implementation 0–5"), 14, ("modenhet gjennomføring",)),
)
NEEDED = ("id", "state", "by", "date")
LEVELS = tuple(column.key for column in COLUMNS if column.kind == "level")
"""Layers of maturity that people rate; a file of answers has them below `maturity`."""
ANSWER_KEYS = tuple(column.key for column in COLUMNS if column.kind != "shown")
NAME = Text("Virksomhet", "Organisation")
"""What stands before the organisation's name on the first sheet."""
CHECKLIST = Text("Sjekkliste", "Checklist")
"""What stands before the id and version of the checklist on the first sheet: «gdpr 2026.1»."""
_MORE_WORDS: Mapping[State, str] = {
    "met": "ja, yes, på plass, in place",
    "partly": "delvis, partly, partial, partially met",
    "not_met": "nei, no",
    "not_applicable": "ikke aktuelt, na, n a, not applicable",
    "unknown": "unknown, don t know, vet ikke",
}


def normal(text: str) -> str:
    """Return text as words are compared: small letters, single spaces for all that is no letter or digit."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


HEADINGS: Mapping[str, str] = {
    normal(name): column.key
    for column in COLUMNS
    for name in (column.key, column.title.nb, column.title.en, *column.also)
}
"""Columns by what their heading may be."""
WORDS: Mapping[str, State] = {
    normal(word): state
    for state in get_args(State)
    for word in (state, STATES[state].nb, STATES[state].en, *_MORE_WORDS.get(state, "").split(","))
    if word.strip()
}
"""Answers by what may be written for them."""


def state_of(text: str) -> State | None:
    """Return the answer that a cell means; None for words that are none."""
    return WORDS.get(normal(text))


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_NORWEGIAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def day_of(text: str) -> date | None:
    """Return a day written as 2026-11-12 or 12.11.2026; None for what is none, or could be read in two ways."""
    iso, norwegian = _ISO.fullmatch(text.strip()), _NORWEGIAN.fullmatch(text.strip())
    if iso:
        year, month, day = iso.groups()
    elif norwegian:
        day, month, year = norwegian.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
