from __future__ import annotations

from sentinel.content import root
from sentinel.report.pages import Table
from sentinel.report.sector.tables import lacks, levels, quartiles, standing, unseen
from sentinel.report.text import load_texts
from tests.report.sector.sample import empty, overfull, some

NB = load_texts("nb", root())


def row(table: Table, name: str) -> list[str]:
    return next([cell.text for cell in row] for row in table.rows if row[0].text == name)


def test_every_group_stands_in_the_first_and_the_last_table_also_where_it_is_not_shown() -> None:
    made = some()

    for table in (standing(made.cells, NB), unseen(made.cells, NB)):
        assert {row[0].text for row in table.rows} == {cell.title.nb for cell in made.cells}
    assert row(standing(made.cells, NB), "Små legekontor")[1:] == ["–"] * 6
    assert row(unseen(made.cells, NB), "Små legekontor")[2] == "For få virksomheter, eller for mange med samme eier."


def test_numbers_of_the_municipalities_by_hand() -> None:
    """17 bring 0, 5 … 80: the 5th, 9th and 13th are 20, 40 and 60; 41–80 are yellow, 8 of them; 9 are red."""
    made = some()

    assert row(quartiles(made.cells, NB), "Kommuner")[1:] == ["20 · 40 · 60"] * 3
    assert row(levels(made.cells, made.least, NB), "Kommuner")[1:] == ["minst 15", "under 5", "minst 5", "minst 5"]
    assert row(standing(made.cells, NB), "Kommuner")[5] == "20\u202f%"


def test_no_count_below_the_least_is_ever_written() -> None:
    counts = [cell.text for row in levels(overfull().cells, 5, NB).rows for cell in row[1:]]

    assert {text for text in counts if not text.startswith("minst")} == {"under 5"}


def test_nothing_shown_is_an_honest_sentence() -> None:
    for table in (levels(empty().cells, 5, NB), quartiles(empty().cells, NB), lacks(empty().cells, NB)):
        assert table.rows == ()
        assert table.empty


def test_figures_of_an_earlier_day_say_so() -> None:
    notes = {row[0].note for row in quartiles(overfull().cells, NB).rows}

    assert any("22. november 2026" in note.replace("\u00a0", " ") for note in notes)
