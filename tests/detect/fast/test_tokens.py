from __future__ import annotations

import json
import re
import unicodedata
from itertools import product

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.tokens import (
    BAD,
    FOLDING,
    FOLDING_LETTERS,
    KNOWN,
    KNOWN_IN,
    RESPELLED,
    folding_letters,
    is_folding,
    skip_bare,
    skip_list,
    skip_space,
    skip_text,
    worked_out,
)
from tests.detect.fast.mutations import ALIKE, ODD, STRANGE

LETTERS = st.sampled_from([*STRANGE, *"".join(ALIKE.values()), "a", "K", "\ud83d", "\ufeff", "\U0001fffd"])
TEXTS = st.text(max_size=5) | st.lists(LETTERS, max_size=4).map("".join)
NUMBERS = st.from_regex(r"-?[0-9.]{0,4}[0-9]{1,41}(\.[0-9]{0,41})?([eE][+-]?[0-9]{0,4})?", fullmatch=True)
VALUES = st.recursive(TEXTS | st.sampled_from(ODD), lambda inner: st.lists(inner, max_size=3), max_leaves=4)
DUMPED = st.builds(
    lambda value, plain, comma: json.dumps(value, ensure_ascii=plain, separators=(comma, ":")),
    *(VALUES, st.booleans(), st.sampled_from([",", ", ", " ,\t", "\r,"])),
).map(lambda text: text.encode(errors="surrogatepass"))
PIECES = [
    b"",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x00",
    b"\x1f",
    b"\x7f",
    b"{",
    b"[",
    b"]",
    b'"',
    b"\\",
    b",",
    b" ",
    b"1e400",
]
PIECES += [
    b"\\u12",
    b"\\ud800",
    b"\\udc00",
    b"\\u0041",
    b"\\/",
    b"\\x",
    b"9" * 41,
    b"01",
    b"-",
    b".",
    b"e",
    b"nul",
    b"tru",
]
CHANGED = st.builds(
    lambda value, at, size, piece: value[:at] + piece + value[at + size :],
    *(DUMPED, st.integers(0, 12), st.integers(0, 3), st.sampled_from(PIECES)),
)
WRITTEN = st.one_of(
    DUMPED, CHANGED, NUMBERS.map(str.encode), st.binary(max_size=4), st.lists(st.sampled_from(PIECES)).map(b"".join)
)


def skip(data: bytes, end: int) -> tuple[int, int]:
    """Skip one value and return what was met in it."""
    if data[:1] == b'"':
        return skip_text(data, 1, end)
    return skip_list(data, 0, end) if data[:1] == b"[" else (skip_bare(data, 0, end), 0)


def is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def is_too_much(data: bytes) -> bool:
    """Say whether a value is one of those that are JSON and yet BAD."""
    value = orjson.loads(data)
    inside = value if isinstance(value, list) else []
    long = re.search(rb"[0-9]{41}|[eE][+-]?[0-9]{3}", re.sub(rb'"(\\.|[^"\\])*"', b"", data))
    return isinstance(value, dict) or any(isinstance(one, list | dict) for one in inside) or long is not None


@given(WRITTEN)
def test_what_is_skipped_is_json_and_only_what_is_too_much_is_not_skipped(written: bytes) -> None:
    value = written.strip(b" \t\r\n")
    end, _ = skip(value, len(value)) if value else (BAD, 0)

    assert BAD <= end <= len(value)
    if end == len(value) > 0:
        assert is_json(value)
    elif is_json(value) and b"\n" not in value:
        assert is_too_much(value)


@given(WRITTEN, st.integers(0, 9))
def test_nothing_behind_the_end_is_taken_for_a_part(written: bytes, cut: int) -> None:
    end = len(written) - cut
    found, _ = skip(written, end) if end > 0 else (BAD, 0)

    assert found <= max(end, 0)
    assert found == (skip(written[:end], end)[0] if end > 0 else BAD)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_letters_beyond_ascii_are_those_that_python_decodes(size: int) -> None:
    """Of each byte that may be first, and of those behind it the ones between what may be and what may not."""
    behind = (0x00, 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0)
    wrong = []
    for parts in product(range(0x80, 0x100), *[behind] * (size - 1)):
        letter = bytes(parts)
        try:
            wanted = "\x00" not in letter.decode() and '"' not in letter.decode()
        except UnicodeDecodeError:
            wanted = False
        if (skip_text(letter + b'"', 0, size + 1)[0] == size + 1) != wanted:
            wrong.append(letter)

    assert wrong == []


