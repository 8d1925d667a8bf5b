"""Changed copies of events, the same each time: what a log may hold where two engines could read it differently."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sentinel.model.events import Fields, Value

LONG = 9_000
"""Letters that are added to a value: more than any index of others looks at."""
MOST_ABSENT = 40
"""Fields of an event of which each is left out once."""


def mutated(fields: Fields, fixed: frozenset[str]) -> Iterator[dict[str, Value]]:
    """Yield changed copies of an event; fields in `fixed` decide its log source, and keep their values.

    In capitals, in small letters, with Norwegian letters before and after, with values that are too long before and
    after, as lists, as texts where they were numbers and as numbers where they were digits, empty, null, and without
    each field in turn.
    """
    free = [name for name in fields if name not in fixed]
    for change in CHANGES:
        copy = {name: change(value) if name not in fixed else value for name, value in fields.items()}
        if copy != fields:
            yield copy
    for left_out in free[:MOST_ABSENT]:
        yield {name: value for name, value in fields.items() if name != left_out}


def as_lines(copies: Iterable[Mapping[str, Value]]) -> Iterator[bytes]:
    """Yield each event as a line of JSON, whatever numbers it holds."""
    for copy in copies:
        yield json.dumps(copy, default=list).encode() + b"\n"


def _text(change: Callable[[str], Value]) -> Callable[[Value], Value]:
    """Return what changes a text, and each text of a list; other values stay."""

    def changed(value: Value) -> Value:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, Sequence):
            return [change(item) if isinstance(item, str) else item for item in value]
        return value

    return changed


def _number(text: str) -> Value:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 and text == str(int(text)) else text  # noqa: PLR2004 -- what 64 bits hold


def _as_text(value: Value) -> Value:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


CHANGES: tuple[Callable[[Value], Value], ...] = (
    _text(str.upper),
    _text(str.lower),
    _text(str.swapcase),
    _text(lambda text: f"{text} æøå ÆØÅ"),
    _text(lambda text: f"Blåbærøya {text}"),
    _text(lambda text: f"{text} {'x' * LONG}"),
    _text(lambda text: f"{'x' * LONG} {text}"),
    lambda value: value if isinstance(value, (list, tuple)) else [value, "annet"],
    _text(_number),
    _as_text,
    _text(lambda _text: ""),
    lambda _value: None,
)
