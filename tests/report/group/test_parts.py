from __future__ import annotations

import pytest

from sentinel.content import root
from sentinel.report.clean import MAX_LENGTH
from sentinel.report.group.parts import counts, gates, handed, lacking, requirements, units
from sentinel.report.marks import UNSEEN
from sentinel.report.text import Catalogue, load_texts
from tests.report.group.sample import overfull, silent, solvaer


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def test_each_unit_has_its_level_and_three_numbers(nb: Catalogue) -> None:
    rows = units(solvaer(), nb).rows

    assert [cell.text for cell in rows[0]] == ["Avlastningsboligen Lia", "Nivå rødt", "–", "0", "0", "28 av 28", "0"]
    assert (rows[0][1].mark, rows[0][1].note) == (UNSEEN, "ingen har vurdert noe")
    assert [cell.text for cell in rows[-1]][2:] == ["89", "98", "89", "8 av 28", "63"]


def test_the_counts_of_each_unit_are_all_that_apply(nb: Catalogue) -> None:
    for row, unit in zip(counts(solvaer(), nb).rows, solvaer().units, strict=True):
        assert sum(int(cell.text) for cell in row[1:]) == unit.asked


def test_gates_that_are_known_to_be_missing_are_named_and_others_numbered(nb: Catalogue) -> None:
    rows = {(row[0].text, row[1].text): row[2].text for row in gates(solvaer(), nb).rows}

    assert rows["Solvær legevakt", "ikke oppfylt"].startswith(
        "UTS-05 Medisinsk utstyr på nettet; DRF-07 Sikkerhetskopi"
    )
    assert rows["Avlastningsboligen Lia", "ikke vurdert av noen"].startswith("LED-01, LED-06, ")
    assert sum(text.count("-") >= 1 for text in rows.values()) == len(rows)


def test_what_is_in_place_everywhere_is_left_out_of_the_requirements(nb: Catalogue) -> None:
    shown = {row[0].text.split()[0] for row in requirements(solvaer(), nb).rows}

    assert shown == {spread.requirement for spread in solvaer().requirements if spread.open_in}


def test_what_was_handed_on_says_who_does_what(nb: Catalogue) -> None:
    row = next(row for row in handed(solvaer(), nb).rows if row[0].text.startswith("DRF-08"))

    assert row[0].note == "Gjør: Prøver å hente kopien tilbake. Hos enheten: Å se om det som kom tilbake er riktig."
    assert (row[1].text, row[1].note) == ("Tareskjær IKT IKS", "drifter")
    assert (row[2].text, row[2].note) == ("ikke oppfylt", "holder 8\u00a0enheter nede")
    assert (row[3].text, row[4].text) == ("7 av 11", "31.\u00a0desember 2026")


def test_where_common_answers_do_not_hold_says_why(nb: Catalogue) -> None:
    rows = [(row[0].text, row[1].text) for row in lacking(solvaer(), nb).rows]

    assert ("Rus- og psykisk helseteam", "ingen i enheten har godtatt svaret") in rows
    assert ("Hjemmetjenesten sør", "tiden eller avtalen er gått ut") in rows


def test_an_empty_table_has_an_honest_sentence(nb: Catalogue) -> None:
    made = [make(silent(), nb) for make in (gates, requirements, handed, lacking)]

    assert all(table.rows == () and table.empty.endswith(".") for table in made)


def test_rows_that_have_no_room_are_counted(nb: Catalogue) -> None:
    assert units(overfull(), nb).more == "… og 50\u00a0rader til, som står i group.json"


def test_no_requirement_is_cut_away_where_nothing_stands_in_a_unit(nb: Catalogue) -> None:
    group = solvaer()
    told = [code for row in lacking(group, nb).rows for code in row[2].text.split(", ")]

    assert sorted(told) == sorted(one.requirement for unit in group.units for one in unit.lacking)
    assert max(len(row[2].text) for row in lacking(group, nb).rows) < MAX_LENGTH
