from __future__ import annotations

import re

import pytest
from hypothesis import example as tried
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import FieldTest, Keyword, Node, Test, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.needles import is_plain, needles
from sentinel.detect.fast.texts import search_text
from sentinel.detect.fast.tokens import FOLDING_LETTERS
from sentinel.detect.modifiers import compile_item
from sentinel.detect.readings import as_text
from sentinel.model.events import Value
from tests.detect.fast.strategies import Fields, looked_at


def single(key: str, value: object) -> Test:
    (leaf,) = leaves(compile_item(key, value, {}))
    (test,) = leaf.tests
    return test


def given_needles(key: str, value: object) -> list[list[bytes]]:
    return [sorted(found) for found in needles(single(key, value), keyword=key.startswith("|") or not key)]


def lacking(node: Node, fields: Fields) -> list[tuple[Test, frozenset[bytes]]]:
    """Return the needles that are not there though their test is met."""
    text = search_text(fields)
    if text is None:
        return []
    found = []
    for leaf in leaves(node):
        for test in leaf.tests:
            alone = FieldTest(leaf.field, (test,)) if isinstance(leaf, FieldTest) else Keyword((test,))
            if holds(alone, Look(fields)):
                each = needles(test, keyword=isinstance(leaf, Keyword))
                found += [(test, one) for one in each if not any(needle in text.lower() for needle in one)]
    return found


@given(looked_at())
def test_no_test_is_met_without_each_of_its_ways_having_a_needle_there(case: tuple[Node, Fields]) -> None:
    assert lacking(*case) == []


@pytest.mark.parametrize(
    ("key", "rule", "value"),
    [
        ("A|re|i", "whoami", "WHOAMı"),
        ("A|re|i", "whoamix", "whoamİx"),
        ("A|contains", "i\u0307x", "whoamİx"),
        ("A|re|i", "xıy", "XIY"),
        ("A|contains", "ι", "ΐ"),
        ("A|contains", "\u0308\u0301b", "ΐb"),
        ("A|contains", "strasse", "Straße"),
        ("A|contains", "kiosk", "KioſK"),
        ("A|startswith", "ært", "ÆRTESUPPE"),
        ("A", "-INF", float("-inf")),
        ("A", "1e+16", 1e16),
        ("A", "", ""),
        ("A|endswith", '\\"', 'x\\"'),
        ("A|contains", "ﬁ", "FI"),
    ],
)
def test_letters_of_other_forms_are_found(key: str, rule: str, value: Value) -> None:
    node = compile_item(key, rule, {})

    assert holds(node, Look({"A": value}))
    assert lacking(node, {"A": value}) == []


def test_a_whole_value_is_tied_to_its_quotes_and_a_keyword_is_not() -> None:
    assert given_needles("A", "Whoami") == [[b'":"whoami"'], [b'whoami"']]
    assert given_needles("A|endswith", r"\cmd.exe") == [[b'\\\\cmd.exe"']]
    assert given_needles("A|contains", 'say "hi"') == [[b'say \\"hi\\"']]
    assert given_needles("", "Whoami") == [[b"whoami"]]
    assert given_needles("A", "") == [[b'":""']]


def test_a_pattern_gives_a_needle_for_each_of_its_texts() -> None:
    assert given_needles("A", "net* user?add") == [[b'":"net'], [b"net"], [b" user"], [b'add"']]


@pytest.mark.parametrize("rule", ["1", "-1.5e+3", "tru", "E", "nan", "INF", "als"])
def test_what_a_number_or_truth_value_may_hold_gives_none(rule: str) -> None:
    assert is_plain(rule)
    assert given_needles("A|contains", rule) == []
    assert given_needles("A|re", re.escape(rule)) == []


@given(st.one_of(st.integers(-(2**70), 2**70), st.floats(), st.booleans()))
@tried(float("-inf"))
@tried(5e-324)
def test_the_text_of_every_number_is_plain(value: float) -> None:
    assert is_plain(as_text(value) or "?")


def test_tests_without_a_text_give_none() -> None:
    asked: list[tuple[str, object]] = [("A", 5), ("A", None), ("A|exists", True), ("A|lt", 5), ("A|fieldref", "B")]
    asked += [("A|cidr", "10.0.0.0/8"), ("A|re", "[ab]+.?"), ("A|re", "(ab)?"), ("A|re", "ab|c*"), ("A", "*")]
    assert [given_needles(key, value) for key, value in asked] == [[]] * len(asked)


def test_an_expression_must_hold_its_longest_text_or_one_of_each_branch() -> None:
    assert given_needles("A|re", r"\\ab[cd]efghi\d+") == [[b"efghi"]]
    assert given_needles("A|re", "(?:curl|(?i:WGET)|ftp)+ x") == [[b"curl", b"ftp", b"wget"]]


def test_no_expression_takes_another_letter_for_one_that_needles_are_made_of() -> None:
    """Where case is disregarded, `re` has its own idea of which letters are one."""
    cased = "".join(
        chr(code) for code in (*range(0x20, 0xD800), *range(0xE000, 0x1F000)) if chr(code).swapcase() != chr(code)
    )
    cased += "".join(map(chr, FOLDING_LETTERS.tolist())) + "ıİſK"
    wrong = []
    for letter in sorted(set(cased)):
        found = set(re.findall(f"(?i){re.escape(letter)}", cased))
        each = list(needles(single("A|re|i", f"{letter}{letter}!"), keyword=False))
        wrong += [
            (letter, other)
            for other in found
            for one in each
            if not any(needle in (search_text({"A": f"{other}{other}!"}) or b"").lower() for needle in one)
        ]

    assert wrong == []
