"""Reads out of a hit which groups of a correlation it belongs to, and what the correlation counts in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal, TypeAlias

import orjson

from sentinel.detect.correlation import Correlation
from sentinel.detect.readings import as_number, as_text, scalars
from sentinel.detect.values import fold
from sentinel.model.events import Fields

MOST_COMBINATIONS = 64
"""A hit whose fields hold lists belongs to every combination of their values, up to this many."""

LARGEST = 1e100
"""No larger number is added up: nothing that a log measures is, and a sum of them could not be compared."""

LONGEST = 500
"""Of a longer text the beginning and a hash are kept."""

NUMBERS = frozenset({"value_sum", "value_avg", "value_percentile", "value_median"})
"""The types that count with numbers."""

Lack = Literal["without_group", "without_value", "overflow"]
_Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """The groups of a hit (folded values in the order of group-by), and what is counted in each of them."""

    groups: tuple[_Key, ...]
    values: tuple[str | float, ...]


def place(correlation: Correlation, rule: str, fields: Fields) -> Placed | Lack:
    """Return where a hit counts and with what, or why it does not.

    A field that is absent, null or an empty list has no value; a hit without a value in every field of group-by is in
    no group.
    """
    found = _combinations(correlation, rule, correlation.group_by, fields)
    if not found:
        return "overflow" if found is None else "without_group"
    if correlation.type in NUMBERS:
        counted: Sequence[str | float] | None = sorted(_numbers(correlation, rule, fields))
    elif correlation.type == "value_count":
        counted = _distinct(correlation, rule, fields)
    else:
        return Placed(found, ())
    if not counted:
        return "overflow" if counted is None else "without_value"
    return Placed(found, tuple(counted))


def _numbers(correlation: Correlation, rule: str, fields: Fields) -> Iterator[float]:
    for name in correlation.fields:
        for value in scalars(fields.get(_field(correlation, name, rule))):
            number = as_number(value)
            if number is not None and abs(number) <= LARGEST:  # also false for what is no number at all
                yield float(number)


def _distinct(correlation: Correlation, rule: str, fields: Fields) -> list[str] | None:
    """Return the values of the one field, or the combinations of the values of several."""
    if len(correlation.fields) == 1:
        return sorted(_texts(correlation, rule, correlation.fields[0], fields))
    found = _combinations(correlation, rule, correlation.fields, fields)
    return None if found is None else [orjson.dumps(combination).decode() for combination in found]


def _combinations(correlation: Correlation, rule: str, names: Sequence[str], fields: Fields) -> tuple[_Key, ...] | None:
    """Return every combination of the values of some fields, or None where there are too many."""
    choices = [sorted(_texts(correlation, rule, name, fields)) for name in names]
    found = tuple(islice(product(*choices), MOST_COMBINATIONS + 1))
    return found if len(found) <= MOST_COMBINATIONS else None


def _texts(correlation: Correlation, rule: str, name: str, fields: Fields) -> set[str]:
    texts = map(as_text, scalars(fields.get(_field(correlation, name, rule))))
    return {_short(fold(text)) for text in texts if text is not None}


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]}…{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _field(correlation: Correlation, name: str, rule: str) -> str:
    return (correlation.aliases or {}).get(name, {}).get(rule, name)
