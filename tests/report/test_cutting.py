from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.report.cutting import FULL, cut, cut_all
from sentinel.report.network import network
from sentinel.report.pages import Section
from sentinel.report.tables import Room
from sentinel.report.text import load_texts
from tests.report.sample import rich

NB = load_texts("nb", root())


@pytest.fixture(scope="module")
def whole() -> Section:
    return network(rich(), NB)


@given(most=st.integers(0, 8))
def test_what_is_shown_and_what_is_counted_make_the_whole(most: int) -> None:
    section = network(rich(), NB)
    (table,) = cut(section, {"findings": Room(most, "more.technical")}, NB).tables

    left = int(table.more.split()[2].split("\u00a0")[0]) if table.more else 0
    assert len(table.rows) + left == len(section.tables[0].rows)
    assert table.rows == section.tables[0].rows[:most]


def test_tables_that_are_not_named_are_left_out_and_the_rest_stays(whole: Section) -> None:
    found = cut(whole, {"scans": Room(9, "more.rows")}, NB)

    assert [table.id for table in found.tables] == ["table-scans"]
    assert (found.charts, found.paragraphs) == (whole.charts, whole.paragraphs)


def test_a_report_that_holds_everything_still_has_an_end(whole: Section) -> None:
    table = whole.tables[0]
    long = replace(whole, tables=(replace(table, rows=table.rows * 500),))

    (kept,) = cut_all(long, NB).tables

    assert len(kept.rows) == FULL.most
    assert kept.more.startswith("… og 500")
