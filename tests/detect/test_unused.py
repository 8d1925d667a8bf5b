from __future__ import annotations

import pytest

from sentinel.detect.unused import unused_parts


@pytest.mark.parametrize(
    ("condition", "unused"),
    [
        ("a and b1", ("b2", "_c")),
        ("a and (NOT b1) or 1 of b*", ("_c",)),
        ("all of them", ("_c",)),
        ("1 of _*", ("a", "b1", "b2")),
        (["a", "b1 or b2"], ("_c",)),
        ("not(a)", ("b1", "b2", "_c")),
        (None, ("a", "b1", "b2", "_c")),
    ],
)
def test_a_part_is_used_by_name_or_by_pattern(condition: object, unused: tuple[str, ...]) -> None:
    assert unused_parts({"a": {}, "b1": {}, "b2": {}, "_c": {}, "condition": condition}) == unused
