"""The condition of a rule as a tree: what it asks of an event, with nothing left to look up or parse."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, TypeAlias, get_args

from sentinel.detect.linear import Linear
from sentinel.detect.literals import Required


class Wild(Enum):
    """What stands for other characters in a text pattern."""

    ANY = "*"
    ONE = "?"
    DASH = "–"  # any of the five dashes that Windows programs take for one another (modifier `windash`)

    # There is one of each; what Enum has is written in Python, and patterns are hashed a lot.
    __hash__ = object.__hash__


Part: TypeAlias = str | Wild
Parts: TypeAlias = tuple[Part, ...]
Shape = Literal["equals", "contains", "startswith", "endswith", "wild"]
Operator = Literal["lt", "lte", "gt", "gte"]
Unit = Literal["minute", "hour", "day", "week", "month", "year"]
Zone = Literal["UTC", "Europe/Oslo"]
ZONES: tuple[Zone, ...] = get_args(Zone)
MOST_DESCRIBED = 8192


@dataclass(frozen=True, slots=True)
class Text:
    """A text pattern. `literal` is folded unless `cased`; `pattern` is there for the shape `wild` only.

    `single`: a `?` is in it, so that one character must stay one when text is folded. `dashes`: what the rule writes
    where any dash will do, in the order of the parts.
    """

    parts: Parts
    shape: Shape
    literal: str
    cased: bool = False
    single: bool = False
    pattern: re.Pattern[str] | None = None
    dashes: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number or truth value written without quotes: meets its own text, and any number equal to it."""

    value: int | float
    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression, looked for anywhere in the value; `source` and `flags` are what the rule says.

    `tame`: Python's `re` may have it for short values; else, and for long ones, `linear` answers. `required`: what must
    be there in any case.
    """

    source: str
    flags: str
    pattern: re.Pattern[str]
    tame: bool
    linear: Linear | None = dataclasses.field(compare=False, repr=False)
    required: Required = dataclasses.field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A numeric comparison; `unit` takes a part of a time in `zone` first, `operator` None asks for equality."""

    operator: Operator | None
    number: int | float
    unit: Unit | None = None
    zone: Zone = "UTC"


@dataclass(frozen=True, slots=True)
class Cidr:
    """An address inside a network."""

    network: IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Null:
    """No value: the field is absent, null, or an empty list."""


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is there, whatever it holds, or (False) is not."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class FieldRef:
    """The value of another field of the same event."""

    field: str
    shape: Shape
    cased: bool = False


Test: TypeAlias = Text | Number | Regex | Compare | Cidr | Null | Exists | FieldRef


@dataclass(frozen=True, slots=True)
class Bundle:
    """The tests of one field sorted by how they compare, so that many texts are compared at once.

    `rest` has no such way. Where each test must be met, only the `inside` ones may be bundled: each of them
    can be met by another element.
    """

    exact: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    rest: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldTest:
    """At least one (`every`: each) of `tests` is met by some value of the field; `bundle` is the same, made quick."""

    field: str
    tests: tuple[Test, ...]
    every: bool = False
    bundle: Bundle = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bundle", _bundle(self.tests, every=self.every))


@dataclass(frozen=True, slots=True)
class Keyword:
    """At least one (`every`: each) of `tests` is met by some value of the whole event."""

    tests: tuple[Test, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """Every item is true."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one item is true."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The item is not true; an absent field makes a test false, so its negation is true."""

    item: Node


Node: TypeAlias = And | Or | Not | FieldTest | Keyword


def leaves(node: Node) -> Iterator[FieldTest | Keyword]:
    """Yield the tests of a tree from left to right, those below a `not` too."""
    if isinstance(node, FieldTest | Keyword):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.item)
    else:
        for item in node.items:
            yield from leaves(item)


def fields(node: Node) -> frozenset[str]:
    """Return the names of all fields that a tree reads; keywords read all and name none."""
    names: set[str] = set()
    for leaf in leaves(node):
        if isinstance(leaf, FieldTest):
            names.add(leaf.field)
        names.update(test.field for test in leaf.tests if isinstance(test, FieldRef))
    return frozenset(names)


def in_zone(node: Node, zone: Zone) -> Node:
    """Return the same condition with its parts of times taken in `zone`."""
    match node:
        case FieldTest(tests=tests):
            moved = (replace(test, zone=zone) if isinstance(test, Compare) and test.unit else test for test in tests)
            return replace(node, tests=tuple(moved))
        case Keyword():
            return node
        case Not(item=item):
            return Not(in_zone(item, zone))
        case And(items=items) | Or(items=items):
            return replace(node, items=tuple(in_zone(item, zone) for item in items))


def describe(test: Test) -> str:
    """Return a test as a person reads it beside the value that met it."""
    known = _described.get(id(test))
    if known is None:
        if len(_described) >= MOST_DESCRIBED:
            _described.clear()
        known = _described[id(test)] = test, _describe(test)
    return known[1]


def _describe(test: Test) -> str:
    match test:
        case Text():
            return _text(test)
        case Number(text=text):
            return f"= {text}"
        case Regex(source=source, flags=flags):
            return f"matches /{source}/{flags}"
        case Compare():
            return _compare(test)
        case Cidr(network=network):
            return f"in {network}"
        case Null():
            return "has no value"
        case Exists(wanted=wanted):
            return "is there" if wanted else "is not there"
        case FieldRef(field=name, shape=shape):
            return f"{_SHAPES[shape]} field {name}"


def _bundle(tests: tuple[Test, ...], *, every: bool) -> Bundle:
    quick: dict[Shape, list[str]] = {"equals": [], "startswith": [], "endswith": [], "contains": []}
    rest: list[Test] = []
    for test in tests:
        if (
            isinstance(test, Text)
            and not test.cased
            and test.shape in quick
            and (test.shape == "contains" or not every)
        ):
            quick[test.shape].append(test.literal)
        else:
            rest.append(test)
    return Bundle(
        exact=frozenset(quick["equals"]),
        starts=tuple(quick["startswith"]),
        ends=tuple(quick["endswith"]),
        inside=tuple(quick["contains"]),
        rest=tuple(rest),
    )


_described: dict[int, tuple[Test, str]] = {}
"""Tests by their `id()`, held so that no other one gets it: a hash of all that a test is takes longer than the rest."""
_SHAPES = {"equals": "=", "contains": "contains", "startswith": "starts with", "endswith": "ends with", "wild": "like"}
_OPERATORS = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥", None: "="}


def _text(test: Text) -> str:
    middle = test.parts
    if test.shape in {"contains", "endswith"}:
        middle = middle[1:]
    if test.shape in {"contains", "startswith"}:
        middle = middle[:-1]
    dashes = iter(test.dashes)
    written = "".join(next(dashes, "-") if part is Wild.DASH else _written(part) for part in middle)
    cased, dashed = " (exact case)" if test.cased else "", " (any dash)" if test.dashes else ""
    return f"{_SHAPES[test.shape]} '{written}'{cased}{dashed}"


def _written(part: Part) -> str:
    return part.value if isinstance(part, Wild) else part


def _compare(test: Compare) -> str:
    where = f" ({test.zone})" if test.unit and test.zone != "UTC" else ""
    return f"{test.unit + ' ' if test.unit else ''}{_OPERATORS[test.operator]} {test.number}{where}"
