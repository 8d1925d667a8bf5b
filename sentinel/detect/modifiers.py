"""One detection item — `field|modifiers: values` — as a node: every value modifier of Sigma 2.1, applied by us."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import cast

from sentinel.detect import values
from sentinel.detect.condition import (
    Cidr,
    Compare,
    Exists,
    FieldRef,
    FieldTest,
    Keyword,
    Node,
    Not,
    Null,
    Number,
    Operator,
    Shape,
    Test,
    Unit,
)
from sentinel.detect.readings import as_number
from sentinel.detect.regexes import FLAGS, compile_regex
from sentinel.detect.transforms import TRANSFORMS, Draft, Placeholders
from sentinel.detect.values import UnusableError


@dataclass(frozen=True, slots=True)
class Plan:
    """What the modifiers of one item ask for."""

    names: tuple[str, ...]
    kind: str
    keyword: bool
    placeholders: Placeholders

    def has(self, name: str) -> bool:
        """Say whether a modifier stands on the item."""
        return name in self.names

    @property
    def shape(self) -> Shape:
        """The shape that `contains`, `startswith` or `endswith` ask for."""
        return next((cast("Shape", name) for name in self.names if name in SHAPES), "equals")


SHAPES = ("contains", "startswith", "endswith")
OPERATORS = ("lt", "lte", "gt", "gte")
SPANS: dict[Unit, tuple[int, int]] = {
    "minute": (0, 59), "hour": (0, 23), "day": (1, 31), "week": (1, 53), "month": (1, 12), "year": (1, 9999),
}  # fmt: skip
"""What each part of a time may be."""
ALIASES = {"ignorecase": "i", "multiline": "m", "dotall": "s", "utf16le": "wide"}
LINKS = ("all", "neq")

# What may stand beside what. The kind of an item is the first of these that one of its modifiers names; text otherwise.
ALLOWED: dict[str, frozenset[str]] = {
    "re": frozenset({"re", *FLAGS, *SHAPES, *LINKS}),
    "cidr": frozenset({"cidr", "expand", *LINKS}),
    "exists": frozenset({"exists", "neq"}),
    "fieldref": frozenset({"fieldref", "cased", *SHAPES, *LINKS}),
    "compare": frozenset({*OPERATORS, *SPANS, *LINKS}),
    "text": frozenset({*TRANSFORMS, *LINKS, "cased"}),
}
KNOWN = frozenset(ALIASES).union(*ALLOWED.values())


def compile_item(key: str, raw: object, placeholders: Placeholders) -> Node:
    """Compile one line of a detection map; an empty field name means keywords."""
    field, *names = key.split("|")
    plan = replace(read_plan(names, placeholders), keyword=not field)
    tests = tuple(_tests(plan, raw))
    every = plan.has("all")
    node = FieldTest(field, tests, every) if field else Keyword(tests, every)
    return Not(node) if plan.has("neq") else node


def compile_keywords(raw: object, placeholders: Placeholders) -> Node:
    """Compile plain values without a field."""
    return compile_item("", raw, placeholders)


def read_plan(names: Sequence[str], placeholders: Placeholders) -> Plan:
    """Read the modifiers of an item and refuse what is unknown, doubled, or means nothing together."""
    for name in names:
        if name not in KNOWN:
            raise UnusableError(f"unknown modifier '{name}'")
    plain = tuple(ALIASES.get(name, name) for name in names)
    for name in plain:
        if plain.count(name) > 1:
            raise UnusableError(f"modifier '{name}' stands twice")
    kind = _kind(plain)
    for name in plain:
        if name not in ALLOWED[kind]:
            raise UnusableError(f"modifier '{name}' means nothing beside '{_namesake(kind, plain)}'")
    for group in (SHAPES, OPERATORS, tuple(SPANS), ("wide", "utf16", "utf16be"), ("base64", "base64offset")):
        both = [name for name in plain if name in group]
        if len(both) > 1:
            raise UnusableError(f"modifiers '{both[0]}' and '{both[1]}' contradict each other")
    return Plan(plain, kind, keyword=False, placeholders=placeholders)


def _kind(names: Sequence[str]) -> str:
    for kind in ("re", "cidr", "exists", "fieldref"):
        if kind in names:
            return kind
    if not set(names).isdisjoint((*OPERATORS, *SPANS)):
        return "compare"
    return "text"


def _namesake(kind: str, names: Sequence[str]) -> str:
    if kind in names:
        return kind
    return next((name for name in names if name in ALLOWED[kind] and name not in LINKS), "a text value")


def _tests(plan: Plan, raw: object) -> Iterator[Test]:
    many = isinstance(raw, list)
    for index, value in enumerate(raw if isinstance(raw, list) else [raw]):
        try:
            _refuse_shape(value, many=many, keyword=plan.keyword)
            yield from COMPILERS[plan.kind](plan, value)
        except UnusableError as error:
            raise (error.below(index) if many else error) from None
    if raw == []:
        raise UnusableError("an empty list asks for nothing; write null for «no value»")


def _refuse_shape(value: object, *, many: bool, keyword: bool) -> None:
    if isinstance(value, list | dict):
        raise UnusableError("a list or map cannot stand where a value is expected")
    if value is None and many:
        raise UnusableError("null cannot stand in a list of values; give it an item of its own")
    if value is None and keyword:
        raise UnusableError("null cannot be a keyword")
    if not isinstance(value, str | bool | int | float | None):
        raise UnusableError("is a date; put it in quotes")
    if isinstance(value, float) and not math.isfinite(value):
        raise UnusableError("is no number; put it in quotes")


def _compile_text(plan: Plan, value: object) -> Iterator[Test]:
    transforms = [name for name in plan.names if name in TRANSFORMS]
    if value is None:
        if transforms or plan.has("cased"):
            raise UnusableError("null has no text for its modifiers to work on")
        yield Null()
        return
    if isinstance(value, int | float) and not isinstance(value, bool) and not transforms and not plan.keyword:
        yield Number(value, str(value))
        return
    drafts = [Draft(values.parse(as_text(value)))]
    for name in transforms:
        drafts = [made for draft in drafts for made in TRANSFORMS[name](draft, plan.placeholders)]
    shape: Shape = "contains" if plan.keyword and plan.shape == "equals" else "equals"
    for draft in drafts:
        yield values.as_test(values.wrap(draft.parts, shape), cased=plan.has("cased"), dashes=draft.dashes)


def as_text(value: object) -> str:
    """Return the text form of a plain value of a rule: `true` and `false` in small letters, as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _compile_regex(plan: Plan, value: object) -> Iterator[Test]:
    if value is None:
        raise UnusableError("null is not a regular expression")
    yield compile_regex(as_text(value), "".join(name for name in FLAGS if plan.has(name)), plan.shape)


