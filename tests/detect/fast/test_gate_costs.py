"""Gates that an earlier log chose are taken up, unless they are dear in this one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, Node, leaves
from sentinel.detect.fast.gate_costs import KEY, GateCosts
from sentinel.detect.fast.gates import Cost, Way, gate
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.test_bell import CONDITIONS
from tests.detect.fast.test_choices import Memory

BOTH = And((compile_item("Image|endswith", "x.exe", {}), compile_item("User", "me", {})))
COSTS = st.sampled_from([0.0, 0.1, 0.9, 3.0, 20.0])


def priced(**prices: float) -> Cost:
    """Return a cost by the field of a gate."""
    return lambda one: prices[one[0][0]]


def fields(ways: tuple[Way, ...] | None) -> list[str]:
    return [one[0][0] for one, _ in ways or ()]


def chosen(memory: Memory, cost: Cost, events: int = 40, node: Node = BOTH) -> list[str]:
    """Return the fields of the gates that a log chooses which is read after all those of a memory."""
    costs = GateCosts(memory)
    found = costs.choose("rule", node, cost, events)
    costs.save()
    return fields(found)


def test_the_gates_of_one_log_are_those_of_the_next() -> None:
    memory = Memory()
    assert chosen(memory, priced(Image=0.1, User=0.2)) == ["Image"]
    assert chosen(memory, priced(Image=0.3, User=0.1)) == ["Image"]
    assert memory.saved == 1
    assert chosen(Memory(), priced(Image=0.3, User=0.1)) == ["User"]


def test_gates_that_are_dear_in_the_next_log_are_chosen_anew() -> None:
    memory = Memory()
    chosen(memory, priced(Image=0.1, User=0.2))
    assert chosen(memory, priced(Image=5, User=0.2)) == ["User"]
    assert chosen(memory, priced(Image=0.1, User=0.2)) == ["User"]
    assert memory.saved == 2


def test_a_few_events_say_nothing_against_many() -> None:
    memory = Memory()
    chosen(memory, priced(Image=0.1, User=0.2), events=40)
    assert chosen(memory, priced(Image=5, User=0.2), events=3) == ["Image"]
    assert chosen(memory, priced(Image=5, User=0.2), events=20) == ["User"]


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x81\xa4rule\x92\x01\xa1x", b"\x81\xa4rule\x92\x28\x90"])
def test_what_something_else_kept_is_nothing(data: bytes) -> None:
    memory = Memory()
    memory.save(KEY, data)
    assert chosen(memory, priced(Image=0.1, User=9)) == ["Image"]


@given(CONDITIONS, CONDITIONS, st.lists(COSTS, max_size=9), st.lists(COSTS, min_size=1, max_size=9))
def test_whatever_was_kept_the_gates_are_those_that_some_costs_choose(
    before: Node, node: Node, kept: list[float], now: list[float]
) -> None:
    """Also where another condition had the same name before: each gate is one that the condition itself has."""
    costs, rest = GateCosts(), iter(kept)
    costs.choose("x", before, lambda _: next(rest, 1.0), 40)
    found = costs.choose("x", node, lambda one: now[sum(map(ord, "".join(one[0]))) % len(now)], 40)

    assert (found is None) == (gate(node, lambda _: 1.0) is None)
    own = set(map(id, leaves(node)))
    parts = [part for one, also in found or () for _, part in (one, *also)]
    assert all(own.issuperset(map(id, leaves(part))) for part in parts)
