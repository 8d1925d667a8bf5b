from __future__ import annotations

import re
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.scanner import Expression, Scanner, available, compiles

LETTERS = b"aAb[\\(\xc3\xa5\xff"
NEEDLES = st.lists(
    st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3).map(bytes), min_size=1, max_size=4, unique=True
)
DATA = st.lists(st.sampled_from(LETTERS + b"\0\n"), max_size=30).map(bytes)

EXPRESSIONS = [
    Expression(pattern, caseless)
    for pattern in (rb"-e\s+", b"s+$", b"^s", b"^$", b"^s?$", rb"\be", rb"(s)\1", b"s(?=e)", b"e.s", rb"[^s]\Be")
    for caseless in (False, True)
]
EVERY = Scanner.expressions(EXPRESSIONS)
LINES = st.lists(st.text("sSe-E \t", max_size=5), min_size=1, max_size=6)


def joined(lines: list[str]) -> tuple[bytes, list[int]]:
    return "".join(f"{line}\n" for line in lines).encode(), [*accumulate(len(line) + 1 for line in lines)]


def places(needle: bytes, data: bytes) -> list[int]:
    return [at + len(needle) for at in range(len(data)) if data.startswith(needle, at)]


def test_this_machine_can_scan() -> None:
    assert available()


@given(NEEDLES, DATA, st.booleans())
def test_literals_are_found_wherever_they_end_in_the_order_of_their_ends(
    needles: list[bytes], data: bytes, cased: bool
) -> None:
    found = Scanner.literals(needles, cased=cased).scan(data)
    wanted = [
        (number, end)
        for number, needle in enumerate(needles)
        for end in (places(needle, data) if cased else places(needle.lower(), data.lower()))
    ]

    assert sorted(found) == sorted(wanted)
    assert [end for _, end in found] == sorted(end for _, end in found)


def test_only_the_case_of_ascii_is_disregarded() -> None:
    assert Scanner.literals(["å".encode()]).scan("Å å".encode()) == [(0, 5)]


@given(LINES)
def test_expressions_are_found_in_every_line_in_which_re_finds_them(lines: list[str]) -> None:
    """They are met in the next line too where they end with one, and at the very end of all."""
    found = set(EVERY.scan_lines(*joined(lines)))
    wanted = {
        (number, index)
        for number, one in enumerate(EXPRESSIONS)
        for index, line in enumerate(lines)
        if re.search(one.pattern.decode(), line, re.IGNORECASE if one.caseless else 0)
    }

    assert wanted <= found
    assert {index for _, index in found} <= set(range(len(lines)))


@pytest.mark.parametrize(
    ("pattern", "lines", "wanted"),
    [
        (b"^a", ["a", "ba", "a"], {0, 2}),
        (b"a", ["a", "b", "ca"], {0, 2}),
        (b"s+$", ["s", "x", "ss"], {0, 2}),
        (rb"-e\s+", ["x", "-e", "b"], {1, 2}),
        (rb"-e\s+", ["x", "-e"], {1}),
        (b"^$", ["x", "", "x"], {1}),
        (b"^$", ["x", ""], {1}),
    ],
)
def test_what_is_found_is_told_of_its_line(pattern: bytes, lines: list[str], wanted: set[int]) -> None:
    scanner = Scanner.expressions([Expression(pattern, caseless=False)])
    found = {index for _, index in scanner.scan_lines(*joined(lines))}

    assert wanted <= found <= {index + step for index in wanted for step in (-1, 0, 1)} & set(range(len(lines)))


@pytest.mark.parametrize("other", [b"^s", rb"-e\s+", b"^$"])
def test_what_ends_right_before_the_last_line_feed_is_found_however_long_the_text(other: bytes) -> None:
    """Hyperscan 0.9.1 alone would not say so of some lengths."""
    scanner = Scanner.expressions([Expression(b"s+$", caseless=False), Expression(other, caseless=False)])
    texts = [["y" * before, fill * size + "es"] for before in (0, 1, 9) for fill in ("x", " s") for size in range(130)]

    assert [lines for lines in texts if (0, 1) not in set(scanner.scan_lines(*joined(lines)))] == []


def test_only_some_expressions_disregard_case() -> None:
    scanner = Scanner.expressions([Expression(b"ki", caseless=True), Expression(b"ki", caseless=False)])

    assert set(scanner.scan_lines(*joined(["KI", "ki", "x"]))) == {(0, 0), (0, 1), (1, 1)}


@pytest.mark.parametrize("pattern", [b"(", b"a*", rb"(?P=x)", b"a{99999}"])
def test_expressions_that_cannot_be_looked_for_are_said_to_be_so(pattern: bytes) -> None:
    assert not compiles(Expression(pattern, caseless=True))
    with pytest.raises(ValueError, match=r"."):
        Scanner.expressions([Expression(b"a", caseless=False), Expression(pattern, caseless=False)])


def test_a_scanner_is_taken_up_as_it_was_put_down() -> None:
    scanner = Scanner.literals([b"kiwi"])

    assert Scanner.loaded(scanner.dump()).scan(b"a KIWI") == scanner.scan(b"a KIWI") == [(0, 6)]


@pytest.mark.parametrize("data", [b"", b"no database", b"\xdb\xdb\xdb\xdb" + b"x" * 200])
def test_what_was_not_put_down_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Scanner.loaded(data)


def test_nothing_is_found_in_nothing() -> None:
    assert Scanner.literals([b"a"]).scan(b"") == []
