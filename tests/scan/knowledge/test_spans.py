from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span
from sentinel.scan.knowledge.spans import outside

MOST = 12


def within(version: int, span: Span) -> bool:
    low = (not span.first or version >= int(span.first)) and (not span.after or version > int(span.after))
    return low and (not span.last or version <= int(span.last)) and (not span.before or version < int(span.before))


@st.composite
def a_span(draw: st.DrawFn) -> Span:
    low, high = sorted((draw(st.integers(1, MOST)), draw(st.integers(1, MOST))))
    begin = draw(st.sampled_from(["", "first", "after"]))
    end = draw(st.sampled_from(["", "last", "before"]))
    return Span(
        str(low) if begin == "first" else "",
        str(high) if end == "last" else "",
        str(high) if end == "before" else "",
        "generic",
        str(low) if begin == "after" else "",
    )


@given(st.lists(a_span(), max_size=6))
def test_every_version_is_either_in_one_of_them_or_outside(spans: list[Span]) -> None:
    left = outside(spans, "generic")
    assert left is not None
    if not spans:
        assert left == ()
        return
    for version in range(MOST + 2):
        inside = any(within(version, span) for span in spans)
        assert inside != any(within(version, span) for span in left), (version, left)


def test_versions_without_an_order_are_not_guessed_about() -> None:
    assert outside([Span("A1", "", "B2"), Span("C3", "D4")], "generic") is None


def test_what_is_outside_is_of_the_scheme() -> None:
    assert outside([Span("1.0", "", "1.5", "semver")], "semver") == (
        Span("", "", "1.0", "semver"),
        Span("1.5", "", "", "semver"),
    )
