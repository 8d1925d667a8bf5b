from __future__ import annotations

from sentinel.model.alerts import Match
from sentinel.model.explained import Called, Part
from tests.share.sample import COUNTED, TOGETHER, alert, together


def test_a_part_is_walked_before_what_is_below_it_and_that_in_its_order() -> None:
    inner = Part(
        "or", true=True, name="b", items=(Part("field", true=True, name="c"), Part("field", true=False, name="d"))
    )
    whole = Part("and", true=True, name="a", items=(inner, Part("not", true=True, name="e")))

    assert [part.name for part in whole.walk()] == ["a", "b", "c", "d", "e"]


def test_only_what_a_correlation_counted_gets_titles() -> None:
    assert TOGETHER.called.matched(alert()) == alert().matched
    assert TOGETHER.called.matched(together())[0] == Match("User", "r-1", "group-by")
    assert TOGETHER.called.matched(together())[1].value == COUNTED
    assert Called().matched(together()) == together().matched
