from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.linear import Linear

atoms = st.sampled_from(
    [
        "a",
        "b",
        "å",
        ".",
        r"\d",
        r"\W",
        r"\s",
        "[ab]",
        "[^a]",
        "[a-c1]",
        r"\b",
        r"\B",
        "^",
        "$",
        r"\A",
        r"\Z",
        "\n",
        "_",
    ],
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?", "{0,2}?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}",
        ),
        inner.map(lambda body: f"(?i:{body})"),
    ),
    max_leaves=7,
)
flags = st.sampled_from([0, re.IGNORECASE, re.MULTILINE, re.DOTALL, re.IGNORECASE | re.MULTILINE | re.DOTALL, re.ASCII])
texts = st.text(alphabet="abcABåÅ1 _\n.", min_size=1, max_size=12)


@given(expressions, flags, st.lists(texts, min_size=1, max_size=4))
def test_it_finds_what_re_finds(expression: str, given_flags: int, several: list[str]) -> None:
    linear, pattern = Linear(expression, given_flags), re.compile(expression, given_flags)

    for text in several:
        assert linear.finds(text) == (pattern.search(text) is not None), text


CORNERS = [
    (r"a$", "a\n", True),
    (r"a\Z", "a\n", False),
    (r"(?m)^b", "a\nb", True),
    (r"^b", "a\nb", False),
    (r"(?m)a$", "a\nb", True),
    (r"\bå", "xå", False),
    (r"(?a)\bå|x\b", "xå", True),
    (r"", "", True),
    (r"^$", "", True),
    (r"(a*)*b", "aaab", True),
    (r"(?i)STRASSE|ſ", "S", True),
    (r"(?-i:a)b", "Ab", False),
    (r"(?i)(?-i:a)B", "ab", True),
    (r"(?i)(?-i:a)B", "AB", False),
    (r".{3}", "a\nab", False),
]


@pytest.mark.parametrize(("expression", "text", "found"), CORNERS)
def test_corners(expression: str, text: str, *, found: bool) -> None:
    assert Linear(expression).finds(text) is found
    assert (re.search(expression, text) is not None) is found


@pytest.mark.parametrize("expression", [r"\B", r"(?a)\B", r"\b", "^", "$", "()*", "(){20000}"])
@pytest.mark.parametrize("text", ["", " ", "a"])
def test_an_empty_text_is_as_re_says(expression: str, text: str) -> None:
    assert Linear(expression).finds(text) is (re.search(expression, text) is not None)


@pytest.mark.parametrize("expression", [r"(a+)+$", r"^(a|a)*$", r"(.*a){12}$", r"a.*b.*c.*d.*e.*$x"])
def test_what_would_hang_re_takes_no_time(expression: str) -> None:
    start = time.process_time()

    assert not Linear(expression).finds("a" * 20_000 + "!")
    assert time.process_time() - start < 5


def test_memory_of_texts_is_bounded_and_forgetting_changes_nothing() -> None:
    linear = Linear("x.{0,40}y.{0,40}z")
    text = "".join(chr(0x100 + number % 3000) + "xy"[number % 2] for number in range(6000))

    for cut in range(0, 3000, 500):
        assert not linear.finds(text[cut:])
    assert linear.finds(text + "xyz")
