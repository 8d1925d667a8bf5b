"""Needles that were kept are taken up only where every gate needs them, and where they are rare."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast import gate_choices as module
from sentinel.detect.fast.databases import Databases
from sentinel.detect.fast.gate_choices import TOO_OFTEN, choose_gates
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


EITHER: Ways = Pick((needle("rundll32"), needle("javascript")))
KNOWN: dict[int, Ways] = {0: EITHER, 2: Union((needle("certutil"), needle("bitsadmin"))), 7: None}


def test_the_needles_of_one_log_are_those_of_the_next() -> None:
    memory = Memory()
    first = choose_gates(KNOWN, values(rundll32=20), Databases(memory))
    second = choose_gates(KNOWN, values(javascript=20), Databases(memory))

    assert first == second == {0: needle("javascript"), 2: needle("certutil", "bitsadmin")}
    assert memory.saved == 1
    assert choose_gates(KNOWN, values(javascript=20), Databases())[0] == needle("rundll32")


def test_needles_that_the_next_log_is_full_of_are_chosen_anew() -> None:
    memory = Memory()
    assert choose_gates(KNOWN, values(rundll32=LINES), Databases(memory))[0] == needle("javascript")
    for _ in range(2):
        assert choose_gates(KNOWN, values(javascript=LINES), Databases(memory))[0] == needle("rundll32")
    assert memory.saved == 2


def test_a_gate_that_most_values_would_wake_is_left_out() -> None:
    full = int(LINES * TOO_OFTEN) + 20
    assert choose_gates(KNOWN, values(rundll32=full, javascript=full), Databases()).keys() == {2}


def test_gates_that_changed_their_needles_have_nothing_kept() -> None:
    memory = Memory()
    choose_gates(KNOWN, values(rundll32=20), Databases(memory))
    other = KNOWN | {0: Pick((needle("rundll32"), needle("vbscript")))}

    assert choose_gates(other, values(rundll32=20), Databases(memory))[0] == needle("vbscript")


def test_needles_that_a_gate_does_not_need_wake_nothing_in_its_stead() -> None:
    """The same needles can be asked for in another way: here both are wanted, where one was enough before."""
    memory = Memory()
    choose_gates(KNOWN, values(rundll32=20), Databases(memory))
    both = KNOWN | {0: Union((needle("rundll32"), needle("javascript")))}

    assert choose_gates(both, values(), Databases(memory))[0] == needle("rundll32", "javascript")


def test_what_something_else_kept_is_nothing() -> None:
    memory = Memory()
    wanted = choose_gates(KNOWN, values(rundll32=20), Databases(memory))
    others = [b"", b"\xc1", b"\x81\x00\x90", module._ENCODER.encode(module._Chosen(0, {9: needle("x")}))]
    for data in others:
        memory.kept = dict.fromkeys(memory.kept, data)
        assert choose_gates(KNOWN, values(rundll32=20), Databases(memory)) == wanted


def test_no_values_keep_nothing() -> None:
    memory = Memory()
    assert choose_gates(KNOWN, b"", Databases(memory)).keys() == {0, 2}
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


@given(logs=st.lists(st.tuples(GATES, COUNTS), min_size=1, max_size=4), mixed=st.booleans())
def test_whatever_was_kept_each_gate_needs_its_needles(
    logs: list[tuple[dict[int, Ways], dict[str, int]]], mixed: bool
) -> None:
    """`mixed`: as if all gates had one key, so that nothing but the check stands between them."""
    memory = Memory()
    for known, counts in logs:
        chosen = choose_gates(known, values(**counts), Databases(memory))
        assert all(is_witness(found, known[index]) for index, found in chosen.items())
        if mixed and memory.kept:
            newest = list(memory.kept.values())[-1]
            memory.kept = {module._key(gates): newest for gates, _ in logs}
