from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.benchmark import Spread
from sentinel.report.charts import WIDTH
from sentinel.report.pages import Box, Chart
from sentinel.report.sector.lanes import PARTS, Lane, lanes
from sentinel.report.text import load_texts

LEGEND = len(PARTS)


def drawn(*spreads: Spread | None) -> Chart:
    return lanes("x", "Tegning", "Alt", [Lane("Kommuner", spread) for spread in spreads], load_texts("nb", root()))


def bars(chart: Chart) -> list[Box]:
    return list(chart.boxes[LEGEND:])


def test_what_nobody_looked_at_is_dashed_in_its_true_size() -> None:
    met, unseen = bars(drawn(Spread(75, 0, 0, 0, 25, 0)))

    assert (met.style, unseen.style) == ("filled", "dashed")
    assert unseen.width + 1.5 == pytest.approx(met.width / 3, abs=0.1)  # the dashes are drawn inside


def test_a_group_that_is_not_shown_is_dashed_from_end_to_end() -> None:
    shown, hidden = drawn(Spread(100, 0, 0, 0, 0, 0)), drawn(None)

    (whole,), (dashed,) = bars(shown), bars(hidden)
    assert dashed.style == "dashed"
    assert dashed.width == pytest.approx(whole.width, abs=2)
    assert "Ikke vist" in {label.text for label in hidden.labels}


def test_parts_can_be_told_apart_without_colour() -> None:
    chart = drawn(Spread(20, 20, 20, 20, 20, 0))

    assert [box.style for box in bars(chart)] == ["filled", "filled", "filled", "hatched", "dashed"]
    texts = [label.text for label in chart.labels]
    assert "×20" in texts  # lacking, as dark as what is in place
    assert "mangler (×)" in texts


@given(st.tuples(*[st.integers(0, 100)] * 5).filter(any))
def test_the_parts_fill_the_lane_and_no_more(shares: tuple[int, int, int, int, int]) -> None:
    found = bars(drawn(Spread(*shares, declared=0)))

    assert len(found) == sum(share > 0 for share in shares)
    assert all(box.width >= 0 for box in found)
    assert max(box.x + box.width for box in found) == pytest.approx(WIDTH, abs=1.5)
