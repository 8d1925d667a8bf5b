from __future__ import annotations

import re
import time

import pytest

from sentinel.detect.regexes import SHORT, compile_regex, finds, is_tame
from sentinel.detect.values import UnusableError


@pytest.mark.parametrize(
    ("source", "tame"),
    [
        ("abc", True),
        (r"\d{1,3}\.\d{1,3}", True),
        (r"a\s+b", True),
        ("(a|b)c", True),
        (r"a.*b.*c", False),
        ("(a+)+", False),
        ("(a?){20}", False),
        ("(a|ab)*", False),
        ("a?" * 20, False),
        ("a{0,16}" * 6 + "b", False),
        ("(a{0,16}){4}b", False),
        ("(a*){3}b", False),
        ("a?" * 6, True),
        ("a?" * 7, False),
        ("(?=a)b", True),
        (r"(a*)\1", False),
    ],
)
def test_tame(source: str, *, tame: bool) -> None:
    assert is_tame(re.compile(source)) is tame


def test_a_real_shape_of_rule_that_hangs_re_is_answered_at_once() -> None:
    regex = compile_regex(r'-f(?:.*\)){1,}.*"', "", "equals")
    start = time.process_time()

    assert not finds(regex, "-f" + ")" * SHORT * 5)
    assert finds(regex, "-f" + ")" * SHORT * 5 + '"')
    assert time.process_time() - start < 5


@pytest.mark.parametrize("length", [10, SHORT, SHORT + 1, SHORT * 3])
def test_nothing_is_cut_off_however_long_the_text(length: int) -> None:
    regex = compile_regex(r"x\d+y$", "", "equals")

    assert finds(regex, " " * length + "x1y")
    assert not finds(regex, " " * length + "x1")


def test_many_bounded_repetitions_are_answered_at_once() -> None:
    start = time.process_time()

    assert not finds(compile_regex("a{0,16}" * 6 + "b", "", "equals"), "a" * 200)
    assert time.process_time() - start < 2


def test_repetitions_of_nothing_are_refused() -> None:
    with pytest.raises(UnusableError, match="could take for ever"):
        compile_regex("(){200000000}", "", "equals")


def test_long_text_is_never_left_to_re() -> None:
    start = time.process_time()

    assert not finds(compile_regex("a+b", "", "equals"), "a" * 150_000)  # 10¹⁰ steps back in `re`
    assert time.process_time() - start < 3


def test_a_long_tame_expression_is_left_to_re_for_longer() -> None:
    regex = compile_regex(".{1000,}", "", "equals")
    start = time.process_time()

    for lines in (10, 15):
        assert not finds(regex, ("a" * 999 + "\n") * lines)
        assert finds(regex, ("a" * 999 + "\n") * lines + "a" * 1_000)
    assert time.process_time() - start < 5


def test_a_tame_expression_with_look_around_is_left_to_re() -> None:
    regex = compile_regex("(?<!a)b", "i", "equals")

    assert regex.linear is None
    assert (finds(regex, "xB"), finds(regex, "ab")) == (True, False)


def test_a_wild_one_with_look_around_is_refused() -> None:
    with pytest.raises(UnusableError, match="could take for ever on hostile text, and assert_not has no linear form"):
        compile_regex("(a+)+(?!b)", "", "equals")


def test_ties_come_after_flags_that_are_written_inside() -> None:
    regex = compile_regex("(?i)a|b", "", "startswith")

    assert [finds(regex, text) for text in ("Ax", "Bx", "xa")] == [True, True, False]


@pytest.mark.parametrize("source", ["(", "[", "a{2,1}", "*", r"\1", "(?P<x", "a" + "{999999999999}"])
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(UnusableError, match="is not a regular expression"):
        compile_regex(source, "", "equals")
