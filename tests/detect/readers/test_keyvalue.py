from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fields import MAX_FIELDS
from sentinel.detect.readers.keyvalue import begins_with_pair, each_pair, read_pairs

WORD = st.text(st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_characters="\"'\\`$=,;()#"), min_size=1)
PLAIN = WORD.filter(lambda word: word.isprintable() and not any(sign.isspace() for sign in word))
KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)


def test_values_are_bare_or_quoted() -> None:
    text = 'a=1 b="two \\"words\\" \\\\" c=\'three words\' d= e=x,y, f="never closed'
    assert read_pairs(text) == {
        "a": "1",
        "b": 'two "words" \\',
        "c": "three words",
        "d": "",
        "e": "x,y",
        "f": "never closed",
    }


def test_the_first_of_equal_keys_wins_and_both_are_told() -> None:
    assert read_pairs("action=deny action=accept") == {"action": "deny"}
    assert [pair.value for pair in each_pair("action=deny action=accept")] == ["deny", "accept"]


def test_a_pair_begins_after_a_space_or_a_comma() -> None:
    assert read_pairs("http://x/?a=b,c=d (e=f) -g=h") == {"c": "d", "e": "f)"}


def test_only_a_text_that_begins_with_a_pair_is_of_pairs() -> None:
    assert begins_with_pair("date=2026-10-14 time=01:45:00")
    assert not begins_with_pair("Failed password for x=y from 192.0.2.10")
    assert not begins_with_pair("=x")


@given(st.dictionaries(KEYS, PLAIN | PLAIN.map(lambda word: f"{word} {word}")))
def test_what_the_standard_library_splits_is_read_the_same(pairs: dict[str, str]) -> None:
    text = " ".join(f'{key}="{value}"' if " " in value else f"{key}={value}" for key, value in pairs.items())
    assert read_pairs(text) == dict(part.split("=", 1) for part in shlex.split(text))


@given(st.text(alphabet="ab=\"'\\ ,\n\0å", max_size=80))
def test_any_text_is_survived(text: str) -> None:
    assert all(text.find(f"{pair.key}=") >= 0 for pair in each_pair(text))


def test_a_hostile_text_is_read_in_bounds() -> None:
    assert len(read_pairs(" ".join(f"k{number}=1" for number in range(5000)))) == MAX_FIELDS
    assert read_pairs('a="\\" ' * 100_000)["a"].startswith('" a=')
