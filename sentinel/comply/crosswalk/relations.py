"""The arithmetic of relations: turned round, and one after the other.

Read every place as the set of what it asks for. A rule holds here only if it holds for all sets, so that a chain of
links never says more than its links do; what follows from nothing is None.
"""

from __future__ import annotations

from collections.abc import Mapping

from sentinel.model.compliance import Confidence
from sentinel.model.crosswalks import Relation

_TURNED: Mapping[Relation, Relation] = {
    "equal": "equal",
    "narrower": "broader",
    "broader": "narrower",
    "intersects": "intersects",
}
_AFTER: Mapping[tuple[Relation, Relation], Relation] = {
    ("narrower", "narrower"): "narrower",
    ("broader", "broader"): "broader",
    ("broader", "narrower"): "intersects",
    ("broader", "intersects"): "intersects",
    ("intersects", "narrower"): "intersects",
}
SUREST: tuple[Confidence, ...] = ("confirmed", "known", "unverified")


def turned(relation: Relation) -> Relation:
    """Return how the second place stands to the first."""
    return _TURNED[relation]


def after(first: Relation, second: Relation) -> Relation | None:
    """Return how A stands to C at least, from A to B and from B to C.

    Two parts of one whole need not meet, and what meets a part need not meet another part: then nothing follows.
    """
    if first == "equal":
        return second
    return first if second == "equal" else _AFTER.get((first, second))


def weakest(*confidences: Confidence) -> Confidence:
    """Return how sure a chain is: as its least sure link."""
    return max(confidences, key=SUREST.index)
