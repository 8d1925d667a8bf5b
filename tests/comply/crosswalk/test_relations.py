from __future__ import annotations

from itertools import chain, combinations, product
from typing import get_args

import pytest

from sentinel.comply.crosswalk.relations import after, turned, weakest
from sentinel.model.crosswalks import Relation
from tests.comply.crosswalk.small import relation

SETS = [frozenset(some) for some in chain.from_iterable(combinations(range(4), size) for size in range(1, 5))]


def holds(said: Relation | None, first: frozenset[int], second: frozenset[int]) -> bool:
    """`equal`, `narrower` and `broader` are read as «no more than» and «no less than»; `intersects` as «shares»."""
    match said:
        case "equal":
            return first == second
        case "narrower":
            return first <= second
        case "broader":
            return first >= second
        case "intersects":
            return bool(first & second)
    return True


def test_what_follows_from_two_links_is_true_of_all_sets() -> None:
    wrong = []
    for a, b, c in product(SETS, repeat=3):
        one, two = relation(a, b), relation(b, c)
        if one and two and not holds(after(one, two), a, c):
            wrong.append((a, b, c))

    assert wrong == []


def test_nothing_that_follows_always_is_left_out() -> None:
    for one, two in product(get_args(Relation), repeat=2):
        ends = [(a, c) for a, b, c in product(SETS, repeat=3) if (relation(a, b), relation(b, c)) == (one, two)]
        if after(one, two) is None:
            assert any(not a & c for a, c in ends), f"{one} and {two} always share something"


@pytest.mark.parametrize("said", get_args(Relation))
def test_turned_twice_is_as_before(said: Relation) -> None:
    assert turned(turned(said)) == said


def test_turned_tells_how_the_second_stands_to_the_first() -> None:
    for a, b in product(SETS, repeat=2):
        if one := relation(a, b):
            assert turned(one) == relation(b, a)


def test_a_chain_is_as_sure_as_its_least_sure_link() -> None:
    assert weakest("confirmed", "unverified", "known") == "unverified"
    assert weakest("confirmed", "known") == "known"
