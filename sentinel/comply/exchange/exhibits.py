"""What somebody shows as proof, in one cell: a line for each, `what | kind | day | where it is kept`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from sentinel.comply.exchange.columns import day_of, normal
from sentinel.model.compliance import ExhibitKind
from sentinel.model.text import Language, Text

MARK = "|"
KINDS: Mapping[ExhibitKind, Text] = {
    "document": Text("dokument", "document"),
    "record": Text("oversikt", "record"),
    "sample": Text("stikkprøve", "sample"),
    "test": Text("test", "test"),
}
_WORDS = {normal(word): kind for kind, said in KINDS.items() for word in (kind, said.nb, said.en)}
_LEAST, _MOST = 3, 4


def fits(exhibits: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether these can stand in a cell and be read back the same."""
    texts = [str(one[key]) for one in exhibits for key in ("what", "where") if key in one]
    return not any(MARK in text or len(text.splitlines()) != 1 or text != text.strip() for text in texts)


def in_cell(exhibits: Iterable[Mapping[str, Any]], language: Language) -> str:
    """Return the text of a cell."""
    return "\n".join(f" {MARK} ".join(_parts(one, language)) for one in exhibits)


def _parts(one: Mapping[str, Any], language: Language) -> list[str]:
    parts = [one["what"], KINDS[one["kind"]].say(language), one["date"]]
    return [*parts, one["where"]] if "where" in one else parts


def from_cell(text: str) -> tuple[list[dict[str, str]], str]:
    """Return what a cell names, as a file of answers has it, and what is wrong with it, if anything is."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        parts = [part.strip() for part in line.split(MARK)]
        if not _LEAST <= len(parts) <= _MOST:
            return [], f"'{line[:40]}' is not: what {MARK} kind {MARK} day {MARK} where"
        what, kind, day, *where = parts
        named, when = _WORDS.get(normal(kind)), day_of(day)
        if named is None:
            return [], f"'{kind[:40]}' is no kind of evidence; use {', '.join(get_args(ExhibitKind))}"
        if when is None:
            return [], f"'{day[:20]}' is no day as 12.11.2026 or 2026-11-12"
        entry = {"what": what, "kind": named, "date": when.isoformat()}
        found.append(entry | ({"where": where[0]} if where and where[0] else {}))
    return found, ""
