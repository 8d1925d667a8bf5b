"""The readable reference evaluator: what it says is what Sigma means here; anything quicker must agree with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from sentinel.detect import readings, regexes, values
from sentinel.detect.condition import (
    And,
    Bundle,
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
    Or,
    Regex,
    Shape,
    Test,
    Text,
)
from sentinel.detect.dashed import describe_met
from sentinel.model.alerts import Match
from sentinel.model.events import Fields


class Seen(NamedTuple):
    """One single value of an event, with the forms that tests compare."""

    raw: object
    text: str | None
    folded: str


class Look:
    """An event as rules look at it; every field is read and folded once, however many rules ask for it.

    `seen` are the values of fields that were looked at before.
    """

    __slots__ = ("_all", "_joined", "_seen", "fields")

    def __init__(self, fields: Fields, seen: dict[str, tuple[Seen, ...]] | None = None) -> None:
        self.fields = fields
        self._seen = {} if seen is None else seen
        self._all: tuple[tuple[str, Seen], ...] | None = None
        self._joined: str | None = None

    def values(self, field: str) -> tuple[Seen, ...]:
        """Return the single values of a field; a field that is absent or an empty list has none."""
        found = self._seen.get(field)
        if found is None:
            value = self.fields.get(field)
            found = see(value) if value is not None or field in self.fields else ()
            self._seen[field] = found
        return found

    def everything(self) -> tuple[tuple[str, Seen], ...]:
        """Return every single value of the event with the name of its field, for keywords."""
        if self._all is None:
            self._all = tuple((name, seen) for name in self.fields for seen in self.values(name))
        return self._all

    def joined(self) -> str:
        """Return the folded texts of all values one after another: what is not in it is in none of them."""
        if self._joined is None:
            self._joined = "\n".join([seen.folded for _, seen in self.everything()])
        return self._joined


def see(value: object) -> tuple[Seen, ...]:
    """Return the single values of what a field holds."""
    if type(value) is str:
        return (Seen(value, value, values.fold(value)),)
    return tuple(map(_see, readings.scalars(value))) if isinstance(value, list | tuple | dict) else (_see(value),)


def matches(node: Node, fields: Fields) -> tuple[Match, ...] | None:
    """Return what made the condition true, or None where it is not.

    A condition that is true only because something is *not* there gives an empty tuple: still a hit.
    """
    return matches_in(node, Look(fields))


def matches_in(node: Node, look: Look) -> tuple[Match, ...] | None:
    """Do the same for an event that several rules look at."""
    if not holds(node, look):
        return None
    found = tuple(_reasons(node, look))
    return found if len(found) == 1 else tuple(dict.fromkeys(found))


def holds(node: Node, look: Look) -> bool:
    """Say whether a condition is true for an event. There are two truth values: what is absent is not met."""
    return _NODES[type(node)](node, look)


def _and(node: And, look: Look) -> bool:
    for item in node.items:  # noqa: SIM110 (all() makes a generator for each of a million nodes)
        if not _NODES[type(item)](item, look):
            return False
    return True


def _or(node: Or, look: Look) -> bool:
    for item in node.items:  # noqa: SIM110 (as above)
        if _NODES[type(item)](item, look):
            return True
    return False


def _not(node: Not, look: Look) -> bool:
    return not _NODES[type(node.item)](node.item, look)


def _field(node: FieldTest, look: Look) -> bool:
    bundle, found = node.bundle, look.values(node.field)
    if node.every:
        inside = all(_is_inside(literal, found) for literal in bundle.inside)
        return inside and all(_met(test, node.field, look) is not None for test in bundle.rest)
    for _, text, folded in found:
        if text is not None and _is_among(bundle, folded):
            return True
    for test in bundle.rest:  # noqa: SIM110 (as above)
        if _met(test, node.field, look) is not None:
            return True
    return False


def _is_among(bundle: Bundle, folded: str) -> bool:
    if folded in bundle.exact or folded.endswith(bundle.ends) or folded.startswith(bundle.starts):
        return True
    for literal in bundle.inside:  # noqa: SIM110 (as above)
        if literal in folded:
            return True
    return False


def _is_inside(literal: str, found: tuple[Seen, ...]) -> bool:
    for seen in found:  # noqa: SIM110 (as above)
        if seen.text is not None and literal in seen.folded:
            return True
    return False


def _keyword(node: Keyword, look: Look) -> bool:
    met = (_met_anywhere(test, look) is not None for test in node.tests)
    return all(met) if node.every else any(met)


def _met(test: Test, field: str, look: Look) -> str | None:
    """Return the value of the field that meets a test (empty where it is met by absence), or None."""
    special = _BY_FIELD.get(type(test))
    if special is not None:
        return special(test, field, look)
    check = _TESTS[type(test)]
    for seen in look.values(field):
        if seen.text is not None and check(test, seen):
            return seen.text
    return None


def _exists(test: Exists, field: str, look: Look) -> str | None:
    if (field in look.fields) is not test.wanted:
        return None
    return next((seen.text for seen in look.values(field) if seen.text is not None), "")


def _null(_test: Null, field: str, look: Look) -> str | None:
    found = look.values(field)
    return "" if not found or any(seen.raw is None for seen in found) else None


def _refers_to(test: FieldRef, field: str, look: Look) -> str | None:
    others = look.values(test.field)
    for seen in look.values(field):
        for other in others:
            if _refers(test, seen, other):
                return seen.text
    return None


def _met_anywhere(test: Test, look: Look) -> tuple[str, Seen] | None:
    if (
        isinstance(test, Text)
        and test.pattern is None
        and not (test.cased or test.single)
        and test.literal not in look.joined()
    ):
        return None
    check = _TESTS[type(test)]
    return next((pair for pair in look.everything() if pair[1].text is not None and check(test, pair[1])), None)


def _reasons(node: Node, look: Look) -> Iterator[Match]:
    """Yield the tests that are met below a true node, none of those below a `not`."""
    match node:
        case And(items=items):
            for item in items:
                yield from _reasons(item, look)
        case Or(items=items):
            for item in items:
                if _is_plain(item) or holds(item, look):
                    yield from _reasons(item, look)
        case FieldTest() | Keyword():
            yield from _reasons_of(node, look)


def _reasons_of(node: FieldTest | Keyword, look: Look) -> Iterator[Match]:
    if isinstance(node, FieldTest):
        found = look.values(node.field)
        # Of hundreds of plain tests most are not met: these are asked without a call for each.
        text = found[0].folded if len(found) == 1 and found[0].text is not None else None
        for test in node.tests:
            if text is not None and type(test) is Text and test.pattern is None and not test.cased:
                value = found[0].text if _SHAPES[test.shape](text, test.literal) else None
            else:
                value = _met(test, node.field, look)
            if value is not None:
                yield Match(node.field, value, describe_met(test, value))
        return
    for test in node.tests:
        pair = _met_anywhere(test, look)
        if pair is not None:
            value = pair[1].text or ""
            yield Match(pair[0], value, describe_met(test, value))


def _is_plain(node: Node) -> bool:
    """Say whether a node is true if any of its tests is met: then it need not be asked before these are."""
    return isinstance(node, FieldTest | Keyword) and not node.every


def _see(raw: object) -> Seen:
    text = readings.as_text(raw)
    return Seen(raw, text, "" if text is None else values.fold(text))


def _text(test: Text, seen: Seen) -> bool:
    text = seen.folded if not test.cased else seen.text or ""
    if test.pattern is not None:
        if test.single and not test.cased:
            text = values.fold_single(seen.text or "")
        return test.pattern.fullmatch(text) is not None
    return _SHAPES[test.shape](text, test.literal)


def _number(test: Number, seen: Seen) -> bool:
    if isinstance(seen.raw, int | float) and not isinstance(seen.raw, bool):
        return seen.raw == test.value
    return seen.folded == test.text


def _regex(test: Regex, seen: Seen) -> bool:
    return regexes.finds(test, seen.text or "")


def _compare(test: Compare, seen: Seen) -> bool:
    number = readings.as_number(seen.raw)
    if test.unit is not None:
        time = readings.as_time(seen.raw)
        number = None if time is None else readings.unit_of(time, test.unit, test.zone)
    if number is None:
        return False
    match test.operator:
        case "lt":
            return number < test.number
        case "lte":
            return number <= test.number
        case "gt":
            return number > test.number
        case "gte":
            return number >= test.number
    return number == test.number


def _cidr(test: Cidr, seen: Seen) -> bool:
    address = readings.as_address(seen.text or "")
    return address is not None and address.version == test.network.version and address in test.network


def _refers(test: FieldRef, seen: Seen, other: Seen) -> bool:
    if seen.text is None or other.text is None:
        return False
    if test.cased:
        return _SHAPES[test.shape](seen.text, other.text)
    return _SHAPES[test.shape](seen.folded, other.folded)


_SHAPES: dict[Shape, Callable[[str, str], bool]] = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_Check: TypeAlias = Callable[..., bool]
_BY_FIELD: dict[type[Test], Callable[..., str | None]] = {Exists: _exists, Null: _null, FieldRef: _refers_to}
_NODES: dict[type[Node], _Check] = {And: _and, Or: _or, Not: _not, FieldTest: _field, Keyword: _keyword}
_TESTS: dict[type[Test], _Check] = {Text: _text, Number: _number, Regex: _regex, Compare: _compare, Cidr: _cidr}
