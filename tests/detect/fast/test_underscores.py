"""Where an expression of ASCII finds a text with letters beyond it, it finds it with underscores too."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import Not, Or
from sentinel.detect.fast.underscores import takes_underscores
from sentinel.detect.modifiers import compile_item
from sentinel.detect.values import UnusableError
from tests.detect.fast.strategies import regexes

TEXTS = st.text("abkKsSåØčđŋ ._-", max_size=8)


@given(regexes, st.sampled_from(["", "|i", "|s", "|m"]), st.lists(TEXTS, min_size=1))
def test_whatever_is_found_is_found_with_underscores(source: str, way: str, texts: list[str]) -> None:
    try:
        node = compile_item(f"A|re{way}", source, {})
    except UnusableError:
        return
    if takes_underscores(node):
        pattern = re.compile(source, sum(getattr(re, flag.upper()) for flag in way.strip("|")))
        lost = [text for text in texts if pattern.search(text) and not pattern.search(re.sub("[åØčđŋ]", "_", text))]
        assert lost == []


@pytest.mark.parametrize("source", [r"a.\w\b\S$", "(?i)a|[b-d]+?|x{2,3}", "[^ab]*+(?>c)", r"(?=k)(?<!\.)[\w.]"])
def test_most_expressions_take_them(source: str) -> None:
    assert takes_underscores(compile_item("A|re", source, {}))


@pytest.mark.parametrize(
    "source",
    ["a_b", "[^_]", "[A-z]", "[!-~]", r"\xe5", "å", r"[\x80-\xff]", r"(?a)\w", r"(?a:\w)", "(?:a|(b_))+", "(?!_)"],
)
def test_some_may_not(source: str) -> None:
    one = compile_item("A|re", source, {})

    assert not takes_underscores(one)
    assert not takes_underscores(Or((compile_item("A", "x", {}), Not(one))))
