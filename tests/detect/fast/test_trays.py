from __future__ import annotations

import multiprocessing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.crew import can_fork
from sentinel.detect.fast.trays import Lot, Trays


@given(st.lists(st.one_of(st.binary(max_size=12), st.integers(0, 5)), max_size=40))
def test_what_lies_in_a_tray_is_what_was_put_there_until_it_is_freed(steps: list[bytes | int]) -> None:
    """A number frees one of those that lie there."""
    trays = Trays(3, size=8)
    lying: list[tuple[Lot, bytes]] = []
    for step in steps:
        if isinstance(step, bytes):
            lying.append((trays.put(step), step))
        elif step < len(lying):
            trays.free(lying.pop(step)[0])

        assert [trays.take(lot) for lot, _ in lying] == [block for _, block in lying]
        assert sum(lot.tray >= 0 for lot, _ in lying) <= 3


def test_what_does_not_fit_goes_along() -> None:
    trays = Trays(1, size=4)

    assert trays.put(b"12345") == Lot(0, 5, b"12345")
    assert trays.put(b"1") == Lot(-1, 1, b"1")
    assert trays.take(Lot(0, 5, b"12345")) == b"12345"
    trays.free(Lot(-1, 1, b"1"))
    trays.free(Lot(0, 5, b"12345"))
    assert trays.put(b"1234") == Lot(0, 4)
    trays.free(Lot(0, 4))
    assert trays.put(b"") == Lot(0, 0)


@given(st.binary(max_size=12), st.binary(max_size=12), st.booleans())
def test_an_answer_lies_where_what_was_asked_lay(asked: bytes, answer: bytes, full: bool) -> None:
    trays = Trays(1, size=8)
    other = trays.put(b"other") if full else None
    lot = trays.put(asked)
    answered = trays.fill(lot, answer)

    assert trays.take(answered) == answer
    assert answered.tray == lot.tray
    assert bool(answered.held) == (len(answer) > 8 or (full and answer != b""))
    assert other is None or trays.take(other) == b"other"


@pytest.mark.skipif(not can_fork(), reason="this system makes no process of a running one")
def test_a_process_that_was_made_before_takes_what_was_put_there_later_and_answers_there() -> None:
    trays = Trays(2, size=1 << 20)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def answer() -> None:
        lot = there.recv()
        there.send(trays.fill(lot, trays.take(lot)[::-1]))

    process = context.Process(target=answer)
    process.start()
    here.send(trays.put(b"x" * 1_000_000 + b"end"))
    answered = here.recv()

    assert answered.held == b""
    assert trays.take(answered) == b"dne" + b"x" * 1_000_000
    process.join(10)
    assert process.exitcode == 0
