"""A second opinion on Sigma: pySigma's own parse of a rule, evaluated without any of our code, and events made to fit.

It is slow, knows only what SigmaHQ uses, and is written from the specification, not from `sentinel.detect`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from re import _parser  # type: ignore[attr-defined]  # to make a text that an expression finds
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    SigmaBool,
    SigmaCIDRExpression,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SpecialChars,
)

EventFields = dict[str, Any]


def trees(data: Mapping[str, Any]) -> list[Any]:
    """Return pySigma's condition trees; a rule is true where any of them is."""
    return [condition.parsed for condition in SigmaRule.from_dict(dict(data)).detection.parsed_condition]


def holds(tree: Any, event: EventFields) -> bool:  # noqa: ANN401 (pySigma's classes have no common base)
    match tree:
        case ConditionAND(args=args):
            return all(holds(arg, event) for arg in args)
        case ConditionOR(args=args):
            return any(holds(arg, event) for arg in args)
        case ConditionNOT(args=args):
            return not holds(args[0], event)
        case ConditionFieldEqualsValueExpression(field=field, value=value):
            return _field(event, field, value)
        case ConditionValueExpression(value=value):
            return any(_value(one, _contained(value), event) for many in event.values() for one in _each(many))
    raise AssertionError(tree)


def _field(event: EventFields, field: str, value: Any) -> bool:  # noqa: ANN401 -- values of pySigma are of many kinds
    if isinstance(value, SigmaNull):
        return event.get(field) is None
    return field in event and any(_value(one, value, event) for one in _each(event[field]))


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _contained(value: Any) -> Any:  # noqa: ANN401 -- values of pySigma are of many kinds
    if isinstance(value, SigmaExpansion):
        return SigmaExpansion([_contained(one) for one in value.values])
    if isinstance(value, SigmaNumber):
        value = SigmaString(str(value.number))
    if isinstance(value, SigmaString):
        return SpecialChars.WILDCARD_MULTI + value + SpecialChars.WILDCARD_MULTI
    return value


def _value(one: object, value: Any, event: EventFields) -> bool:  # noqa: ANN401 -- values of pySigma are of many kinds
    text = str(one)
    match value:
        case SigmaExpansion(values=several):
            return any(_value(one, single, event) for single in several)
        case SigmaString():
            flags = re.DOTALL | re.IGNORECASE
            return re.fullmatch(_pattern(value), text, flags) is not None
        case SigmaNumber() | SigmaBool():
            return text.lower() == str(value).lower()
        case SigmaRegularExpression(regexp=expression, flags=given):
            flag = re.IGNORECASE if SigmaRegularExpressionFlag.IGNORECASE in given else 0
            return re.search(expression.original, text, flag) is not None
        case SigmaCIDRExpression(cidr=cidr):
            return _is_address(text) and ip_address(text) in ip_network(cidr)
        case SigmaFieldReference(field=other):
            return other in event and text.lower() in [str(single).lower() for single in _each(event[other])]
    raise AssertionError(value)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _pattern(value: SigmaString) -> str:
    wild = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return "".join(re.escape(part) if isinstance(part, str) else wild[part] for part in value.s)  # type: ignore[index]  # no placeholders are left


def fitting(several: list[Any], tries: int = 300) -> EventFields | None:
    """Return an event that makes one of the trees true, or None where none was found."""
    for seed in range(tries):
        chance = random.Random(seed)
        tree = several[seed % len(several)]
        event: EventFields = {}
        for field, value in _wishes(tree, chance, wanted=True):
            _grant(event, field, value, chance)
        if holds(tree, event):
            return event
    return None


def _wishes(tree: Any, chance: random.Random, *, wanted: bool) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 -- values of pySigma are of many kinds
    match tree:
        case ConditionNOT(args=args):
            yield from _wishes(args[0], chance, wanted=not wanted)
        case ConditionAND(args=args) | ConditionOR(args=args):
            every = isinstance(tree, ConditionAND) is wanted
            for arg in args if every else [chance.choice(args)]:
                yield from _wishes(arg, chance, wanted=wanted)
        case ConditionFieldEqualsValueExpression(field=field, value=value):
            if wanted:
                yield field, value
            elif isinstance(value, SigmaNull):
                yield field, SigmaString(f"there {field}")
        case ConditionValueExpression(value=value) if wanted:
            yield "Message", _contained(value)


def _grant(event: EventFields, field: str, value: Any, chance: random.Random) -> None:  # noqa: ANN401 -- values of pySigma are of many kinds
    if isinstance(value, SigmaNull):
        event.pop(field, None)
    elif isinstance(value, SigmaFieldReference):
        event.setdefault(value.field, "same")
        event[field] = event[value.field]
    elif field not in event:
        event[field] = _example(value, chance)
    elif not _field(event, field, value):
        event[field] = [*_each(event[field]), _example(value, chance)]


def _example(value: Any, chance: random.Random) -> object:  # noqa: ANN401 -- values of pySigma are of many kinds
    match value:
        case SigmaExpansion(values=several):
            return _example(chance.choice(several), chance)
        case SigmaString():
            wild = {SpecialChars.WILDCARD_MULTI: chance.choice(["", "", "zz"]), SpecialChars.WILDCARD_SINGLE: "z"}
            return "".join(part if isinstance(part, str) else wild[part] for part in value.s)  # type: ignore[index]  # as above
        case SigmaNumber(number=number):
            return chance.choice([number, str(number)])
        case SigmaBool(boolean=boolean):
            return chance.choice([boolean, str(boolean).lower()])
        case SigmaRegularExpression(regexp=expression):
            return found(expression.original, chance)
        case SigmaCIDRExpression(cidr=cidr):
            return str(ip_network(cidr)[0])
    raise AssertionError(value)


def found(expression: str, chance: random.Random) -> str:
    """Return a text that a regular expression without look-around finds."""
    return "".join(_letters(_parser.parse(expression), chance))


def _letters(items: Any, chance: random.Random) -> Iterator[str]:  # noqa: ANN401 -- values of pySigma are of many kinds
    for operation, argument in items:
        match str(operation):
            case "LITERAL":
                yield chr(argument)
            case "ANY":
                yield "z"
            case "IN" | "NOT_LITERAL":
                yield _letter(operation, argument, chance)
            case "BRANCH":
                yield from _letters(chance.choice(argument[1]), chance)
            case "SUBPATTERN":
                yield from _letters(argument[-1], chance)
            case "MAX_REPEAT" | "MIN_REPEAT":
                for _ in range(argument[0]):
                    yield from _letters(argument[-1], chance)


def _letter(operation: object, argument: Any, chance: random.Random) -> str:  # noqa: ANN401 -- values of pySigma are of many kinds
    if str(operation) == "NOT_LITERAL":
        return "z" if argument != ord("z") else "y"
    categories = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "w", "CATEGORY_NOT_SPACE": "w"}
    if str(argument[0][0]) == "NEGATE":
        return "z"
    kind, value = chance.choice(argument)
    if str(kind) == "RANGE":
        return chr(value[0])
    return chr(value) if str(kind) == "LITERAL" else categories.get(str(value), ".")


def variations(event: EventFields) -> Iterator[EventFields]:
    """Yield an event, then the same with each field left out, in capitals, and with each value in a list."""
    yield event
    yield from ({name: value for name, value in event.items() if name != left_out} for left_out in event)
    yield {name: value.upper() if isinstance(value, str) else value for name, value in event.items()}
    yield {name: [*_each(value), "another"] for name, value in event.items()}
