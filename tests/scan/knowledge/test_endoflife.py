from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Line
from sentinel.model.skipped import Tally
from sentinel.scan.knowledge.documents import documents
from sentinel.scan.knowledge.formats import Intakes, read_document
from tests.scan.knowledge.samples import DAY, counts, read
from tests.shared import shared_data

PAGE = """---
title: Lyngvik Server
category: os
permalink: /lyngvik-server
releaseLabel: "Lyngvik Server __RELEASE_CYCLE__ (__CODENAME__)"
releases:
  - releaseCycle: 1.20
    codename: Gran
    releaseDate: 2027-01-01
    eol: 2030-01-01
    eoes: 2033-01-01
  - releaseCycle: "1.2"
    releaseLabel: Old one
    releaseDate: 2020-02-01
    eol: 2026-01-01
    latestReleaseDate: 2026-10-02
  - releaseCycle: "1"
    eol: true
  - releaseCycle: "0"
    eol: false
  - releaseCycle: "x"
  - eol: true
---
> Text of the page
---
eol: true
"""
SOURCE = "https://endoflife.date/lyngvik-server"
LINES = (
    Line(
        "lyngvik-server",
        "1.20",
        date(2030, 1, 1),
        over=False,
        extended_ends=date(2033, 1, 1),
        label="Lyngvik Server 1.20 (Gran)",
        source=SOURCE,
    ),
    Line(
        "lyngvik-server",
        "1.2",
        date(2026, 1, 1),
        over=True,
        extended_ends=None,
        label="Lyngvik Server Old one",
        source=SOURCE,
    ),
    Line("lyngvik-server", "1", None, over=True, extended_ends=None, label="Lyngvik Server 1 ()", source=SOURCE),
    Line("lyngvik-server", "0", None, over=False, extended_ends=None, label="Lyngvik Server 0 ()", source=SOURCE),
)


def test_the_lines_of_a_page_and_its_numbers_as_they_are_written() -> None:
    told, intakes = read(PAGE, "products/any.md")

    assert [(one.source, one.document) for one in told] == [("endoflife", "lyngvik-server")]
    assert told[0].things == LINES
    assert counts(intakes.of("endoflife").tally) == (1, {}, {"no-end-told": 1, "no-cycle": 1})


def test_a_planned_release_does_not_make_a_feed_current() -> None:
    _, intakes = read(PAGE)

    assert intakes.of("endoflife").newest == date(2026, 10, 2)


def test_the_answers_of_the_api() -> None:
    release = {
        "name": "1.20",
        "label": "1.20 (Gran)",
        "releaseDate": "2025-01-01",
        "isEol": False,
        "eolFrom": "2030-01-01",
        "eoesFrom": "2033-01-01",
        "latest": {"date": "2026-10-02"},
    }
    product = {"name": "lyngvik-server", "label": "Lyngvik Server", "releases": [release, {"name": "1", "isEol": True}]}
    for result in (product, [product]):
        told, intakes = read({"schema_version": "1.2.0", "generated_at": "2026-11-02T00:00:00Z", "result": result})
        assert [
            (one.cycle, one.ends, one.over, one.extended_ends, one.label)
            for one in told[0].things
            if isinstance(one, Line)
        ] == [
            ("1.20", date(2030, 1, 1), False, date(2033, 1, 1), "Lyngvik Server 1.20 (Gran)"),
            ("1", None, True, None, "Lyngvik Server 1"),
        ]
        assert intakes.of("endoflife").newest == date(2026, 11, 2)


def test_the_first_version_of_the_api_names_the_product_by_its_file() -> None:
    cycles = [{"cycle": "1.20", "eol": "2030-01-01", "latestReleaseDate": "2026-10-02"}, {"cycle": "1", "eol": True}]
    told, _ = read(cycles, "feeds/lyngvik-server.json")

    assert [(one.product, one.cycle, one.over) for one in told[0].things if isinstance(one, Line)] == [
        ("lyngvik-server", "1.20", False),
        ("lyngvik-server", "1", True),
    ]


def test_pages_that_are_none_are_counted() -> None:
    assert counts(read(PAGE.replace("/lyngvik-server", "/../x"))[1].of("endoflife").tally)[1] == {"no-name": 1}
    assert counts(read(PAGE.replace("eol: 2030", "eol: ]"))[1].of("endoflife").tally)[1] == {"not-yaml": 1}
    assert counts(read(PAGE.partition("releases:")[0] + "---\n")[1].of("endoflife").tally)[1] == {"no-releases": 1}


@pytest.mark.fuzz
@given(st.text(max_size=60), st.integers(0, 600))
def test_any_change_of_a_page_is_survived(noise: str, place: int) -> None:
    at = place % len(PAGE)
    told, intakes = read((PAGE[:at] + noise + PAGE[at:]).encode("utf-8", errors="replace"))

    assert intakes.of("endoflife").tally.total + intakes.other.total == 1
    assert len(told) <= 1


@pytest.mark.shared
def test_the_real_repository_is_read_whole(tmp_path: Path) -> None:
    del tmp_path
    path = shared_data() / "knowledge" / "endoflife.date-2026-08.tar.xz"
    intakes = Intakes(DAY)
    told = [one for document in documents(path, "eol", Tally("x")) for one in read_document(document, intakes)]

    assert counts(intakes.of("endoflife").tally) == (464, {}, {})
    assert sum(len(one.things) for one in told) == 8351
    by_name = {one.document: one.things for one in told}
    ends = {one.cycle: one.ends for one in by_name["windows-server"] if isinstance(one, Line)}
    assert ends["2022"] == date(2031, 10, 14)
    assert dict(intakes.other.skipped) == {"no-feed": 1}
