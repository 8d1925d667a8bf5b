from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span
from sentinel.scan.knowledge.ranges import Versions, bounded, exact, is_token, read_range, together

A_NUMBER = st.lists(st.integers(0, 99), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


def span(first: str = "", last: str = "", before: str = "", after: str = "", scheme: str = "generic") -> Span:
    return Span(first, last, before, scheme, after)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("<= 2.1", [span(last="2.1")]),
        ("<=12.1.2", [span(last="12.1.2")]),
        ("< B.06.18", [span(before="B.06.18")]),
        ("<= K", [span(last="K")]),
        ("> 2.1", [span(after="2.1")]),
        ("≤ 2.1", [span(last="2.1")]),
        ("≥ 2.0, < 2.3", [span("2.0", before="2.3")]),
        ("Versions 3.2", [span("3.2", "3.2")]),
        ("= 2.1", [span("2.1", "2.1")]),
        ("==2.1", [span("2.1", "2.1")]),
        (">= 1.0.0  | <= 1.3.1", [span("1.0.0", "1.3.1")]),
        (">= 2.0, < 2.3.1", [span("2.0", before="2.3.1")]),
        (">= 2.0 < 2.3.1", [span("2.0", before="2.3.1")]),
        (">=BT02 | <= BT06", [span("BT02", "BT06")]),
        ("3.0|3.1", [span("3.0", "3.0"), span("3.1", "3.1")]),
        ("11.x", [span("11", before="12")]),
        ("4.X | 5.X", [span("4", before="5"), span("5", before="6")]),
        ("<= 12.2.x.x", [span(before="12.3")]),
        ("< 3.x", [span(before="3")]),
        (">= 3.x", [span("3")]),
        ("> 3.x", [span("4")]),
        ("prior to 4.3", [span(before="4.3")]),
        ("Versions prior to 4.3", [span(before="4.3")]),
        ("All versions before v4.3", [span(before="v4.3")]),
        ("version 3.0 through 3.2", [span("3.0", "3.2")]),
        ("from 3.0 through version 3.2", [span("3.0", "3.2")]),
        ("3.0 before 3.2", [span("3.0", before="3.2")]),
        ("up to and including 4.3", [span(last="4.3")]),
        ("2.3.6 and  below", [span(last="2.3.6")]),
        ("2.3.6 and all prior versions", [span(last="2.3.6")]),
        ("4.3 or later", [span("4.3")]),
        ("later than 4.3", [span(after="4.3")]),
        ("vers:deb/>=1.0-1|<1.0-3", [span("1.0-1", before="1.0-3", scheme="deb")]),
        ("vers:generic/<1.2|>=2.0|<=2.4", [span(before="1.2"), span("2.0", "2.4")]),
        ("vers:semver/1.2%2B1", [span("1.2+1", "1.2+1", scheme="semver")]),
    ],
)
def test_what_is_told_surely_is_read(text: str, spans: list[Span]) -> None:
    assert read_range(text) == Versions(tuple(spans))


@pytest.mark.parametrize("text", ["*", "vers:all/*", "vers:generic/*", "All versions", "any", "all"])
def test_all_versions_are_all(text: str) -> None:
    assert read_range(text) == Versions(every=True)


@pytest.mark.parametrize(
    "text",
    [
        "up to 4.3",
        "3.0 to 3.2",
        "3.0 - 3.2",
        "< july 1 2017",
        "<8/30/2024",
        "<= U61 |<= L81",
        "<= 3.0, >= 1.0",
        ">= 3.0 | < 2.0",
        "< 2.0 | >= 3.0",
        "A10 < A11",
        "A.01 <= C.0x | 4.0",
        "<= 1.54 (integrated into GE MobileLink)",
        "* (end-of-life 2011)",
        "IGS",
        "2131 and 2141",
        "7100 | 7900 MRI",
        "!= 2.0",
        "All versions 3.2",
        "prior to 2018-05-01",
        "before May2018",
        "< Aug-2017",
        "≤ something",
        "vers:deb/!=2.0",
        "vers:generic/>=2.0|>=3.0",
        "vers:generic/<4.0|>=2.0",
        "",
    ],
)
def test_what_leaves_something_open_stays_unread_and_is_kept(text: str) -> None:
    assert read_range(text) == Versions(unread=(text,))


@given(A_NUMBER, A_NUMBER)
def test_bounds_come_out_as_they_went_in_or_not_at_all(low: str, high: str) -> None:
    said = read_range(f">= {low}, <= {high}")

    if said.unread:
        assert [int(part) for part in low.split(".")] > [int(part) for part in high.split(".")] or low != high
    elif said.every:
        raise AssertionError("an upper bound was lost")
    else:
        assert [(one.last, one.before) for one in said.spans] == [(high, "")]
        assert said.spans[0].first in {low, ""}


@pytest.mark.fuzz
@given(st.text(max_size=80), st.sampled_from(["", "vers:deb/", "<= ", "prior to "]))
def test_any_text_is_read_or_kept(text: str, begin: str) -> None:
    said = read_range(begin + text)

    assert said.spans or said.every or said.unread
    assert not (said.unread and (said.spans or said.every))


def test_several_texts_together() -> None:
    some = together([read_range("1.0"), read_range("1.0"), read_range("odd one")])

    assert some == Versions((exact("1.0"),), unread=("odd one",))
    assert some.plus(Versions(every=True)) == Versions(every=True, unread=("odd one",))


def test_bounds_that_feeds_tell_apart() -> None:
    assert bounded("0", "", "2.0") == span(before="2.0")
    assert bounded("N/A", "6.1.*", "") == span(before="6.2")
    assert bounded("1.2", "1.9", "") == span("1.2", "1.9")


def test_a_token_is_one_version() -> None:
    assert [
        text for text in ("1.2", "v1.2", "VB15A", "R7.4", "6.1.*", "K", "Kx", "a b", "1/2", "") if is_token(text)
    ] == [
        "1.2",
        "v1.2",
        "VB15A",
        "R7.4",
        "6.1.*",
        "K",
    ]
