from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.scanner import Scanner, available

LETTERS = b"aAb[\\(\xc3\xa5\xff"
NEEDLES = st.lists(
    st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3).map(bytes), min_size=1, max_size=4, unique=True
)
DATA = st.lists(st.sampled_from(LETTERS + b"\0\n"), max_size=30).map(bytes)


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


@given(DATA)
def test_expressions_are_found_as_re_finds_them(data: bytes) -> None:
    patterns = [rb"a.b", rb"[^a]\x00", rb"\xc3\xa5", rb"b(?:a|\[){2}"]
    found = Scanner.expressions(patterns).scan(data)
    ends = range(len(data) + 1)

    for number, pattern in enumerate(patterns):
        tied = re.compile(b"(?s).*(?:" + pattern + rb")\Z", re.DOTALL)
        assert [end for one, end in found if one == number] == [end for end in ends if tied.match(data[:end])]


def test_a_scanner_is_taken_up_as_it_was_put_down() -> None:
    scanner = Scanner.literals([b"kiwi"])

    assert Scanner.loaded(scanner.dump()).scan(b"a KIWI") == scanner.scan(b"a KIWI") == [(0, 6)]


@pytest.mark.parametrize("data", [b"", b"no database", b"\xdb\xdb\xdb\xdb" + b"x" * 200])
def test_what_was_not_put_down_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Scanner.loaded(data)


def test_nothing_is_found_in_nothing() -> None:
    assert Scanner.literals([b"a"]).scan(b"") == []
