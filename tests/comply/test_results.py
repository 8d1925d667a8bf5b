"""Tests for sentinel.comply.results; what else is refused is tested with those who read: previous and ros/measured."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sentinel.comply.results import MAX_BYTES, EarlierResult, read_result
from sentinel.errors import InputError

TODAY = date(2026, 11, 21)


def test_what_every_result_says_is_read(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps(
            {"schema": "sentinel.result/1", "organisation": {"number": "1"}, "as_of": "2026-11-21", "judgements": 7}
        )
    )

    found = read_result(EarlierResult, path, "result.json", "1", TODAY)

    assert (found.organisation.number, found.as_of) == ("1", TODAY)


def test_a_file_too_large_to_be_one_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a hole: it takes no room

    with pytest.raises(InputError, match=r"^result\.json: is larger than 200,000,000 bytes$"):
        read_result(EarlierResult, path, "result.json", "1", TODAY)
