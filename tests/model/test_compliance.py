from __future__ import annotations

from dataclasses import replace

from sentinel.model.compliance import Score
from sentinel.model.text import Text

ASKED = Score(None, 0.0, 0.0, "red", Text("", ""), (), {"not_assessed": 4}, "small", "2026.1", "0" * 64)


def test_no_coverage_where_something_waits_for_an_answer_is_nobody_asked() -> None:
    assert replace(ASKED, coverage=None).unasked
    assert not ASKED.unasked


def test_where_nothing_applies_somebody_was_asked_all_the_same() -> None:
    assert not replace(ASKED, coverage=None, counts={"not_applicable": 4}).unasked
