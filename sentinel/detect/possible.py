"""Says whether a condition could have come true at all in events that never held some of its fields."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sentinel.detect.condition import And, FieldRef, FieldTest, Keyword, Node, Not, Or, fields
from sentinel.detect.evaluate import matches


def possible(node: Node, seen: AbstractSet[str], *, outcome: bool) -> bool:
    """Say whether a condition could have come to `outcome` in events that hold no fields but those of `seen`.

    A test of a field that was never there has the one value that absence gives it; any other test may go both ways.
    So *no* is certain, and *yes* may still be wrong: a rule is never called impossible that could have fired.
    """
    match node:
        case Keyword():
            return True
        case FieldTest():
            return _leaf_possible(node, seen, outcome=outcome)
        case Not(item=item):
            return possible(item, seen, outcome=not outcome)
        case And(items=items) | Or(items=items):
            each = (possible(item, seen, outcome=outcome) for item in items)
            return all(each) if isinstance(node, And) is outcome else any(each)


def missing(node: Node, seen: AbstractSet[str], *, outcome: bool) -> frozenset[str]:
    """Return the absent fields that keep a condition from `outcome`, where it is not possible."""
    match node:
        case Keyword() | FieldTest():
            return fields(node) - seen
        case Not(item=item):
            return missing(item, seen, outcome=not outcome)
        case And(items=items) | Or(items=items):
            blocking = (item for item in items if not possible(item, seen, outcome=outcome))
            return frozenset().union(*(missing(item, seen, outcome=outcome) for item in blocking))


def _leaf_possible(test: FieldTest, seen: AbstractSet[str], *, outcome: bool) -> bool:
    if test.field not in seen:
        return (matches(test, {}) is not None) is outcome
    if not outcome:
        return True
    can = [not isinstance(one, FieldRef) or one.field in seen for one in test.tests]
    return all(can) if test.every else any(can)
