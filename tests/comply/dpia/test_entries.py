from __future__ import annotations

from sentinel.comply.dpia.entries import FIELDS, VALUES
from tests.comply.dpia.parts import PACK


def test_the_matrix_has_the_words_and_cells_of_its_file() -> None:
    scale = PACK.scale
    matrix = scale.matrix()

    assert matrix.cells == scale.cells
    assert [level.name for level in matrix.likelihood] == [entry.name.text() for entry in scale.likelihood]
    assert [level.means["person"] for level in matrix.consequence] == [entry.means.text() for entry in scale.severity]


def test_every_text_of_the_file_has_its_question() -> None:
    assert {entry.field for entry in PACK.questions} == FIELDS
    assert len(FIELDS) == 20


def test_the_table_reaches_every_row() -> None:
    used = {fact for row in PACK.screening.decisions for fact in row.when}

    assert used == set(VALUES)
