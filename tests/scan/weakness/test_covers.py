from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span
from sentinel.scan.weakness.covers import Covered, covers, inside
from tests.scan.weakness.bundle import advisory

_NUMBERS = st.lists(st.integers(0, 9), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@pytest.mark.parametrize(
    ("span", "version", "answer"),
    [
        (Span("1.0", "2.0"), "1.0", True),
        (Span("1.0", "2.0"), "2.0", True),
        (Span("1.0", before="2.0"), "2.0", False),
        (Span(after="1.0"), "1.0", False),
        (Span(after="1.0"), "1.1", True),
        (Span("1.0"), "0.9", False),
        (Span(), "anything at all", True),
        (Span(before="VE11C"), "VB15A", True),
        (Span(before="L81"), "U61", None),
        (Span("9", before="L81"), "1", False),
        (Span(before="1.0.2zg", scheme="openssl"), "1.0.2k", True),
    ],
)
def test_a_version_is_within_a_span_or_not_or_nobody_can_tell(span: Span, version: str, answer: bool | None) -> None:
    assert inside(span, version) is answer


def test_a_product_s_own_scheme_orders_what_the_source_does_not() -> None:
    span = Span(before="10.0.14393.7259")
    assert inside(span, "10.0.14393") is True
    assert inside(span, "10.0.14393", "windows") is None
    assert inside(Span(before="2.0rc1"), "1.9", "semver") is True


def test_a_statement_answers_with_why_not() -> None:
    def said(version: str = "1.0", **more: object) -> Covered:
        return covers(advisory("a", "b", "CVE-1", **more), version)

    assert said(every=True, version="") == Covered("yes")
    assert said(version="", spans=(Span(last="2"),)) == Covered("unknown", "no_version")
    assert said(spans=(Span("5"), Span(last="2"))) == Covered("yes")
    assert said(spans=(Span("5"), Span("L81"))) == Covered("unknown", "not_comparable")
    assert said(spans=(Span("5"),), unread=("later",)) == Covered("unknown", "unread")
    assert said(spans=(Span("5"),)) == Covered("no")
    assert said() == Covered("unknown", "unread")


@given(_NUMBERS, _NUMBERS, _NUMBERS)
def test_a_version_is_on_one_side_of_a_bound(version: str, low: str, high: str) -> None:
    assert inside(Span(before=low), version) is not inside(Span(first=low), version)
    if inside(Span(low, high), version):
        assert inside(Span(low), version)
        assert inside(Span(last=high), version)
