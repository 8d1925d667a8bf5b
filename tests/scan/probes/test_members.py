from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.members import members, text_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_wanted_members_are_found_before_and_after_others() -> None:
    body = b'\xef\xbb\xbf { "a" : "x", "b":{"c":"d","e":[1],"n":7}, "f":[{"a":"no"}], "g": 5, "h": true, "a":"later"}'
    found = members(body, ("a", "b", "g", "h", "z"))

    assert found == {"a": "x", "b": {"c": "d", "n": "7"}, "g": "5"}
    assert (text_of(found, "a"), text_of(found, "b", "c"), text_of(found, "z")) == ("x", "d", "")
    assert (text_of(found, "b"), text_of(found, "a", "c")) == ("", "")


def test_what_was_cut_off_is_not_used() -> None:
    assert members(b'{"a":"x","b":"hal', ("a", "b")) == {"a": "x"}
    assert members(b'{"a":12', ("a",)) in ({}, {"a": "12"})
    assert members(b'[{"a":"x"}]', ("a",)) == {}


def test_nesting_without_end_is_survived() -> None:
    assert members(b'{"a":"x","b":' + b"[" * 16_000, ("a",)) == {"a": "x"}


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=6), st.booleans())
def test_what_json_writes_is_read(value: dict[str, object], plain: bool) -> None:
    found = members(json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass"), tuple(value))

    texts = {name: text for name, text in value.items() if isinstance(text, str) and text and text.isascii()}
    assert texts.items() <= found.items()
    assert found.keys() <= value.keys()


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(noise: bytes) -> None:
    members(noise, ("a",))
    members(b'{"a":' + noise, ("a",))