def _compile_cidr(plan: Plan, value: object) -> Iterator[Test]:
    drafts = [Draft(values.parse(as_text(value)))]
    if plan.has("expand"):
        drafts = list(TRANSFORMS["expand"](drafts[0], plan.placeholders))
    for draft in drafts:
        text = values.literal_of(draft.parts, "cidr")
        try:
            yield Cidr(ip_network(text))
        except ValueError as error:
            raise UnusableError(f"is not a network: {error}") from None


def _compile_exists(plan: Plan, value: object) -> Iterator[Test]:
    if plan.keyword:
        raise UnusableError("'exists' needs a field name")
    if not isinstance(value, bool):
        raise UnusableError("'exists' takes true or false")
    yield Exists(value)


def _compile_fieldref(plan: Plan, value: object) -> Iterator[Test]:
    if plan.keyword:
        raise UnusableError("'fieldref' needs a field name")
    if not isinstance(value, str) or not value:
        raise UnusableError("'fieldref' takes the name of a field")
    yield FieldRef(value, plan.shape, plan.has("cased"))


def _compile_compare(plan: Plan, value: object) -> Iterator[Test]:
    if plan.keyword:
        raise UnusableError("a comparison needs a field name")
    number = as_number(value)
    if number is None:
        raise UnusableError("a comparison takes a number")
    operator = next((cast("Operator", name) for name in plan.names if name in OPERATORS), None)
    unit = next((name for name in SPANS if name in plan.names), None)
    if unit and not _happens(unit, operator, number):
        low, high = SPANS[unit]
        raise UnusableError(f"is true of no time: '{unit}' is {low} to {high}")
    yield Compare(operator, number, unit)


def _happens(unit: Unit, operator: Operator | None, number: float) -> bool:
    """Say whether any time meets a comparison of one of its parts."""
    low, high = SPANS[unit]
    match operator:
        case "lt" | "lte":
            return low < number or (low == number and operator == "lte")
        case "gt" | "gte":
            return high > number or (high == number and operator == "gte")
    return low <= number <= high and number == int(number)


COMPILERS: dict[str, Callable[[Plan, object], Iterator[Test]]] = {
    "text": _compile_text,
    "re": _compile_regex,
    "cidr": _compile_cidr,
    "exists": _compile_exists,
    "fieldref": _compile_fieldref,
    "compare": _compile_compare,
}