FORMS = st.tuples(
    st.characters(exclude_categories=["Cs"], min_codepoint=0x20), st.sampled_from(["plain", "{:04x}", "{:04X}"])
)


def write(letter: str, form: str) -> str:
    if form == "plain":
        return orjson.dumps(letter).decode()[1:-1]
    units = letter.encode("utf-16-be")
    return "".join("\\u" + form.format(int.from_bytes(units[at : at + 2])) for at in range(0, len(units), 2))


@given(
    st.lists(FORMS | st.just(("/", "\\/")) | st.tuples(LETTERS.filter(lambda one: one.isprintable()), st.just("plain")))
)
def test_a_text_is_respelled_where_another_writer_would_write_it_otherwise(letters: list[tuple[str, str]]) -> None:
    text = "".join(letter for letter, _ in letters)
    written = "".join(form if form == "\\/" else write(letter, form) for letter, form in letters).encode()
    end, met = skip_text(written + b'"', 0, len(written) + 1)

    assert end == len(written) + 1
    assert bool(met & RESPELLED) == (b'"' + written + b'"' != orjson.dumps(text))
    assert bool(met & FOLDING) == any(ord(letter) in set(FOLDING_LETTERS.tolist()) for letter in text)


@pytest.mark.parametrize("written", [r"\u0000", r"\n", r"\u001F", r"\u001f", r"\b\f\r\t\"\\"])
def test_an_escape_that_json_demands_is_no_other_spelling(written: str) -> None:
    assert skip_text(f'{written}"'.encode(), 0, len(written) + 1) == (len(written) + 1, 0)


@pytest.mark.parametrize("letter", '\b\f\n\r\t"\\')
def test_a_number_where_json_has_a_shorter_escape_is_another_spelling(letter: str) -> None:
    assert skip_text(rf'\u{ord(letter):04x}"'.encode(), 0, 7) == (7, RESPELLED)


@given(st.lists(TEXTS, max_size=4))
def test_what_is_met_in_a_list_is_what_is_met_in_its_texts(texts: list[str]) -> None:
    written = json.dumps(texts, ensure_ascii=False).encode(errors="surrogatepass")
    each = [json.dumps(text, ensure_ascii=False).encode(errors="surrogatepass") for text in texts]
    found = [skip_text(one, 1, len(one)) for one in each]
    met = RESPELLED | (FOLDING if any(what & FOLDING for _, what in found) else 0)

    assert skip_list(written, 0, len(written)) == ((BAD, 0) if (BAD, 0) in found else (len(written), met))


def test_every_letter_that_folds_into_ascii_or_into_several_is_met() -> None:
    """No letter beyond those that are looked at has two cases."""
    letters = [chr(code) for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000))]
    beyond = "".join(map(chr, range(0x20000, 0x110000)))
    odd = {
        one
        for one in letters
        if len(one.casefold()) > 1 or any(c.isascii() for c in one.casefold() + one.lower() + one.upper())
    }

    assert beyond == beyond.casefold() == beyond.lower() == beyond.upper()
    assert set(map(chr, FOLDING_LETTERS.tolist())) == odd > {*"ſ\u212aıİßŉﬁΐ"}
    assert [one for one in odd if not is_folding(ord(one))] == []
    near = {chr(ord(one) + step) for one in odd for step in (-1, 1)} - odd
    assert [one for one in {*near, *"aK~\x7f\x80\ue000\U0001ffff\U0010ffff"} if is_folding(ord(one))] == []


@given(st.binary(max_size=6))
def test_the_space_that_json_has_within_a_line_is_skipped(data: bytes) -> None:
    assert skip_space(data, 0, len(data)) == len(data) - len(data.lstrip(b" \t\r"))


def test_the_letters_that_are_known_are_those_that_python_has() -> None:
    assert unicodedata.unidata_version != KNOWN_IN or list(map(ord, KNOWN)) == worked_out()
    assert folding_letters() == worked_out()
