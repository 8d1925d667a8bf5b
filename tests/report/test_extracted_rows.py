from __future__ import annotations

from sentinel.content import root
from sentinel.report.extracted_rows import away_rows, open_rows, requirement_rows
from sentinel.report.extracts import extract, load_extracts
from sentinel.report.text import load_texts
from tests.report.sample import rich

KNOWN, NB = load_extracts(root()), load_texts("nb", root())
WHOLE, PLAIN = extract(rich(), KNOWN["auditor"]), extract(rich(), KNOWN["supplier"])


def test_every_row_stands_with_its_number_its_state_and_its_answer() -> None:
    found = requirement_rows(PLAIN.rows, PLAIN, NB)

    assert [row[0].text for row in found.rows] == [str(row.number) for row in PLAIN.rows]
    assert [len(column.title) > 0 for column in found.columns] == [True] * 5
    nobody = [row.number for row in PLAIN.rows if row.answer is None]
    assert [int(row[0].text) for row in found.rows if row[3].text == "ikke besvart"] == nobody


def test_who_answered_and_what_was_measured_stand_only_where_the_extract_shows_them() -> None:
    assert len(requirement_rows(WHOLE.rows, WHOLE, NB).columns) == 7
    assert len(requirement_rows(PLAIN.rows, PLAIN, NB).columns) == 5
    text = str(requirement_rows(PLAIN.rows, PLAIN, NB).rows)
    assert not [name for name in ("Kåre Nygård", "Siv Ødegård") if name in text]


def test_what_nobody_settled_and_what_does_not_apply_are_picked_out() -> None:
    unsettled = PLAIN.counts.not_assessed + PLAIN.counts.unknown + PLAIN.counts.disputed

    assert len(open_rows(PLAIN.rows, NB).rows) == unsettled
    assert len(away_rows(PLAIN.rows, NB).rows) == len(PLAIN.rows) - PLAIN.counts.applies


def test_tables_of_several_parts_have_ids_of_their_own_made_of_plain_letters() -> None:
    assert open_rows((), NB).id == "table-open"
    assert open_rows((), NB, "gdpr").id == "table-open-gdpr"
    assert away_rows((), NB, "å <b>").id == "table-away----b-"
    assert requirement_rows((), PLAIN, NB, which="x" * 90).id == f"table-requirements-{'x' * 40}"
