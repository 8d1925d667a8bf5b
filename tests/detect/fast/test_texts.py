from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.texts import search_text
from sentinel.detect.readings import scalars
from tests.detect.fast.strategies import names, values


@given(st.dictionaries(names, values))
def test_every_single_value_stands_folded_behind_its_name(fields: dict[str, object]) -> None:
    text = search_text(fields)  # type: ignore[arg-type]  # any value of JSON
    whole = [(name, one) for name, value in fields.items() for one in scalars(value)]

    if text is None:
        assert any(isinstance(one, int) and not -(2**63) <= one < 2**64 for _, one in whole)
    else:
        assert b"\n" not in text
        assert all(
            orjson.dumps({name: one})[1:-1].decode().casefold() in text.decode().casefold() for name, one in whole
        )


def test_lists_and_maps_give_each_of_their_values_alone() -> None:
    nested: dict[str, Any] = {"A": ["Ærlig", {"b": 1}], "C": True, "D": "x", "E": {"f": ("y", [None])}}

    assert search_text(nested) == '{"c":true,"d":"x"},{"a":"ærlig"},{"a":1},{"e":"y"},{"e":null}'.encode()
    assert search_text({"A": []}) == b""


def test_ascii_is_left_as_it_is() -> None:
    assert search_text({"A": "C:\\Temp"}) == rb'{"A":"C:\\Temp"}'


def test_a_letter_that_is_an_i_to_some_stands_in_both_forms() -> None:
    assert search_text({"A": "WHOAMı"}) == '{"a":"whoamı"},{"a":"whoami"}'.encode()


def test_what_json_cannot_hold_has_no_text() -> None:
    assert search_text({"A": 2**64}) is None
    assert search_text({"A": "half \ud800 pair"}) is None
    assert search_text({"A": ["x", -(2**70)]}) is None
