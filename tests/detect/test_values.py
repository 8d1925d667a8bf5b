from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import values
from sentinel.detect.condition import Part, Parts, Wild
from sentinel.detect.values import UnusableError

ANY, ONE, DASH = Wild.ANY, Wild.ONE, Wild.DASH

PARSED: list[tuple[str, Parts, str]] = [
    ("", (), "the empty string is a pattern of its own"),
    ("abc", ("abc",), "plain"),
    ("*", (ANY,), "a star"),
    ("a*b?c", ("a", ANY, "b", ONE, "c"), "both wildcards inside"),
    ("**", (ANY,), "two stars are one"),
    ("??", (ONE, ONE), "two question marks are two characters"),
    (r"a\b", ("a\\b",), "one backslash before a letter is plain"),
    (r"a\\b", ("a\\b",), "two are one"),
    (r"\\\a", ("\\\\a",), "three are two"),
    (r"\\\\a", ("\\\\a",), "four are two"),
    (r"C:\Temp\*", ("C:\\Temp*",), "an escaped star, easily written by mistake after a folder"),
    (r"C:\Temp\\*", ("C:\\Temp\\", ANY), "a backslash and a star that is one"),
    (r"a\\\*", ("a\\*",), "a backslash and a plain star"),
    (r"\?\*", ("?*",), "both escaped"),
    ("end\\", ("end\\",), "a backslash at the end is plain"),
    (r"\\\\\*\\ADMIN$", ("\\\\*\\ADMIN$",), "a Windows share name, whose star is plain"),
    (r"\\\\*\\ADMIN$", ("\\\\", ANY, "\\ADMIN$"), "the same with a star that is one"),
]


@pytest.mark.parametrize(("value", "parts", "why"), PARSED, ids=[why for _, _, why in PARSED])
def test_escapes(value: str, parts: Parts, why: str) -> None:
    assert values.parse(value) == parts, why


SHAPES = [
    ((), "equals", ""),
    (("Å",), "equals", "å"),
    ((ANY, "a"), "endswith", "a"),
    (("a", ANY), "startswith", "a"),
    ((ANY, "a", ANY), "contains", "a"),
    ((ANY,), "contains", ""),
    (("a", ANY, "b"), "wild", ""),
    (("a", ONE), "wild", ""),
    ((ANY, "a", ANY, "b", ANY), "wild", ""),
    ((DASH,), "wild", ""),
]


@pytest.mark.parametrize(("parts", "shape", "literal"), SHAPES)
def test_a_pattern_becomes_the_quickest_test_of_its_shape(parts: Parts, shape: str, literal: str) -> None:
    test = values.as_test(parts)

    assert (test.shape, test.literal, test.pattern is not None) == (shape, literal, shape == "wild")


def brute_force(parts: tuple[Part, ...], text: str) -> bool:
    """Match by trying everything; the specification in eight lines."""
    if not parts:
        return text == ""
    first, rest = parts[0], parts[1:]
    if first is ANY:
        return any(brute_force(rest, text[cut:]) for cut in range(len(text) + 1))
    if first is ONE:
        return text != "" and brute_force(rest, text[1:])
    if first is DASH:
        return text[:1] in {"-", "/", "–", "—", "―"} and brute_force(rest, text[1:])
    return isinstance(first, str) and text.startswith(first) and brute_force(rest, text[len(first) :])


pieces: list[Part] = [ANY, ONE, DASH, "a", "b", "ab", "-", "\n", "."]
patterns = st.lists(st.sampled_from(pieces), max_size=7).map(values.tidy)


@given(patterns, st.text("ab-/–\n.", max_size=9))
def test_wildcards_agree_with_trying_everything(parts: Parts, text: str) -> None:
    assert (values.compile_wild(parts).fullmatch(text) is not None) == brute_force(parts, text)


def test_many_stars_do_not_make_a_pattern_slow() -> None:
    pattern = values.compile_wild(values.parse("*a" * 30 + "*b"))

    assert pattern.fullmatch("a" * 30_000) is None  # a backtracking matcher would need longer than the universe has


