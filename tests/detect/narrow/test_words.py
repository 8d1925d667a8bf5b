from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.narrow.words import KNOWN, LONGEST, LONGEST_PAIR, MOST, Wording, pair
from sentinel.model.events import Value

LETTERS = st.text("abcXYZ019-_ .\\ıİßKſﬁæ\n", max_size=200)
WORDING = Wording({"Channel", "EventID"})


def test_words_are_runs_of_letters_and_pairs_of_what_decides() -> None:
    words = WORDING.words(
        {"Channel": "Security", "EventID": 4688, "Image": "C:\\Windows\\cmd64.EXE", "n": [None, True]}
    )

    assert words[0] == WORDING.mark
    assert set(words[1:]) == {"Channel\nsecurity", "EventID\n4688", "security", "windows", "cmd", "exe", "true"}


def test_hashes_and_numbers_leave_little() -> None:
    fields: dict[str, Value] = {
        "ProcessGuid": "{6d7e9f3a-1b2c-4d5e-8f90-a1b2c3d4e5f6}",
        "Hash": "SHA256=0a1b2c3d4e5f60718293",
        "Pid": 4711,
    }

    assert set(WORDING.words(fields)) == {WORDING.mark, "sha"}


@given(st.text("abcdefgh", min_size=LONGEST + 1, max_size=400), st.data())
def test_what_is_short_is_in_one_piece_of_a_long_run(run: str, data: st.DataObject) -> None:
    words = WORDING.words({"a": f"1{run}2"})
    start = data.draw(st.integers(0, len(run) - KNOWN))
    short = run[start : start + KNOWN]

    assert any(short in word for word in words)
    assert any(word.startswith(run[:KNOWN]) for word in words)
    assert any(word.endswith(run[-KNOWN:]) for word in words)
    assert max(map(len, words[1:])) <= LONGEST


@given(st.dictionaries(LETTERS, LETTERS | st.lists(LETTERS) | st.integers() | st.floats() | st.booleans() | st.none()))
def test_no_word_is_longer_than_the_mark_and_none_is_one(fields: dict[str, Value]) -> None:
    words = Wording(fields).words(fields)

    assert len(words) == len(set(words))
    assert words.count(WORDING.mark) == 0
    assert all(len(word) <= LONGEST_PAIR for word in words)
    assert all(re.fullmatch(rf"[a-z]{{3,{LONGEST}}}", word) or "\n" in word for word in words[1:])


def test_letters_that_fold_to_others_are_words_of_these() -> None:
    assert set(WORDING.words({"a": "MİMIKATZ", "b": "ﬁle ſvchoſt Kelvin"})[1:]) >= {
        "mimikatz",
        "file",
        "svchost",
        "kelvin",
    }


def test_an_event_of_too_many_words_has_none() -> None:
    many = " ".join(f"{number:06}".translate(str.maketrans("0123456789", "abcdefghij")) for number in range(MOST))

    assert WORDING.words({"a": many}) == []


def test_words_that_are_made_in_another_way_have_another_mark() -> None:
    assert Wording({"Channel"}).mark != WORDING.mark
    assert Wording(["EventID", "Channel"]).mark == WORDING.mark
    assert len(WORDING.mark) == LONGEST_PAIR


def test_a_long_pair_is_cut() -> None:
    assert pair("Channel", "x" * 500) == "Channel\n" + "x" * (LONGEST_PAIR - 8)
