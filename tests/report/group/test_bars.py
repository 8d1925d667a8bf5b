from __future__ import annotations

import pytest

from sentinel.content import root
from sentinel.report.charts import WIDTH
from sentinel.report.group.bars import MOST, unit_bars
from sentinel.report.pages import Chart
from sentinel.report.text import load_texts
from tests.report.group.sample import overfull, silent, solvaer


def drawn(name: str = "solvaer") -> Chart:
    made = {"solvaer": solvaer, "silent": silent, "overfull": overfull}[name]
    return unit_bars(made().units, load_texts("nb", root()))


def test_the_worst_unit_is_on_top_and_is_all_dashed() -> None:
    chart = drawn()
    top = [box for box in chart.boxes if box.y < 20]

    assert [(box.style, box.tone) for box in top] == [("dashed", "open")]
    assert chart.labels[0].text == "Avlastningsboligen Lia"


def test_what_nobody_looked_at_has_its_true_size() -> None:
    chart, units = drawn(), solvaer().units
    each = (WIDTH - 224) / max(unit.asked for unit in units)
    for row, unit in enumerate(units):
        width = sum(box.width for box in chart.boxes if box.style == "dashed" and row * 28 <= box.y < row * 28 + 20)
        unseen = sum(unit.counts.get(state, 0) for state in ("disputed", "unknown", "not_assessed"))
        assert width == pytest.approx(unseen * each, abs=5)


@pytest.mark.parametrize("name", ["solvaer", "silent", "overfull"])
def test_nothing_stands_outside_the_drawing(name: str) -> None:
    chart = drawn(name)

    assert all(box.x >= 0 and box.x + box.width <= WIDTH + 0.1 for box in chart.boxes)
    assert all(box.y + box.height <= chart.height for box in chart.boxes)
    assert all(label.y <= chart.height for label in chart.labels)


def test_no_more_units_are_drawn_than_a_page_holds() -> None:
    assert drawn("overfull").height == MOST * 28
