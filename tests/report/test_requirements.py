from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sentinel.content import root
from sentinel.model.text import Text
from sentinel.report.pages import Section, Table
from sentinel.report.requirements import decisions, requirements
from sentinel.report.text import Catalogue, load_texts
from tests.report.sample import empty, rich


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def of(section: Section, name: str) -> Table:
    return next(table for table in section.tables if table.id == f"table-{name}")


def test_every_requirement_is_there_once_under_its_chapter(nb: Catalogue) -> None:
    tables = requirements(rich(), nb).tables[1:]
    ids = [row[0].note.removesuffix(", sperre") for table in tables for row in table.rows]

    assert [table.title for table in tables] == ["Ledelse og ansvar", "Tilgang", "Drift og sikkerhet", "Leverandører"]
    assert ids == [judgement.requirement.id for judgement in rich().judgements]


def test_a_row_has_state_answer_person_measurement_and_reason(nb: Catalogue) -> None:
    rows = {row[0].note: row for table in requirements(rich(), nb).tables[1:] for row in table.rows}

    updates = rows["DRF-03, sperre"]
    assert updates[1].text == "omstridt, målingen sier noe annet"
    assert (updates[2].text, updates[2].note) == ("oppfylt", "Vi oppdaterer alt hver måned.")
    assert (updates[3].text, updates[3].note) == ("Åse Lyngvik", "12.\u00a0november 2026")
    assert updates[4].text == "motsier: To maskiner får ikke lenger oppdateringer"
    assert updates[4].note == "klinikk.pcap, 18.\u00a0november 2026"
    unanswered = next(row for row in rows.values() if row[2].text == "ikke besvart")
    assert (unanswered[1].text, unanswered[3].text, unanswered[4].text) == ("ikke vurdert av noen", "–", "ikke målt")


def test_not_relevant_shows_who_approved_it_and_until_when(nb: Catalogue) -> None:
    judgement = rich().judgements[-1]
    assert judgement.answer is not None
    answer = replace(judgement.answer, reason="Utvikler ikke", approver="Åse Lyngvik", expires=date(2027, 11, 1))
    one = replace(rich(), judgements=(replace(judgement, answer=answer),))

    (row,) = requirements(one, nb).tables[1].rows

    assert row[2].note == "Utvikler ikke"
    assert row[3].note.replace("\u00a0", " ").endswith("godkjent av Åse Lyngvik, gjelder til 1. november 2027")


def test_an_accepted_risk_is_shown_with_its_end_and_so_is_one_that_has_ended(nb: Catalogue) -> None:
    notes = [row[1].note for table in requirements(rich(), nb).tables[1:] for row in table.rows if row[1].note]

    assert [note.replace("\u00a0", " ") for note in notes] == [
        "aksept gått ut 1. mars 2026",
        "akseptert til 1. mars 2027",
    ]


def test_what_became_of_an_action_stands_below_its_day(nb: Catalogue) -> None:
    first, second, third, fourth, *rest = rich().actions
    became = (
        replace(first, state="started", overdue=True, owner="Åse Lyngvik", money=Text("inntil 10 000 kroner", "x")),
        replace(second, state="started"),
        replace(third, state="done"),
        replace(fourth, state="dropped"),
        *rest,
    )
    rows = of(decisions(replace(rich(), actions=became), nb), "actions").rows

    assert [row[4].note for row in rows[:5]] == ["forfalt", "påbegynt", "sagt gjort, men ikke på plass", "droppet", ""]
    assert (rows[0][3].text, rows[0][3].note) == ("Åse Lyngvik", "1 time, inntil 10 000 kroner")


def test_a_gate_nobody_looked_at_is_not_shown_as_missing(nb: Catalogue) -> None:
    rows = of(requirements(rich(), nb), "gates").rows
    states = {row[0].note: row[1].text for row in rows}

    assert states["DRF-03"] == "omstridt, målingen sier noe annet"
    assert "ikke vurdert av noen" in states.values()
    assert "ikke oppfylt" in states.values()
    assert rows[-1][1].text == "oppfylt"


def test_chapters_without_a_title_are_named_by_their_code(nb: Catalogue) -> None:
    tables = requirements(replace(rich(), chapters={}), nb).tables[1:]

    assert [table.title for table in tables] == ["LED", "TIL", "DRF", "LEV"]


def test_nothing_the_first_page_shortened_is_lost(nb: Catalogue) -> None:
    section = decisions(rich(), nb)

    assert len(of(section, "actions").rows) == len(rich().actions)
    assert len(of(section, "asked").rows) == len(rich().decisions)
    assert [row[0].text for row in of(section, "changes").rows] == ["bedre", "dårligere", "uendret"]
    differences = of(section, "differences").rows
    assert differences[1][2].text == "Fjernhjelp var åpen for alle adresser"
    assert differences[1][3].text == "3.–19.\u00a0oktober 2026"
    assert differences[1][4].text == "firewall.jsonl.zst"


def test_a_dispute_without_evidence_is_told_by_its_reason(nb: Catalogue) -> None:
    disputed = tuple(replace(j, evidence=()) for j in rich().judgements if j.state == "disputed")

    rows = of(decisions(replace(rich(), judgements=disputed), nb), "differences").rows

    assert [row[2].text for row in rows] == ["Svaret og målingen er uenige."] * 2


def test_an_empty_result_has_sentences_for_everything(nb: Catalogue) -> None:
    for section in (requirements(empty(), nb), decisions(empty(), nb)):
        assert section.tables
        assert all(table.rows == () and table.empty for table in section.tables)


def test_a_measurement_on_a_machine_is_said_to_be_on_that_machine(nb: Catalogue) -> None:
    clinic = rich()
    (judgement,) = (j for j in clinic.judgements if j.requirement.id == "DRF-03")
    (found,) = judgement.evidence
    by_id = replace(found, signal=replace(found.signal, source=clinic.assets[5].id))
    one = replace(clinic, judgements=(replace(judgement, evidence=(by_id,)),))

    (row,) = requirements(one, nb).tables[1].rows

    assert row[4].note == "LV-WEB, 18.\u00a0november 2026"
    assert of(decisions(one, nb), "differences").rows[0][4].text == "LV-WEB"
