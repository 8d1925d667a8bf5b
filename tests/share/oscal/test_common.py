from __future__ import annotations

import re
from datetime import date

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sentinel.share.oscal import common

STRING = re.compile(r"\S(.*\S)?")
"""What OSCAL's datatype `string` takes (its JSON schema says so)."""


@given(st.text())
def test_every_text_becomes_a_value_that_oscal_takes(text: str) -> None:
    value = common.prop("x", text)["value"]

    assert STRING.fullmatch(value)
    assert "\n" not in value


@given(st.text())
def test_a_text_can_be_had_back_whole(text: str) -> None:
    found = common.text_props("x", text)

    assert bool(found) == bool(text.split())
    assert all((one.get("remarks") or one["value"]) == text for one in found)


@given(st.one_of(st.integers(-5, 9), st.booleans(), st.lists(st.text(st.characters(exclude_categories=["Cs"])))))
def test_values_that_are_no_text_say_of_what_kind_they_are(value: object) -> None:
    (found,) = common.value_prop("x", value)

    assert found["class"] in {"number", "json"}
    assert orjson.loads(found.get("remarks") or found["value"]) == value


def test_identifiers_follow_from_words_and_are_of_version_five() -> None:
    assert common.uid("a", "b") == common.uid("a", "b")
    assert len({common.uid("a", "b"), common.uid("ab"), common.uid("a", "b", "")}) == 3
    assert common.uid("a")[14] == "5"


def test_a_day_begins_in_utc_with_its_offset() -> None:
    assert common.stamp(date(2026, 3, 29)) == "2026-03-29T00:00:00+00:00"
