"""Tests for sentinel.report.placing: at a place stands the old file or the new one, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import RenderError
from sentinel.report.placing import as_json, write_file, writing_into


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


def test_a_folder_is_made_for_what_is_written_into_it(tmp_path: Path) -> None:
    folder = tmp_path / "ut" / "rapporter"

    with writing_into(folder):
        write_file(folder / "x.json", b"{}")
    assert (folder / "x.json").read_bytes() == b"{}"


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "fil").write_bytes(b"")

    with pytest.raises(RenderError, match="fil: cannot be written: "), writing_into(tmp_path / "fil"):
        pytest.fail("a file is no folder")
    with pytest.raises(RenderError, match=r"mangler/.*x.*: cannot be written: "), writing_into(tmp_path):
        write_file(tmp_path / "mangler" / "x", b"")


def test_a_record_is_a_file_that_a_person_can_read() -> None:
    assert as_json({"navn": "Blåbær"}) == '{\n  "navn": "Blåbær"\n}\n'.encode()
