from __future__ import annotations

import pytest
from pydantic import ValidationError

from sentinel.model.assets import MEDICAL, DeviceClass
from sentinel.scan.fingerprint_rules import Pattern, placeholders


def test_a_pattern_compares_in_exactly_one_way() -> None:
    assert Pattern(equals="a").equals == "a"
    for wrong in ({}, {"equals": "a", "prefix": "b"}):
        with pytest.raises(ValidationError, match="ways to compare"):
            Pattern.model_validate(wrong)


def test_named_parts_are_known() -> None:
    assert Pattern(regex="(?P<v>x)(?P<r>y)?").groups() == {"v", "r"}
    assert Pattern(prefix="x").groups() == frozenset()


def test_only_plain_names_stand_in_braces() -> None:
    assert placeholders("{v} and {r}") == ["v", "r"]
    for wrong in ("{}", "{0}", "{v.x}", "{v[0]}", "{"):
        with pytest.raises(ValueError):  # noqa: PT011 (two kinds of wording)
            placeholders(wrong)


def test_medical_classes_are_classes() -> None:
    assert set(DeviceClass.__args__) > MEDICAL  # type: ignore[attr-defined]  # a Literal keeps its values there
