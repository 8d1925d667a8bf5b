from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.dpia.cnil_forms import read_pia
from sentinel.errors import ContentError


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_pia(text, "pia.json")
    return [str(fault) for fault in caught.value.faults]


def test_what_is_empty_or_null_is_read_as_nothing() -> None:
    found = read_pia('{"pia": {"name": null, "dpo_status": 1}, "answers": null, "measures": []}', "pia.json")

    assert (found.pia.name, found.answers, found.pia.model_extra) == ("", (), {"dpo_status": 1})


def test_every_fault_is_told_with_its_place() -> None:
    text = '{"pia": {}, "answers": [{"reference_to": "x"}], "measures": [{"title": 4}]}'

    assert faults(text) == [
        (
            "pia.json: is no export of CNIL PIA: answers.0.reference_to: input should be a valid integer, "
            "unable to parse string as an integer"
        ),
        "pia.json: is no export of CNIL PIA: measures.0.title: input should be a valid string",
    ]


@pytest.mark.parametrize("text", ["", "[", "[]", "null", "4", '{"a": 1}', "[" * 100_000, '{"pia": []}'])
def test_what_is_no_export_is_told_in_a_line_each(text: str) -> None:
    assert all(line.startswith("pia.json") and "\n" not in line for line in faults(text))


def test_too_much_is_told_and_not_read() -> None:
    many = '{"pia": {}, "measures": [' + ",".join(['{"title": "a"}'] * 501) + "]}"

    assert "at most 500" in faults(many)[0]
    assert "at most 200000" in faults('{"pia": {"name": "' + "a" * 200_001 + '"}}')[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 400) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["pia", "answers", "data", "gauge", "list", "reference_to", "title"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_told(value: object) -> None:
    text = json.dumps(value)
    readable = isinstance(value, dict) and isinstance(value.get("pia"), dict)

    if not readable:
        assert faults(text)
    else:
        with suppress(ContentError):
            assert read_pia(text, "pia.json").pia is not None
