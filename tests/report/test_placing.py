"""Tests for sentinel.report.placing: at a place stands the old file or the new one, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.report.placing import write_file


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    place = tmp_path / "rapport.html"
    place.write_bytes(b"before")

    assert write_file(place, "æøå".encode()) == place
    assert place.read_text() == "æøå"
    assert list(tmp_path.iterdir()) == [place]


def test_where_it_cannot_stand_nothing_is_left_beside(tmp_path: Path) -> None:
    place = tmp_path / "rapport.html"
    (place / "inside").mkdir(parents=True)

    with pytest.raises(OSError, match=r"rapport\.html"):
        write_file(place, b"x")
    assert list(tmp_path.iterdir()) == [place]
