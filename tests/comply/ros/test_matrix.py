from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.comply.ros.matrix import load_matrices, pick_matrix, read_matrix
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.risks import BANDS, DIMENSIONS

SHIPPED = load_matrices(root())


def own(cells: list[list[str]], **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    said = {"nb": "a", "en": "b"}
    return {
        "id": "ours",
        "title": said,
        "likelihood": [{"name": said, "frequency": said, "ease": said}] * 2,
        "consequence": [{"name": said, "means": dict.fromkeys(DIMENSIONS, said)}] * 2,
        "cells": cells,
        **changed,
    }


def write(path: Path, matrix: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(matrix, sort_keys=False))
    return path


def test_four_and_five_levels_are_shipped() -> None:
    assert {name: (len(m.likelihood), len(m.consequence)) for name, m in SHIPPED.items()} == {
        "4x4": (4, 4),
        "5x5": (5, 5),
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_no_cell_falls_where_likelihood_or_consequence_grows(name: str) -> None:
    matrix = SHIPPED[name]
    side = range(1, len(matrix.likelihood) + 1)
    falling = [
        (likelihood, consequence)
        for likelihood, consequence in product(side, side)
        for further in ((likelihood + 1, consequence), (likelihood, consequence + 1))
        if max(further) <= len(side)
        and BANDS.index(matrix.band(*further)) < BANDS.index(matrix.band(likelihood, consequence))
    ]

    assert falling == []
    assert {band for row in matrix.cells for band in row} == set(BANDS)


def test_death_is_never_low_however_unlikely() -> None:
    assert [matrix.band(1, len(matrix.consequence)) for matrix in SHIPPED.values()] == ["medium", "medium"]


def test_an_own_matrix_is_read_from_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path / "var.yml", own([["low", "medium"], ["low", "high"]]))

    matrix = pick_matrix("var.yml", tmp_path, SHIPPED)

    assert matrix.cells == (("low", "medium"), ("low", "high"))
    assert pick_matrix("4x4", tmp_path, SHIPPED) is SHIPPED["4x4"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([["low", "high"], ["low", "medium"]], "column 2 falls"),
        ([["medium", "low"], ["medium", "high"]], "row 1 falls"),
        ([["low", "low"]], "is not a table of 2 rows with 2 bands each"),
        ([["low"], ["low"]], "is not a table of 2 rows"),
        ([["low", "low"], ["low", "medium"]], "the gravest cell of all is not 'high'"),
        ([["low", "red"], ["low", "high"]], "input should be 'low', 'medium' or 'high'"),
    ],
)
def test_a_matrix_that_flatters_is_refused_with_its_line(tmp_path: Path, cells: list[list[str]], told: str) -> None:
    path = write(tmp_path / "var.yml", own(cells))

    with pytest.raises(ContentError) as caught:
        read_matrix(path, tmp_path)

    assert told in str(caught.value)
    assert all(fault.location.line > 0 for fault in caught.value.faults)


def test_a_level_says_what_it_means_in_every_dimension(tmp_path: Path) -> None:
    matrix = own([["low", "low"], ["low", "high"]])
    matrix["consequence"] = [{"name": {"nb": "a", "en": "b"}, "means": {}}] * 2

    with pytest.raises(ContentError, match="does not say what it means for patient_safety, person"):
        read_matrix(write(tmp_path / "var.yml", matrix), tmp_path)


def test_a_folder_without_matrices_and_an_id_used_twice_are_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no matrix"):
        load_matrices(tmp_path)
    folder = tmp_path / "checklists" / "ros" / "matrices"
    folder.mkdir(parents=True)
    for name in ("a.yml", "b.yml"):
        write(folder / name, own([["low", "low"], ["low", "high"]]))
    with pytest.raises(ContentError, match="id 'ours' is used twice"):
        load_matrices(tmp_path)


def test_an_empty_file_is_no_matrix(tmp_path: Path) -> None:
    (tmp_path / "var.yml").write_text("")

    with pytest.raises(ContentError, match="holds 0 matrices, not one"):
        read_matrix(tmp_path / "var.yml", tmp_path)


def test_an_own_matrix_is_not_called_as_a_shipped_one_and_must_be_there(tmp_path: Path) -> None:
    write(tmp_path / "var.yml", own([["low", "low"], ["low", "high"]], id="4x4"))

    with pytest.raises(ContentError, match=r"var.yml: id '4x4' is that of another matrix"):
        pick_matrix("var.yml", tmp_path, SHIPPED)
    with pytest.raises(ContentError, match=r"borte.yml: is not there"):
        pick_matrix("borte.yml", tmp_path, SHIPPED)


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (6, 4), (2, 6), (4, 6)])
def test_matrices_of_other_sizes_place_every_cell_and_say_their_own_words(
    tmp_path: Path, rows: int, columns: int
) -> None:
    level = {key: {"nb": f"{key} «æøå»", "en": key} for key in ("name", "frequency", "ease")}
    means = {name: {"nb": "Død på stedet", "en": "Death"} for name in DIMENSIONS}
    cells: list[list[str]] = [
        [BANDS[min(2, 3 * (i + j + 1) // (rows + columns))] for j in range(columns)] for i in range(rows)
    ]
    made = own(cells, likelihood=[level] * rows, consequence=[{"name": level["name"], "means": means}] * columns)
    write(tmp_path / "var.yml", made)
    matrix = pick_matrix("var.yml", tmp_path, SHIPPED)

    assert [[matrix.band(i + 1, j + 1) for j in range(columns)] for i in range(rows)] == cells
    assert matrix.likelihood[-1].name.nb == "name «æøå»"
    assert matrix.consequence[-1].means["person"].nb == "Død på stedet"
