from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.report.charts import (
    COLOURS,
    DARK,
    WIDTH,
    Lane,
    Part,
    beside,
    contrast,
    luminance,
    severity_bars,
    status_bar,
    timeline,
)
from sentinel.report.html import drawer
from sentinel.report.lettering import breadth
from sentinel.report.pages import Chart, Tone

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=31)
GAP = (START + timedelta(days=10), START + timedelta(days=12))


def bar(*counts: int) -> Chart:
    tones: tuple[Tone, ...] = ("met", "partly", "unmet", "open")
    return status_bar("b", "t", "d", [Part(str(n), n, tone) for n, tone in zip(counts, tones, strict=True)])


def lanes() -> Chart:
    found = [Lane("hel", START, END), Lane("hull", START, END, (GAP,)), Lane("kom aldri", None, None)]
    return timeline("l", "t", "d", found, [(START, "1. oktober"), (END, "1. november")])


@pytest.mark.parametrize("colours", [COLOURS, DARK])
def test_colours_can_be_read_on_their_page(colours: Mapping[str, str]) -> None:
    page = colours["white"]

    assert contrast(colours["ink"], page) >= 7
    assert contrast(colours["ink"], colours["paper"]) >= 7
    assert contrast(colours["quiet"], page) >= 4.5
    assert contrast(colours["met"], page) >= 4.5
    assert contrast(colours["unmet"], page) >= 4.5
    assert contrast(colours["partly"], page) >= 3


def test_neighbours_in_the_bar_differ_in_grey_print() -> None:
    grey = [luminance(COLOURS[tone]) for tone in ("met", "partly", "unmet", "paper")]
    ratios = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in pairwise(grey)]

    assert min(ratios) > 1.5


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(st.tuples(*[st.integers(0, 200)] * 4))
def test_boxes_fill_the_bar_in_their_true_sizes(counts: tuple[int, int, int, int]) -> None:
    chart = bar(*counts)
    total = sum(counts)

    assert len(chart.boxes) == max(1, sum(n > 0 for n in counts))
    assert all(box.x >= 0 and box.x + box.width <= WIDTH + 0.1 for box in chart.boxes)
    for box, n in zip(chart.boxes, [n for n in counts if n], strict=False):
        assert box.width == pytest.approx(WIDTH * n / total, abs=1.6)
    assert {box.style for box in chart.boxes if box.tone == "open"} <= {"dashed"}


def test_nothing_at_all_is_one_empty_dashed_box() -> None:
    assert [(box.style, box.tone) for box in bar(0, 0, 0, 0).boxes] == [("dashed", "open")]


def test_words_stand_on_a_part_only_where_there_is_room() -> None:
    assert [label.text for label in bar(90, 1, 9, 0).labels] == ["90", "9"]
    parts = [
        Part("50 %", 50, "met", "50 % oppfylt"),
        Part("10 %", 10, "partly", "10 % delvis"),
        Part("40 %", 40, "open"),
    ]
    assert [label.text for label in status_bar("b", "t", "d", parts).labels] == ["50 % oppfylt", "10 %", "40 %"]


def test_words_on_filled_parts_are_large_enough_for_their_contrast() -> None:
    points_a_unit = 0.25 / 25.4 * 72

    for label in bar(90, 40, 40, 40).labels:
        assert label.size * points_a_unit >= 14
    assert min(contrast(COLOURS["white"], COLOURS[tone]) for tone in ("met", "partly", "unmet")) >= 3
    assert min(contrast(DARK["white"], DARK[tone]) for tone in ("met", "partly", "unmet")) >= 3


def test_a_gap_is_hatched_and_a_log_that_never_came_is_dashed() -> None:
    styles = [box.style for box in lanes().boxes]
    hatched = next(box for box in lanes().boxes if box.style == "hatched")

    assert styles == ["filled", "filled", "hatched", "filled", "dashed"]
    assert hatched.width == pytest.approx(490 * 2 / 31, abs=0.1)


def test_a_very_short_gap_can_still_be_seen() -> None:
    gap = (GAP[0], GAP[0] + timedelta(minutes=1))
    boxes = timeline("l", "t", "d", [Lane("a", START, END, (gap,))], []).boxes

    assert [box.width >= 3 for box in boxes if box.style == "hatched"] == [True]


@given(st.lists(st.tuples(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC))), max_size=5))
def test_any_times_stay_inside_the_drawing(spans: list[tuple[datetime, datetime]]) -> None:
    chart = timeline("l", "t", "d", [Lane("a", min(s), max(s), (s,)) for s in spans], [])

    assert all(box.x >= 0 and box.x + box.width <= WIDTH + 0.1 and box.width > 0 for box in chart.boxes)


def test_severities_are_told_by_word_and_number_and_nought_has_no_bar() -> None:
    chart = severity_bars("s", "t", "d", [Part("Kritisk", 4, "unmet"), Part("Lav", 0, "quiet")])

    assert [label.text for label in chart.labels] == ["Kritisk", "4", "Lav", "0"]
    assert len(chart.boxes) == 1


@pytest.mark.parametrize("chart", [bar(3, 2, 1, 4), lanes()])
def test_a_drawing_is_accessible_has_no_style_and_is_the_same_each_time(chart: Chart) -> None:
    drawn = drawer(root())(chart)
    picture = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"

    assert drawn == drawer(root())(chart)
    assert picture.get("role") == "img"
    assert picture.get("viewBox")
    assert picture.findtext(f"{space}title") == "t"
    assert picture.findtext(f"{space}desc") == "d"
    assert picture.get("aria-labelledby") == f"{chart.id}-title {chart.id}-text"
    assert not any("style" in element.attrib or element.tag.endswith("script") for element in picture.iter())
    assert all("stroke-dasharray" in r.attrib for r in picture.iter(f"{space}rect") if "line" in str(r.get("class")))


def test_labels_are_text_whatever_they_hold() -> None:
    chart = timeline("l", '"><script>', "</desc><script>", [Lane("<script>&", None, None)], [])

    picture = ET.fromstring(drawer(root())(chart))

    assert not [e for e in picture.iter() if e.tag.endswith("script")]
    assert "<script>&" in {e.text for e in picture.iter()}


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=60))
def test_a_name_beside_a_bar_has_at_most_two_lines_and_never_runs_into_it(name: str) -> None:
    labels = beside(" ".join(name.split()), 182, 50)

    assert len(labels) <= 2
    assert all(breadth(label.text, label.size) <= 182 for label in labels)
    assert all(40 <= label.y <= 60 for label in labels)


def test_two_logs_with_names_alike_in_the_beginning_can_be_told_apart() -> None:
    names = ["Sikkerhetsloggen på EPJ-serveren", "Sikkerhetsloggen på domenekontrolleren"]

    assert [" ".join(label.text for label in beside(name, 182, 50)) for name in names] == names
