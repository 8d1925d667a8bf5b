"""Conditions of correlations: limits for what is counted, and trees over rules for what happens together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any, get_args

from sentinel.detect.correlation import AllOf, AnyOf, Bound, CorrelationType, Happened, Happening, Limits, NotSo
from sentinel.detect.grammar import compile_happening, names_in
from sentinel.detect.values import UnusableError

BOUNDS: tuple[Bound, ...] = get_args(Bound)
COUNTED = frozenset({"event_count", "value_count", "temporal", "temporal_ordered"})
MOST_WAYS = 2_000


def names_of(line: str) -> tuple[str, ...]:
    """Return the rules that a temporal condition names, in their order."""
    return names_in(line)


def compile_limits(written: Mapping[str, Any], kind: CorrelationType) -> Limits:
    """Read one comparison, or several that must all hold; contradictions are refused."""
    unknown = sorted(str(key) for key in written if key not in {*BOUNDS, "field", "percentile"})
    if unknown:
        raise UnusableError(f"unknown key '{unknown[0]}' in the condition", (unknown[0],))
    bounds = tuple((key, _number(key, value, kind)) for key, value in written.items() if key in BOUNDS)
    if not bounds:
        raise UnusableError(f"the condition needs a comparison: {', '.join(BOUNDS)}")
    for pair in (("gt", "gte"), ("lt", "lte")):
        if all(name in written for name in pair):
            raise UnusableError(f"'{pair[0]}' and '{pair[1]}' contradict each other")
    if "eq" in written and len(bounds) > 1:
        raise UnusableError("'eq' leaves nothing for another comparison to say")
    limits = Limits(bounds)
    if not _possible(limits, whole=kind in COUNTED, least=1 if kind == "event_count" else 0):
        raise UnusableError("no number meets the condition; a group without any event is not seen")
    return limits


def compile_temporal(written: object, kind: CorrelationType, rules: Mapping[str, str]) -> Happening | None:
    """Read the condition of a temporal correlation over `rules` (ids by how they are written).

    It is absent (each rule), a count of different rules, or a tree: `a and (b or not c)`. What asks for each rule
    comes out as None, whichever way it is written.
    """
    if written is None or not rules:
        return None
    if isinstance(written, str):
        return _tree(written, rules)
    if not isinstance(written, dict):
        raise UnusableError("the condition must be a map, or text such as 'a and not b'")
    limits = compile_limits(written, kind)
    for key in ("field", "percentile"):
        if key in written:
            raise UnusableError(f"{key} means nothing beside {kind}", (key,))
    return _at_least(limits, kind, tuple(rules.values()))


def _tree(line: str, rules: Mapping[str, str]) -> Happening | None:
    tree = compile_happening(line, {written: Happened(id_) for written, id_ in rules.items()})
    unused = [written for written in rules if written not in names_of(line)]
    if unused:
        raise UnusableError(f"the condition leaves out '{unused[0]}', which stands among the rules")
    if true_of(tree, frozenset()):
        raise UnusableError("the condition is true where nothing happened, and nothing is not an event")
    if isinstance(tree, AllOf | Happened) and set(_plain(tree)) == set(rules.values()):
        return None
    return tree


def true_of(tree: Happening, happened: frozenset[str]) -> bool:
    """Say whether a condition is true where just these rules matched."""
    match tree:
        case Happened(rule=rule):
            return rule in happened
        case NotSo(item=item):
            return not true_of(item, happened)
        case AllOf(items=items):
            return all(true_of(item, happened) for item in items)
        case AnyOf(items=items):
            return any(true_of(item, happened) for item in items)


def _plain(tree: Happened | AllOf) -> tuple[str, ...]:
    """Return the rules of a condition that asks for each of them and nothing else; empty for any other."""
    items = tree.items if isinstance(tree, AllOf) else (tree,)
    plain = tuple(item.rule for item in items if isinstance(item, Happened))
    return plain if len(plain) == len(items) else ()


def _at_least(limits: Limits, kind: CorrelationType, rules: tuple[str, ...]) -> Happening | None:
    """Write out `gte: 2` over three rules as the pairs that meet it."""
    meeting = [count for count in range(len(rules) + 1) if limits.hold(count)]
    if meeting == [len(rules)]:
        return None
    if not meeting:
        raise UnusableError(f"{len(rules)} rules cannot meet the condition")
    if meeting != list(range(meeting[0], len(rules) + 1)) or meeting[0] == 0 or kind == "temporal_ordered":
        raise UnusableError(f"{kind} cannot count so; write a condition over the names of the rules")
    if math.comb(len(rules), meeting[0]) > MOST_WAYS:
        raise UnusableError(f"there are more than {MOST_WAYS:,} ways to meet the condition")
    ways = [tuple(map(Happened, chosen)) for chosen in combinations(rules, meeting[0])]
    return AnyOf(tuple(way[0] if len(way) == 1 else AllOf(way) for way in ways))


def _number(key: str, value: object, kind: CorrelationType) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnusableError(f"{key} takes a number", (key,))
    if kind in COUNTED and (value != int(value) or value < 0):
        raise UnusableError(f"{key} takes a whole number, since it is a count", (key,))
    return value


def _possible(limits: Limits, *, whole: bool, least: int) -> bool:
    """Say whether any number meets all limits: each of them, those beside it, and those in between are tried."""
    numbers = sorted({number for _, number in limits.bounds})
    around = [step for number in numbers for step in (number - 1, number, number + 1)]
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    return any(limits.hold(n) for n in (least, *around, *between) if not whole or (n >= least and n == int(n)))
