"""What a few known fields already say of a condition, whatever the others hold."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, fields
from sentinel.detect.evaluate import Look, holds
from sentinel.model.events import Fields


def refuted(node: Node, known: Fields, names: AbstractSet[str]) -> bool:
    """Say whether a condition is false for every event that has `known`, and no other fields called `names`."""
    return _outcome(node, Look(known), names) is False


def _outcome(node: Node, known: Look, names: AbstractSet[str]) -> bool | None:
    """Return the truth of a condition where it is decided, else None."""
    match node:
        case Keyword():
            return None
        case FieldTest():
            return holds(node, known) if node.field in names and fields(node) <= names else None
        case Not(item=item):
            found = _outcome(item, known, names)
            return None if found is None else not found
        case And(items=items):
            return _all([_outcome(item, known, names) for item in items], among=False)
    return _all([_outcome(item, known, names) for item in node.items], among=True)


def _all(outcomes: Collection[bool | None], *, among: bool) -> bool | None:
    """Return `among` where it is there, its opposite where all say so, else None."""
    if among in outcomes:
        return among
    return None if None in outcomes else not among
