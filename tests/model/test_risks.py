from __future__ import annotations

from datetime import date

from sentinel.model.risks import Assessment, Band, Matrix, Rating
from sentinel.model.text import Text

DAY = date(2026, 11, 10)


def assessment(*ratings: tuple[int, Band | None, bool], missing: tuple[str, ...] = ()) -> Assessment:
    made = tuple(Rating("person", consequence, band, within) for consequence, band, within in ratings)
    return Assessment("Åse", DAY, 2, made, "low", missing, "")  # type: ignore[arg-type]  # names of dimensions


def test_the_gravest_consequence_counts() -> None:
    assert assessment((1, "low", True), (3, "medium", False), (0, None, True)).consequence == 3


def test_within_asks_for_every_dimension() -> None:
    assert assessment((1, "low", True)).within
    assert not assessment((1, "low", True), (3, "high", False)).within
    assert not assessment((1, "low", True), missing=("integrity",)).within


def test_levels_count_from_one() -> None:
    matrix = Matrix("x", Text("a", "b"), (), (), (("low", "medium"), ("medium", "high")))

    assert (matrix.band(1, 1), matrix.band(1, 2), matrix.band(2, 2)) == ("low", "medium", "high")
