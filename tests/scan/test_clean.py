from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.scan.clean import LIMIT, MASK, clean, masked, place, without_identities


def test_ordinary_text_is_kept_with_all_its_letters() -> None:
    assert clean("Røntgen på Åsgård, 2. etasje") == "Røntgen på Åsgård, 2. etasje"


def test_terminal_escapes_leave_nothing_behind() -> None:
    assert clean("\x1b[31mOpenSSH\x1b[0m_9.2\x1b]0;title\x07p1") == "OpenSSH_9.2p1"


def test_invisible_and_turning_characters_are_removed() -> None:
    assert clean("a\u202eb\u200bc\ufeffd\x00e\x85f\u2028g\xadh") == "a b c d e f g h"


def test_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 5000) == "x" * (LIMIT - 1) + "…"
    assert clean("x" * 40, 10) == "x" * 9 + "…"


def test_a_script_tag_is_only_text() -> None:
    # it is the template's work to escape it; here it must come through unchanged, so that nobody thinks it was removed
    assert clean("<script>alert(1)</script>") == "<script>alert(1)</script>"


def test_what_may_be_an_identity_number_is_hidden() -> None:
    # eleven digits whose control digits are wrong: nobody's
    assert without_identities("RTG 010101 00000 Ola") == f"RTG {MASK} Ola"
    assert without_identities("01010100000") == MASK
    assert without_identities("9.4.44.v20210927 and 123456789012") == "9.4.44.v20210927 and 123456789012"


@pytest.mark.parametrize("number", ["01010100000", "010101 00000"])
def test_a_number_across_a_cut_leaves_no_part_behind(number: str) -> None:
    for at in [*range(LIMIT - 15, LIMIT + 3), *range(LIMIT * 8 - 15, LIMIT * 8 + 3)]:
        kept = masked("x" * at + number + " y" * 9)
        assert not any(letter in "023456789" for letter in kept)
        assert len(kept) <= LIMIT
    for at in range(LIMIT * 64 - 15, LIMIT * 64 + 3):
        assert "0101" not in masked("x" + " " * at + number)


def test_a_long_user_name_of_a_redirect_is_not_taken_for_its_host() -> None:
    for size in (100, 190, 195, 300, 1590, 1600, 5000):
        assert "pw" not in place(f"https://{'pw' * size}@epj.example/login")
    assert place("https://epj.example/login?SAMLRequest=" + "x" * 5000) == "https://epj.example/login"


@given(st.text(max_size=3000))
@example("\x1b")
@example("\x1b[")
@example("\ud800")
def test_any_text_becomes_one_short_printable_line(text: str) -> None:
    kept = clean(text)
    assert len(kept) <= LIMIT
    assert kept.isprintable()
    assert clean(kept) == kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    row = io.StringIO()
    csv.writer(row).writerow([kept])
    assert next(csv.reader([row.getvalue()])) == [kept]
