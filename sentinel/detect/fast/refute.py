"""What a few known fields already say of a condition, whatever the others hold."""

from __future__ import annotations

from collections.abc import Iterable
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
            return _first(items, known, names, wanted=False)
    return _first(node.items, known, names, wanted=True)


def _first(items: Iterable[Node], known: Look, names: AbstractSet[str], *, wanted: bool) -> bool | None:
    """Return what is wanted where one of several is that, its opposite where all are, else None."""
    decided = True
    for item in items:
        found = _outcome(item, known, names)
        if found is wanted:
            return wanted
        decided = decided and found is not None
    return not wanted if decided else None
