from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.literals import required
from sentinel.detect.regexes import compile_regex, finds

CASES = [
    ("abc", [["abc"]]),
    ("a+b?c", [["a"], ["c"]]),
    ("net\\s+user", [["net"], ["user"]]),
    ("(?:cmd|powershell).{0,3}x", [["x"], ["cmd", "powershell"]]),
    ("(?:cmd|.)y", [["y"]]),
    ("(?i)Task ABC", [["ta"], [" abc"]]),
    ("a(?i:bc)d", [["a"], ["d"]]),
    ("(?:ab){0,3}", []),
    ("(?!ab)cd", [["cd"]]),
    ("[ab]c", [["c"]]),
]
EXPRESSIONS = (
    r"cmd.{0,5}(?:/c|/r).+powershell.+(?:\$\{?input\}?|noexit).+\"",
    r"(?i)\w+`(?:\w+|-|.)`[\w+|\s]",
    r"(?i)[kiſ]aske(?:t|d)?\\\\x",
    r"\\[a-z0-9]{1,4}\.[a-z]{1,2}\.[ \"']{1}",
    r"(?:a|bc|(?i:de))f(?i:G)h",
    r"(?m)^blåbær$",
    r"(?i)BLÅBÆR.*ß",
)


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_what_must_be_there(source: str, expected: list[list[str]]) -> None:
    assert sorted(sorted(texts) for texts in required(re.compile(source))) == sorted(expected)


@pytest.mark.parametrize("source", EXPRESSIONS)
@given(data=st.data())
def test_what_an_expression_finds_holds_what_it_requires(source: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(source))

    assert finds(compile_regex(source, "", "contains"), text)


@given(text=st.text("ıİKſikse ", max_size=12))
def test_letters_that_are_taken_for_others_are_found(text: str) -> None:
    regex = compile_regex("(?i)(?:k|is)e", "", "contains")

    assert finds(regex, text) == (re.search("(?i)(?:k|is)e", text) is not None)
