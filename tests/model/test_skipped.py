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
