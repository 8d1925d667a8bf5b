from __future__ import annotations

from datetime import date
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Line, Remedy, Span, Statement, Status, Weakness
from sentinel.scan.knowledge.codec import (
    feed_of,
    pack_line,
    pack_statement,
    pack_weakness,
    unpack_line,
    unpack_statement,
    unpack_weakness,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))
SPANS = st.builds(Span, TEXT, TEXT, TEXT, st.sampled_from(["generic", "deb", ""]), TEXT)
STATEMENTS = st.builds(
    Statement,
    st.sampled_from(["csaf", "nvd", "vex"]),
    TEXT,
    TEXT,
    TEXT,
    st.sampled_from(get_args(Status)),
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(SPANS, max_size=2).map(tuple),
    st.booleans(),
    st.lists(TEXT, max_size=2).map(tuple),
    TEXT,
    TEXT,
    DAYS,
    TEXT,
    st.lists(st.tuples(st.sampled_from(get_args(Remedy)), TEXT), max_size=2).map(tuple),
    TEXT,
    DAYS,
    TEXT,
)
WEAKNESSES = st.builds(
    Weakness,
    TEXT,
    st.none() | st.floats(0, 10),
    TEXT,
    DAYS,
    st.booleans(),
    st.none() | st.floats(0, 1),
    TEXT,
    TEXT,
)


@given(STATEMENTS)
def test_statements_come_back_as_they_were(one: Statement) -> None:
    raw = pack_statement(one)

    assert unpack_statement(raw) == one
    assert b"\n" not in raw
    assert b"\t" not in raw


@given(WEAKNESSES)
def test_weaknesses_come_back_and_zero_is_not_nothing(one: Weakness) -> None:
    assert unpack_weakness(pack_weakness(one)) == one


@given(st.builds(Line, TEXT, TEXT, DAYS, st.booleans(), DAYS, TEXT, TEXT))
def test_lines_come_back_as_they_were(one: Line) -> None:
    assert unpack_line(pack_line(one)) == one


def test_a_feed_of_a_manifest() -> None:
    told = {
        "name": "kev",
        "dated": "2026-11-18",
        "kept": 1,
        "skipped": {"no-cve": 1},
        "licence": "x",
        "origin": "y",
        "parts": {},
    }

    assert feed_of(told).dated == date(2026, 11, 18)
