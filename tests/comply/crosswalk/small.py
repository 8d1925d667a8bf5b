"""Frameworks made of sets, so that a relation between two places is known and not only said."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from sentinel.model.crosswalks import Crosswalk, Framework, Link, Relation
from sentinel.model.text import Text

WORD = Text("ord", "word")
THINGS = 5
things = st.frozensets(st.integers(0, THINGS - 1), min_size=1)
Places = Mapping[str, frozenset[int]]


def relation(first: frozenset[int], second: frozenset[int]) -> Relation | None:
    """Return how two sets stand to one another; None where they share nothing."""
    if first == second:
        return "equal"
    if first < second:
        return "narrower"
    if first > second:
        return "broader"
    return "intersects" if first & second else None


def places(name: str) -> st.SearchStrategy[Places]:
    return st.lists(things, min_size=1, max_size=4).map(
        lambda sets: {f"{name}{number}": found for number, found in enumerate(sets)}
    )


def framework(name: str, labels: Places) -> Framework:
    return Framework(name, WORD, WORD, WORD, "known", dict.fromkeys(labels, WORD))


def crosswalk(first: str, firsts: Places, second: str, seconds: Places) -> Crosswalk:
    """Link all places of two frameworks that share something, as they truly stand."""
    links = [
        Link(one, other, found, "known")
        for one, own in firsts.items()
        for other, theirs in seconds.items()
        if (found := relation(own, theirs))
    ]
    return Crosswalk(f"{first}-{second}", first, second, WORD, "known", tuple(links))
