from __future__ import annotations

from sentinel.model.explained import Part


def test_a_part_is_walked_before_what_is_below_it_and_that_in_its_order() -> None:
    inner = Part(
        "or", true=True, name="b", items=(Part("field", true=True, name="c"), Part("field", true=False, name="d"))
    )
    whole = Part("and", true=True, name="a", items=(inner, Part("not", true=True, name="e")))

    assert [part.name for part in whole.walk()] == ["a", "b", "c", "d", "e"]
