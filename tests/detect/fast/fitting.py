"""Events made so that a rule finds them, from its condition tree."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sentinel.detect.condition import (
    And,
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
    Test,
    Text,
    Wild,
)
from sentinel.detect.routes import ANY, Route, Routes, contains
from sentinel.detect.rule import Rule
from tests.detect.independent import found

_WILD = {Wild.ANY: ("", "", "zz", "å"), Wild.ONE: ("z", "ø"), Wild.DASH: ("-", "/", "–")}


def fitting(rule: Rule, routes: Routes, chance: Random) -> dict[str, Any]:
    """Return fields that most probably meet a rule, with what makes an event one of its log source."""
    event: dict[str, Any] = {}
    for field, test in _wishes(rule.condition, chance, wanted=True):
        _grant(event, field, test, chance)
    fit = [route for route in routes.routes if contains(rule.logsource, route.key)]
    return {**event, **_routed(chance.choice(fit), event, chance)} if fit else event


def _routed(route: Route, event: dict[str, Any], chance: Random) -> dict[str, Any]:
    """Return what routes an event, and the names that the log has for what rules call otherwise."""
    made: dict[str, Any] = {}
    for new, old in route.aliases:
        if new in event and chance.random() < 0.5:
            made[old] = event.pop(new)
    for name, texts in route.when:
        if str(event.get(name, made.get(name))).casefold() not in texts:
            text = chance.choice(sorted(texts))
            made[name] = "any" if text == ANY else int(text) if text.isdecimal() and chance.random() < 0.7 else text
    return made


def _wishes(node: Node, chance: Random, *, wanted: bool) -> Iterator[tuple[str, Test]]:
    match node:
        case Not(item=item):
            yield from _wishes(item, chance, wanted=not wanted)
        case And(items=items) | Or(items=items):
            every = isinstance(node, And) is wanted
            for item in items if every else [chance.choice(items)]:
                yield from _wishes(item, chance, wanted=wanted)
        case FieldTest() | Keyword():
            name = node.field if isinstance(node, FieldTest) else chance.choice(["Message", "Data", "x"])
            if wanted:
                yield from ((name, test) for test in (node.tests if node.every else [chance.choice(node.tests)]))
            elif isinstance(node.tests[0], Null):
                yield name, Exists(wanted=True)


def _grant(event: dict[str, Any], field: str, test: Test, chance: Random) -> None:
    match test:
        case Null() | Exists(wanted=False):
            event.pop(field, None)
        case FieldRef(field=other):
            event[field] = event.setdefault(other, "same")
        case _:
            made = example(test, chance)
            event[field] = [event[field], made] if field in event and isinstance(made, str) else made


def example(test: Test, chance: Random) -> Any:  # noqa: ANN401 -- a value of an event
    """Return a value that most probably meets a test."""
    match test:
        case Text(parts=parts):
            text = "".join(part if isinstance(part, str) else chance.choice(_WILD[part]) for part in parts)
            return text if test.cased else chance.choice([text, text, text.upper(), text.lower()])
        case Number(value=value, text=text):
            return chance.choice([value, text])
        case Regex(pattern=pattern):
            return found(pattern.pattern, chance)
        case Compare(operator=operator, number=number):
            return number + {"gt": 1, "lt": -1}.get(operator or "", 0)
        case Cidr(network=network):
            return str(network[0])
    return "there"
