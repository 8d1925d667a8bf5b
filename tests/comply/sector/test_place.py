from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.sector.figures import figures
from sentinel.comply.sector.place import MAX_BYTES, place, quarter, read_benchmark
from sentinel.errors import InputError, SettingsError
from sentinel.model.benchmark import Benchmark, Cell, Quartiles
from sentinel.model.compliance import Score
from sentinel.model.records import record_of
from sentinel.model.text import Text
from tests.comply.sector.small import DAY, member

WORD = Text("ord", "word")
TOLD = figures([member(number, 10 * number) for number in range(10)], {"A": WORD, "B": WORD}, "2026.2", DAY)
CELL = Cell("municipalities", WORD, "full", ("municipality",), "new", WORD, TOLD)
HIDDEN = Cell("small-dental", WORD, "small", ("dental_clinic",), "too_few", Text("For få.", "Too few."), None)
BENCHMARK = Benchmark(DAY, 5, "normen", "2026.2", "2026.1", WORD, (CELL, HIDDEN))
SCORE = Score(71.0, 20.0, None, "red", WORD, (), {}, "normen", "2026.2", "h")


def written(folder: Path, **changed: Any) -> Path:  # noqa: ANN401 -- any JSON
    path = folder / "benchmark.json"
    path.write_text(json.dumps({**record_of(BENCHMARK), **changed}), encoding="utf-8")
    return path


def test_what_was_published_is_read_as_it_was_also_from_a_list(tmp_path: Path) -> None:
    path = written(tmp_path, later="a key of a later version")
    assert read_benchmark(path) == BENCHMARK

    path.write_text(json.dumps([record_of(BENCHMARK)]), encoding="utf-8")
    assert read_benchmark(path) == BENCHMARK


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a sentinel.benchmark/1"),
        ('{"schema": "sentinel.score/1"}', "is not a sentinel.benchmark/1"),
        ('{"schema": "sentinel.benchmark/1"}', "day: "),
    ],
)
def test_what_is_none_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_benchmark(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_figures_that_cannot_be_are_refused(tmp_path: Path) -> None:
    upside_down = replace(TOLD, score=Quartiles(90, 40, 10))
    lonely = replace(TOLD, members=1)
    for wrong in (upside_down, lonely):
        cells = record_of(replace(BENCHMARK, cells=(replace(CELL, figures=wrong),)))["cells"]
        with pytest.raises(InputError, match="cannot be"):
            read_benchmark(written(tmp_path, cells=cells))


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(b" " * (MAX_BYTES + 1))

    with pytest.raises(InputError, match="larger than"):
        read_benchmark(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "b.json"
    path.write_bytes(data)

    with pytest.raises(InputError):
        read_benchmark(path)


def test_the_place_of_three_numbers_by_hand() -> None:
    """The quartiles are 20, 40 and 70: 71 is above all three, 20 is on the lowest border, and None is nowhere."""
    found = place(BENCHMARK, "municipality", small=False, score=SCORE)

    assert [(one.name, one.own, one.quarter) for one in found.numbers] == [
        ("score", 71, "highest"),
        ("coverage", 20, "lowest"),
        ("worst_case", None, None),
    ]
    assert found.says.en == "At least 10 organisations, figures of 22 November 2026."


def test_another_version_and_a_hidden_group_are_said() -> None:
    later = place(BENCHMARK, "municipality", small=False, score=replace(SCORE, checklist_version="2027.1"))
    hidden = place(BENCHMARK, "dental_clinic", small=True, score=SCORE)

    assert "version 2026.2 of the checklist, you answered 2027.1" in later.says.en
    assert hidden.says.en == "The group is not shown. Too few."
    assert all(one.quarter is None for one in hidden.numbers)
    with pytest.raises(SettingsError, match="no group for the type 'unspecified'"):
        place(BENCHMARK, "unspecified", small=False, score=SCORE)


@given(st.integers(0, 100), st.lists(st.integers(0, 100), min_size=3, max_size=3).map(sorted))
def test_a_higher_number_is_never_in_a_lower_quarter(own: int, borders: list[int]) -> None:
    order = ["lowest", "second", "third", "highest"]
    group = Quartiles(*borders)

    assert order.index(quarter(own, group)) <= order.index(quarter(min(own + 1, 100), group))
