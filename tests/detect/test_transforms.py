from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import values
from sentinel.detect.condition import Wild
from sentinel.detect.transforms import MAX_EXPANSIONS, TRANSFORMS, Draft, expand
from sentinel.detect.values import UnusableError


def made(name: str, value: str, placeholders: dict[str, list[str]] | None = None) -> list[object]:
    return [draft.parts for draft in TRANSFORMS[name](Draft(values.parse(value)), placeholders or {})]


def test_a_placeholder_is_put_in_wherever_it_stands() -> None:
    assert made("expand", "a%x%b*", {"x": ["1", "2*"]}) == [("a1b", Wild.ANY), ("a2", Wild.ANY, "b", Wild.ANY)]


def test_per_cent_signs_that_are_no_placeholder_stay() -> None:
    assert made("expand", "100 %", {"x": ["1"]}) == [("100 %",)]
    assert made("expand", r"\%x\% 5%", {"x": ["1"]}) == [("%x% 5%",)]


def test_placeholders_cannot_make_more_values_than_memory_holds() -> None:
    many = {"x": [str(number) for number in range(1000)]}

    assert len(made("expand", "%x%", many)) == 1000
    with pytest.raises(UnusableError, match=f"more than {MAX_EXPANSIONS:,}"):
        list(expand(Draft(("%x%%x%",)), many))


def test_the_values_of_a_placeholder_are_not_looked_into_again() -> None:
    assert made("expand", "%x%", {"x": ["%x%"]}) == [("%x%",)]


@pytest.mark.parametrize(
    ("name", "encoded"),
    [("wide", "\xe5\0"), ("utf16", "\xff\xfe\xe5\0"), ("utf16be", "\0\xe5")],
)
def test_utf_16_stands_one_character_for_each_byte(name: str, encoded: str) -> None:
    assert made(name, "å") == [(encoded,)]


@given(st.text(min_size=1, max_size=5).map(lambda text: text.replace("\\", "/").replace("*", "x").replace("?", "x")))
def test_any_text_can_be_encoded(text: str) -> None:
    encoded = next(iter(TRANSFORMS["wide"](Draft((text,)), {})))

    assert "".join(map(str, encoded.parts)).encode("latin-1") == text.encode("utf-16-le", "surrogatepass")
    assert next(iter(TRANSFORMS["base64"](encoded, {}))).encoded


def test_encodings_come_last() -> None:
    for name in ("expand", "windash", "wide"):
        with pytest.raises(UnusableError, match="before"):
            list(TRANSFORMS[name](Draft(("a",), encoded=True), {}))
