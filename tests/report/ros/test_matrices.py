from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.ros.matrix import load_matrices
from sentinel.content import root
from sentinel.report.charts import WIDTH
from sentinel.report.ros.matrices import TONES, Placed, describe, draw_matrix
from sentinel.report.text import load_texts

MATRICES = load_matrices(root())
NB, EN = load_texts("nb", root()), load_texts("en", root())


@pytest.mark.parametrize("name", MATRICES)
def test_every_cell_has_its_colour_and_its_word(name: str) -> None:
    matrix = MATRICES[name]
    chart = draw_matrix("m", "t", matrix, Placed({}, ()), NB)
    words = [label.text for label in chart.labels if label.tone == "quiet"]

    rows = list(reversed(matrix.cells))
    assert [box.tone for box in chart.boxes] == [TONES[band] for row in rows for band in row]
    assert words == [NB.say(f"ros.band.{band}") for row in rows for band in row]


def test_what_nobody_assessed_is_a_dashed_box_and_never_in_a_cell() -> None:
    chart = draw_matrix("m", "t", MATRICES["4x4"], Placed({(4, 4): [1]}, [2, 3]), NB)

    (box,) = [box for box in chart.boxes if box.style == "dashed"]
    assert box.tone == "open"
    assert chart.labels[-1].text == "ikke vurdert: risiko 2, 3"
    assert chart.description == "Høy: risiko 1; ikke vurdert: risiko 2, 3."


def test_what_is_only_hoped_for_stands_in_brackets() -> None:
    placed = Placed({(1, 1): [1, 2]}, (), frozenset({2}))

    assert describe(MATRICES["4x4"], placed, EN) == "Low: risk 1, (2)."
    assert "1 (2)" in {label.text for label in draw_matrix("m", "t", MATRICES["4x4"], placed, EN).labels}


def test_a_matrix_without_risks_says_so() -> None:
    assert describe(MATRICES["5x5"], Placed({}, ()), EN) == "No risks are placed."


@given(
    st.sampled_from(sorted(MATRICES)),
    st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.integers(1, 60)),
)
def test_every_risk_is_drawn_or_counted_and_all_are_said(name: str, sizes: dict[tuple[int, int], int]) -> None:
    numbers = iter(range(1, 10_000))
    cells = {place: [next(numbers) for _ in range(size)] for place, size in sizes.items()}

    chart = draw_matrix("m", "t", MATRICES[name], Placed(cells, ()), NB)

    drawn = [label.text for label in chart.labels if label.size == 16]
    shown = sum(len(re.sub(r" \+\d+$", "", text).split()) for text in drawn)
    counted = sum(int(found[1]) for text in drawn if (found := re.search(r" \+(\d+)$", text)))
    assert shown + counted == sum(sizes.values())
    assert {int(n) for n in re.findall(r"\d+", chart.description)} == {n for many in cells.values() for n in many}
    assert all(box.x >= 0 and box.x + box.width <= WIDTH for box in chart.boxes)
    assert all(0 <= label.y <= chart.height for label in chart.labels)
