"""Nested JSON as flat fields where that is simple: objects in objects, plain values, and lists of plain values.

Whatever is more than that (an object in a list, a name that is there twice, too much of anything) is left to
`fields.py`, which says what the fields are; a test holds that both agree, also on the order of names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sentinel.model.events import Value

MAX_DEPTH = 32
MAX_FIELDS = 4_000
MAX_NAME = 1_000

_NESTED = frozenset({dict, list})
_NOT_SIMPLE = -(10**9)
"""What is counted for anything that is not simple: no sum with it is a number of fields."""


def join_simple(record: Mapping[str, Any]) -> dict[str, Value] | None:
    """Return the fields of an object with nested names joined by dots, or None where it is not simple."""
    fields: dict[str, Value] = {}
    count = _join(record, "", fields, 0)
    if count != len(fields) or count > MAX_FIELDS:
        return None
    # All names together are seldom longer than one may be, and quicker measured than each of them.
    return fields if len("".join(fields)) <= MAX_NAME or max(map(len, fields)) <= MAX_NAME else None


def _join(record: Mapping[str, Any], prefix: str, fields: dict[str, Value], depth: int) -> int:
    """Take an object's fields, those of objects in it first, and return how many there were."""
    if _NESTED.isdisjoint(map(type, record.values())):
        fields.update(zip(map(prefix.__add__, record), record.values(), strict=True) if prefix else record)
        return len(record)
    if depth >= MAX_DEPTH:
        return _NOT_SIMPLE
    own: list[tuple[str, Value]] = []
    count = 0
    for name, value in record.items():
        if value.__class__ is dict:
            count += _join(value, f"{prefix}{name}.", fields, depth + 1)
        elif value.__class__ is list and not _NESTED.isdisjoint(map(type, value)):
            return _NOT_SIMPLE
        else:
            own.append((f"{prefix}{name}", value))
    fields.update(own)
    return count + len(own)
