from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.text import Text
from sentinel.report.pages import Section, Table
from sentinel.report.requirements import accepted, decisions, standing
from sentinel.report.text import Catalogue, load_texts
from tests.report.sample import empty, rich


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def of(section: Section, name: str) -> Table:
    return next(table for table in section.tables if table.id == f"table-{name}")


def test_each_chapter_counts_its_requirements_by_state_and_has_no_score(nb: Catalogue) -> None:
    rows = of(standing(rich(), nb), "chapters").rows

    assert {row[0].text for row in rows} == {"Ledelse og ansvar", "Tilgang", "Drift og sikkerhet", "Leverandører"}
    counts = [sum(int(row[at].text) for row in rows) for at in range(1, 7)]
    assert counts == [29, 6, 7, 2, 17, 2]


def test_an_accepted_risk_is_shown_with_its_end_and_so_is_one_that_has_ended(nb: Catalogue) -> None:
    notes = [told for judgement in rich().judgements if (told := accepted(judgement.accepted, nb))]

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
    rows = of(standing(rich(), nb), "gates").rows
    states = {row[0].note: row[1].text for row in rows}

    assert states["DRF-03"] == "omstridt, målingen sier noe annet"
    assert "ikke vurdert av noen" in states.values()
    assert "ikke oppfylt" in states.values()
    assert rows[-1][1].text == "oppfylt"


def test_chapters_without_a_title_are_named_by_their_code(nb: Catalogue) -> None:
    rows = of(standing(replace(rich(), chapters={}), nb), "chapters").rows

    assert {row[0].text for row in rows} == {"LED", "TIL", "DRF", "LEV"}


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
    for section in (standing(empty(), nb), decisions(empty(), nb)):
        assert section.tables
        assert all(table.rows == () and table.empty for table in section.tables)


def test_a_measurement_on_a_machine_is_said_to_be_on_that_machine(nb: Catalogue) -> None:
    clinic = rich()
    (judgement,) = (j for j in clinic.judgements if j.requirement.id == "DRF-03")
    (found,) = judgement.evidence
    by_id = replace(found, signal=replace(found.signal, source=clinic.assets[5].id))
    one = replace(clinic, judgements=(replace(judgement, evidence=(by_id,)),))

    assert of(decisions(one, nb), "differences").rows[0][4].text == "LV-WEB"
