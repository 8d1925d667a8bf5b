"""What rules are compiled to, as bytes and back: plain data only, so that reading it never runs anything.

Every kind of noun has a number here. Two versions of this program never read each other's bytes: the key under which
they are kept (`rule_cache.py`) knows the sources of both.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from operator import attrgetter
from typing import Any

import msgspec

from sentinel.detect import condition as asked
from sentinel.detect import correlation
from sentinel.detect.linear import Linear
from sentinel.detect.rule import Filter, LogSourceKey, Refused
from sentinel.errors import Fault, Location
from sentinel.model.alerts import RuleRef
from sentinel.model.severity import Severity

NOUNS: tuple[type, ...] = (
    asked.And, asked.Or, asked.Not, asked.FieldTest, asked.Keyword,
    asked.Text, asked.Number, asked.Regex, asked.Compare, asked.Cidr, asked.Null, asked.Exists, asked.FieldRef,
    correlation.Correlation, correlation.Limits, correlation.Happened, correlation.AllOf, correlation.AnyOf,
    correlation.NotSo, Filter, LogSourceKey, Refused, Fault, Location, RuleRef,
)  # fmt: skip
"""Kinds that are no more than their fields."""


def pack(value: object) -> bytes:
    """Return a tree of nouns as bytes; ValueError or RecursionError where that cannot be."""
    return msgspec.msgpack.encode(_plain(value))


def unpack(data: bytes | memoryview) -> Any:  # noqa: ANN401 -- what was packed, which the caller knows
    """Return what was packed; CORRUPT where the bytes are no work of `pack`."""
    return _made(msgspec.msgpack.decode(data))


CORRUPT = (ValueError, TypeError, LookupError, OverflowError, RecursionError, re.error)
"""What unpacking bytes may break with that something else wrote."""


def _plain(value: object) -> object:
    if value is None or type(value) in _BARE:
        return value
    number, taken_apart = _APART[type(value)]
    return [number, *map(_plain, taken_apart(value))]


def _made(plain: Any) -> Any:  # noqa: ANN401 -- as in `unpack`
    if type(plain) is not list:
        return plain
    number, *parts = plain
    # Looked at here rather than in a call each: most parts are bare, and there are half a million of them.
    return _MAKERS[number](*[_made(part) if type(part) is list else part for part in parts])


def _fields(kind: type) -> Callable[[Any], Iterator[object]]:
    names = tuple(field.name for field in fields(kind) if field.init)
    return lambda value: (getattr(value, name) for name in names)


def _compile(source: str, flags: int) -> re.Pattern[str]:
    with warnings.catch_warnings(action="ignore"):  # «possible nested set» is advice to the rule's author
        return re.compile(source, flags)


def _tuple(*items: object) -> tuple[object, ...]:
    return items


_BARE = {str, bool, float, bytes}


def _pairs(items: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    return zip(items[::2], items[1::2], strict=True)


_WILD = attrgetter("_value_")  # there is one for most texts, and `value` is many times slower
_KINDS: tuple[tuple[type, Callable[[Any], Any], Callable[..., Any]], ...] = (
    (tuple, iter, _tuple),
    (frozenset, sorted, lambda *items: frozenset(items)),
    (dict, lambda value: (part for pair in value.items() for part in pair), lambda *items: dict(_pairs(items))),
    (int, lambda value: (str(value),), int),  # JSON and MessagePack end at 64 bits, YAML does not
    (asked.Wild, lambda value: (_WILD(value),), {wild.value: wild for wild in asked.Wild}.__getitem__),
    (Severity, lambda value: (value.value,), Severity),
    (re.Pattern, lambda value: (value.pattern, value.flags), _compile),
    (Linear, lambda value: value.source, Linear),
    (IPv4Network, lambda value: (str(value),), IPv4Network),
    (IPv6Network, lambda value: (str(value),), IPv6Network),
    (timedelta, lambda value: (value.days, value.seconds, value.microseconds), timedelta),
    *((kind, _fields(kind), kind) for kind in NOUNS),
)
_APART = {kind: (number, apart) for number, (kind, apart, _) in enumerate(_KINDS)}
_MAKERS = [make for _, _, make in _KINDS]
