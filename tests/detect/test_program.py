from __future__ import annotations

import pytest

from sentinel.detect.program import MAX_PROGRAM, UnsupportedError, compile_program, read_tree


def kinds(source: str) -> list[str]:
    return [kind for kind, _ in compile_program(source, 0)]


def test_steps_of_each_construction() -> None:
    assert kinds("ab") == ["char", "char", "match"]
    assert kinds("a|bc") == ["split", "char", "jump", "char", "char", "match"]
    assert kinds("a*") == ["split", "char", "jump", "match"]
    assert kinds("a{1,2}") == ["char", "split", "char", "match"]
    assert kinds("^a") == ["at", "char", "match"]


@pytest.mark.parametrize("source", ["(?=a)b", "(?<!a)b", r"(a)\1", "(?>a)", "a*+", "(a)?(?(1)b|c)"])
def test_what_is_not_regular_is_refused(source: str) -> None:
    with pytest.raises(UnsupportedError, match="has no linear form"):
        compile_program(source, 0)


def test_a_program_cannot_grow_without_end() -> None:
    with pytest.raises(UnsupportedError, match=f"{MAX_PROGRAM:,}"):
        compile_program("((a{100}){100}){100}", 0)


@pytest.mark.parametrize("source", ["(){200000000}", "(){200000000,}", "(){0,200000000}", "(?:){0,200000000}"])
def test_no_repetition_is_longer_than_a_program(source: str) -> None:
    with pytest.raises(UnsupportedError, match=f"{MAX_PROGRAM:,}"):
        compile_program(source, 0)


def test_nested_repetitions_of_nothing_are_nothing() -> None:
    assert kinds("((){20000}){20000}") == ["match"]


def test_the_tree_is_that_of_re_and_its_advice_is_kept_quiet() -> None:
    assert [str(operation) for operation, _ in read_tree("[[a]", 0)] == ["IN"]
