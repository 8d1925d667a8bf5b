"""An attacker knows every release, who was in it and whose they are, and subtracts."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.comply.sector.figures import brought
from sentinel.comply.sector.privacy import LEAST, changed, enough, may_be_new, may_be_repeated, owners
from sentinel.model.benchmark import Counted, Earlier
from tests.comply.sector.small import earlier, member, populations, some


def test_five_owners_are_enough_and_four_are_not() -> None:
    assert enough(owners(some(1, 2, 3, 4, 5)))
    assert not enough(owners(some(1, 2, 3, 4)))
    assert not enough([])


def test_a_chain_learns_nothing_of_the_few_beside_it() -> None:
    chain = owners(some(*range(10, 40), owner="chain"))

    assert not enough([*chain, *owners(some(1, 2, 3))])
    assert not enough(chain)
    assert enough([*chain, *owners(some(1, 2, 3, 4))])


def test_one_newcomer_or_one_change_gives_no_new_figures() -> None:
    before = [member(number) for number in range(6)]
    told = [earlier(1, before)]

    assert may_be_new([brought(one) for one in before], told)
    assert not may_be_new([brought(one) for one in [*before, member(7)]], told)
    assert not may_be_new([brought(one) for one in [member(0, 9), *before[1:]]], told)
    assert not may_be_new([brought(one) for one in before[1:]], told)
    assert may_be_new([brought(one) for one in [member(number, 9) for number in range(6)]], told)


def test_a_new_owner_is_no_change_that_others_could_hide_behind() -> None:
    before = [member(number) for number in range(9)]
    now = [member(0, 9), *(member(number, owner=f"new{number}") for number in range(1, 9))]

    assert changed([brought(one) for one in now], [brought(one) for one in before]) == [frozenset({"000000000"})]


def test_who_owned_it_before_knows_it_too() -> None:
    before = [member(number, owner="chain") for number in range(4)] + [member(number) for number in range(4, 9)]
    now = [member(number, 9) for number in range(6)] + before[6:]

    difference = changed([brought(one) for one in now], [brought(one) for one in before])
    assert len(difference) == 6  # four of them were the chain's: to it, only two are left
    assert not enough(difference)


def test_going_back_to_what_was_is_held_against_the_oldest_release_too() -> None:
    first = [member(number) for number in range(8)]
    second = [member(number, 9) for number in range(5)] + first[5:]
    third = [*first[:4], member(4, 5), *first[5:]]  # all but one are as they were at first
    told = [earlier(1, first), earlier(2, second)]

    assert enough(changed([brought(one) for one in third], told[1].brought))
    assert not may_be_new([brought(one) for one in third], told)


def test_another_group_that_held_nearly_the_same_counts_too() -> None:
    before = [member(number) for number in range(8)]

    assert not may_be_new([brought(one) for one in before[1:]], [earlier(1, before, group="an-older-group")])


def test_nothing_is_repeated_of_somebody_who_withdrew() -> None:
    last = earlier(1, [member(number) for number in range(6)])

    assert may_be_repeated(some(*range(7)), last)
    assert not may_be_repeated(some(*range(1, 7)), last)


def told_after(history: list[list[Counted]]) -> list[Earlier]:
    """Return what is told of a group, release after release."""
    told: list[Earlier] = []
    for number, members in enumerate(history):
        now = [brought(one) for one in members]
        if enough(owners(now)) and may_be_new(now, told):
            told.append(earlier(number, members))
    return told


@settings(max_examples=300)
@given(st.lists(populations, min_size=1, max_size=5))
def test_whoever_subtracts_two_releases_meets_enough_of_others(history: list[list[Counted]]) -> None:
    """The attacker has exact sums, which nobody is told, and owns whichever chain is the largest in the difference."""
    told = told_after(history)

    for one in told:
        assert attacked([b.owner for b in one.brought]) >= LEAST - 1
    for one, other in combinations(told, 2):
        before, after = ({b.number: b for b in those.brought} for those in (one, other))
        moved = [
            n for n in before.keys() | after if n not in before or n not in after or before[n].print != after[n].print
        ]
        for attacker in {b.owner for b in (*one.brought, *other.brought)}:
            left = [n for n in moved if attacker not in {b.owner for b in (before.get(n), after.get(n)) if b}]
            assert not moved or len(left) >= LEAST - 1


def attacked(everybody: list[str]) -> int:
    """Return how many are left to the largest owner, who takes away its own."""
    return len(everybody) - max((everybody.count(owner) for owner in everybody), default=0)


@given(populations, populations)
def test_a_difference_is_the_same_from_either_side(one: list[Counted], other: list[Counted]) -> None:
    first, second = [brought(m) for m in one], [brought(m) for m in other]

    assert sorted(map(sorted, changed(first, second))) == sorted(map(sorted, changed(second, first)))
