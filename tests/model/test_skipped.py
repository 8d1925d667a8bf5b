from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.skipped import Skipped, Tally


@given(st.lists(st.sampled_from(["not-json", "truncated", None])))
def test_in_is_handled_plus_skipped(records: list[str | None]) -> None:
    tally = Tally("x")
    for number, reason in enumerate(records):
        if reason is None:
            tally.handled += 1
        else:
            tally.skip(Skipped("x", f"line {number}", reason))

    assert tally.total == len(records)
    assert set(tally.examples) == {reason for reason in records if reason}
    assert all(tally.examples[reason].place == f"line {records.index(reason)}" for reason in tally.examples)


def test_a_tally_takes_up_another_and_keeps_its_own_examples() -> None:
    first, second = Tally("log", 2), Tally("log", 3)
    first.skip(Skipped("log", "1", "not-json", "a"))
    second.skip(Skipped("log", "2", "not-json", "b"))
    second.skip(Skipped("log", "3", "too-long"))
    first.absorb(second)

    assert (first.handled, first.skipped) == (5, {"not-json": 2, "too-long": 1})
    assert [first.examples[reason].place for reason in ("not-json", "too-long")] == ["1", "3"]
