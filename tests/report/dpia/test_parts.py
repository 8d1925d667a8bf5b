from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.dpia import Dpia
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.dpia.parts import (
    PIECE,
    causes,
    data,
    events,
    items,
    measures,
    people,
    pieces,
    screening,
    sources,
    statements,
)
from sentinel.report.pages import Table
from sentinel.report.text import Catalogue, load_texts
from tests.report.dpia.sample import LONG, clinic, empty, overfull

NB = load_texts("nb", root())
TABLES: dict[str, Callable[[Dpia, Catalogue], Table]] = {
    "screening": screening,
    "data": data,
    "events": events,
    "causes": causes,
    "measures": measures,
    "people": people,
    "items": items,
    "sources": sources,
}


def words(table: Table) -> str:
    return " ".join(" ".join(f"{cell.text} {cell.note}" for row in table.rows for cell in row).split())


@given(st.text(max_size=2_000))
def test_no_letter_of_an_answer_is_lost_and_every_piece_fits(text: str) -> None:
    found = pieces(text)

    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < len(piece) <= PIECE for piece in found)


def test_a_long_answer_stands_whole_over_several_rows() -> None:
    found = words(statements(overfull(), "rights", NB))

    assert all(f"Setning nummer {n} om" in found for n in range(1, 30))
    assert found.count("Setning nummer 1 om") == 7


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("made", [clinic, empty, overfull])
def test_every_row_has_a_cell_for_each_column(made: Callable[[], Dpia], name: str, language: Language) -> None:
    table = TABLES[name](made(), load_texts(language, root()))

    assert {len(row) for row in table.rows} <= {len(table.columns)}
    assert table.more == ""


def test_what_nobody_wrote_is_an_open_circle_and_what_nobody_needs_is_a_dash() -> None:
    rows = {row[0].text: row[1] for row in statements(empty(), "rights", NB).rows}

    assert (rows["Informasjon"].text, rows["Samtykke"].text) == ("ikke skrevet", "–")
    assert rows["Informasjon"].mark is not None
    assert rows["Informasjon"].mark.shape == "open"


def test_what_does_not_apply_says_why_in_its_place() -> None:
    rows = {row[0].text: row[1].text for row in statements(clinic(), "rights", NB).rows}

    assert rows["Overføring ut av EØS"].startswith("Leverandøren og underleverandøren drifter i Norge")


def test_hoped_for_is_told_apart_from_reached() -> None:
    table = events(clinic(), NB)
    after = {row[0].text: row[3] for row in table.rows if row[0].text}

    assert [after[number].note for number in ("1", "2", "3")] == [NB.say("dpia.hoped"), NB.say("dpia.hoped"), ""]
    assert "Leverandøren kan ikke lese bildene" in words(table)


def test_a_high_risk_that_nobody_accepted_says_so() -> None:
    assert words(events(overfull(), NB)).count("ikke akseptert") == sum(
        1 for event in overfull().events if event.accepted is None and event.residual and event.residual.band == "high"
    )


def test_measures_past_their_day_come_first() -> None:
    first = measures(overfull(), NB).rows[0]

    assert (first[4].note, first[2].text) == ("fristen er ute", "Leder")
    assert LONG[:40] in words(measures(overfull(), NB))
