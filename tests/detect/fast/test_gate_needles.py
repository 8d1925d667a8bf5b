"""Needles that were kept are taken up only where every gate needs them, and where they are rare."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast import gate_needles as module
from sentinel.detect.fast.gate_needles import KEY, TOO_OFTEN, Chosen, GateNeedles
from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.witness import Pick, Union, Ways, is_witness
from tests.detect.fast.test_choices import Memory

LINES = 200


def needle(*texts: str) -> Needles:
    return frozenset(text.encode() for text in texts)


def values(**counts: int) -> bytes:
    """Return values, a line each, of which so many hold each word."""
    return b"".join(
        " ".join(word for word, count in counts.items() if number < count).encode() + b"\n" for number in range(LINES)
    )


def chosen(memory: Memory | None, gates: Mapping[int, Ways], sample: bytes) -> dict[int, Needles]:
    """Return what a log has chosen that is read after all those of a memory."""
    needles = GateNeedles(kept=memory)
    found = needles.choose(gates, sample)
    assert found == needles.choose(gates, sample)
    needles.save()
    return found


EITHER: Ways = Pick((needle("rundll32"), needle("javascript")))
KNOWN: dict[int, Ways] = {0: EITHER, 2: Union((needle("certutil"), needle("bitsadmin"))), 7: None}


def test_the_needles_of_one_log_are_those_of_the_next() -> None:
    memory = Memory()
    first = chosen(memory, KNOWN, values(rundll32=20))
    second = chosen(memory, KNOWN, values(javascript=20))

    assert first == second == {0: needle("javascript"), 2: needle("certutil", "bitsadmin")}
    assert memory.saved == 1
    assert chosen(None, KNOWN, values(javascript=20))[0] == needle("rundll32")


def test_a_gate_is_the_same_in_whatever_order_its_parts_come() -> None:
    """Parts that were a set come in another order in each process, and each would choose needles anew."""
    memory = Memory()
    parts = (needle("certutil"), needle("bitsadmin"), needle("mshta"))
    gates: list[dict[int, Ways]] = [
        {0: Pick((Union(some), needle("regsvr32")))} for some in (parts, parts[::-1], (parts[1], parts[2], parts[0]))
    ]
    gates.append({0: Pick((needle("regsvr32"), Union(parts)))})
    found = [chosen(memory, one, values(regsvr32=20)) for one in gates]

    assert found == [{0: needle("certutil", "bitsadmin", "mshta")}] * 4
    assert memory.saved == 1


def test_only_a_gate_that_is_new_is_counted() -> None:
    memory = Memory()
    chosen(memory, KNOWN, values(rundll32=20))
    more = {4: EITHER, 5: KNOWN[2], 9: Pick((needle("rundll32"), needle("vbscript")))}

    found = chosen(memory, more, values(javascript=20, vbscript=20))
    assert found == {4: needle("javascript"), 5: needle("certutil", "bitsadmin"), 9: needle("rundll32")}
    assert memory.saved == 2


def test_needles_that_the_next_log_is_full_of_are_chosen_anew() -> None:
    memory = Memory()
    assert chosen(memory, KNOWN, values(rundll32=LINES))[0] == needle("javascript")
    for _ in range(2):
        assert chosen(memory, KNOWN, values(javascript=LINES))[0] == needle("rundll32")
    assert memory.saved == 2


def test_a_gate_that_most_values_would_wake_is_left_out_by_that_log_alone() -> None:
    memory = Memory()
    full = int(LINES * TOO_OFTEN) + 20
    for _ in range(2):
        assert chosen(memory, KNOWN, values(rundll32=full, javascript=full)).keys() == {2}
    assert memory.saved == 1
    assert chosen(memory, KNOWN, values(rundll32=full))[0] == needle("javascript")


def test_a_gate_that_was_left_out_is_not_taken_up_again_beside_those_just_chosen() -> None:
    """What was kept of it, from a log in which it was rare, would pass beside the share of a gate that is frequent."""
    memory = Memory()
    rare: Ways = Pick((needle("javascript"),))
    chosen(memory, {0: rare}, values())

    frequent = {0: rare, 1: needle("rundll32")}
    assert chosen(memory, frequent, values(javascript=100, rundll32=80)).keys() == {1}
    assert chosen(memory, {0: rare}, values()).keys() == {0}


def test_a_few_values_say_nothing_against_many() -> None:
    memory = Memory()
    chosen(memory, KNOWN, values(rundll32=20))
    full = values(javascript=LINES).splitlines(keepends=True)

    assert chosen(memory, KNOWN, b"".join(full[:9]))[0] == needle("javascript")
    assert chosen(memory, KNOWN, b"".join(full[: LINES // 2]))[0] == needle("rundll32")


def test_needles_that_a_gate_does_not_need_wake_nothing_in_its_stead() -> None:
    """The same needles can be asked for in another way: both wanted, where one was enough before."""
    memory = Memory()
    both: Ways = Union((needle("rundll32"), needle("javascript")))
    assert chosen(memory, KNOWN | {3: both}, values(rundll32=20))[3] == needle("rundll32", "javascript")
    assert chosen(memory, {0: both, 1: EITHER}, values())[0] == needle("rundll32", "javascript")

    memory.save(KEY, msgspec.msgpack.encode({module._name(both): Chosen(LINES, 0.0, needle("rundll32"))}))
    assert chosen(memory, {0: both}, values())[0] == needle("rundll32", "javascript")


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x81\x00\x90", b"\x81\xa1a\x92\x00\x91\x01"])
def test_what_something_else_kept_is_nothing(data: bytes) -> None:
    memory = Memory()
    memory.save(KEY, data)
    assert chosen(memory, KNOWN, values(rundll32=20)) == chosen(None, KNOWN, values(rundll32=20))


def test_no_values_keep_nothing() -> None:
    memory = Memory()
    assert chosen(memory, KNOWN, b"").keys() == {0, 2}
    assert memory.saved == 0


WORDS = st.sampled_from(["a1", "b2", "c3", "d4"]).map(needle)
WAYS: st.SearchStrategy[Ways] = st.recursive(
    st.none() | WORDS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda some: Pick(tuple(some)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda some: Union(tuple(some)))
    ),
    max_leaves=6,
)
GATES = st.dictionaries(st.integers(0, 4), WAYS, max_size=4)
COUNTS = st.fixed_dictionaries({word: st.integers(0, LINES) for word in ("a1", "b2", "c3", "d4")})


@given(st.lists(st.tuples(GATES, COUNTS), min_size=1, max_size=4))
def test_whatever_was_kept_each_gate_needs_its_needles(logs: list[tuple[dict[int, Ways], dict[str, int]]]) -> None:
    memory = Memory()
    for gates, counts in logs:
        found = chosen(memory, gates, values(**counts))
        assert all(is_witness(one, gates[index]) for index, one in found.items())