@given(st.text(max_size=8))
def test_escaping_every_special_character_gives_the_text_itself(text: str) -> None:
    escaped = re.sub(r"[*?\\]", lambda found: "\\" + found[0], text)

    assert values.parse(escaped) == ((text,) if text else ())


def test_parts_are_joined_only_where_both_are_text() -> None:
    assert values.tidy(["a", "", "b", ANY, ANY, "c", ONE]) == ("ab", ANY, "c", ONE)
    assert values.tidy(["*", ANY]) == ("*", ANY)  # a star that is text stays text


@given(st.binary(min_size=2, max_size=12), st.binary(max_size=5), st.binary(max_size=5))
def test_base64_of_a_text_around_holds_one_of_its_offsets(raw: bytes, before: bytes, after: bytes) -> None:
    inside = base64.b64encode(before + raw + after).decode()

    assert values.offsets(raw)[len(before) % 3] in inside


@given(st.binary(min_size=2, max_size=12), st.integers(0, 2))
def test_no_offset_loses_a_character_that_it_could_keep(raw: bytes, shift: int) -> None:
    kept = values.offsets(raw)[shift]
    around = [base64.b64encode(bytes([b]) * shift + raw + bytes([b]) * 3).decode() for b in (0x00, 0xFF, 0xA5, 0x5A)]
    places = [place for place in zip(*around, strict=True) if len(set(place)) == 1]

    assert kept in "".join(place[0] for place in places)
    assert len(kept) >= (len(raw) * 8 - 10) // 6


def test_one_byte_is_too_short_for_every_offset() -> None:
    with pytest.raises(UnusableError, match="too short"):
        values.offsets(b"x")


DASHED: list[tuple[str, tuple[Parts, str], str]] = [
    ("-c", ((DASH, "c"), "-"), "a dash that begins a word"),
    ("/c", ((DASH, "c"), "/"), "written with a slash"),
    (" –enc ", ((" ", DASH, "enc "), "–"), "written with an en dash"),
    ("start/b", (("start/b",), ""), "a slash inside a word is no dash"),
    ("-no-exit", ((DASH, "no-exit"), "-"), "only the first of a compound"),
    ("- x", (("- x",), ""), "a dash alone"),
    ("--help", (("-", DASH, "help"), "-"), "the one that touches the word"),
    ("/c*-k", ((DASH, "c", ANY, DASH, "k"), "/-"), "each by itself"),
]


@pytest.mark.parametrize(("value", "dashed", "why"), DASHED, ids=[why for _, _, why in DASHED])
def test_dashes(value: str, dashed: tuple[Parts, str], why: str) -> None:
    assert values.dashes(values.parse(value)) == dashed, why


def test_variants_write_out_every_dash_and_are_bounded() -> None:
    assert set(values.variants((DASH, "c"))) == {(dash + "c",) for dash in "-/–—―"}
    with pytest.raises(UnusableError, match="625"):
        list(values.variants((DASH,) * 5))


@pytest.mark.parametrize(
    ("text", "folded", "single"),
    [("ÆØÅ", "æøå", "æøå"), ("Straße", "strasse", "straße"), ("İ", "i̇", "İ"), ("ẞ", "ss", "ß"), ("ſ", "s", "s")],
)
def test_folding_keeps_the_number_of_characters_where_they_are_counted(text: str, folded: str, single: str) -> None:
    assert (values.fold(text), values.fold_single(text)) == (folded, single)


def test_wildcards_cannot_be_encoded() -> None:
    assert values.literal_of(("a", "b"), "base64") == "ab"
    with pytest.raises(UnusableError, match="base64"):
        values.literal_of(("a", ANY), "base64")


def test_a_fault_knows_its_path_from_further_up() -> None:
    error = UnusableError("bad", (3,), "placeholder").below("selection", "Field")

    assert (str(error), error.path, error.kind) == ("bad", ("selection", "Field", 3), "placeholder")
