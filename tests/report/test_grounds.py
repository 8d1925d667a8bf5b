from __future__ import annotations

import pytest

from sentinel.content import root
from sentinel.report.grounds import grounds, unseen
from sentinel.report.pages import Section, Table
from sentinel.report.text import Catalogue, load_texts
from tests.report.parts import ledger
from tests.report.sample import empty, rich


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def of(section: Section, name: str) -> Table:
    return next(table for table in section.tables if table.id == f"table-{name}")


def test_all_that_was_not_looked_at_is_listed_with_an_open_sign(nb: Catalogue) -> None:
    rows = of(unseen(rich(), nb), "unseen").rows

    assert [row[1].text for row in rows] == [item.what.nb for item in rich().not_looked]
    assert {row[0].mark.shape for row in rows if row[0].mark} == {"open"}
    assert {row[0].text for row in rows} == {
        "Logg",
        "Hull i logg",
        "Nettverk",
        "Krav",
        "Regler",
        "Linjer i logg",
    }


def test_the_ledger_is_counted_in_full(nb: Catalogue) -> None:
    rows = of(grounds(rich(), nb), "rules").rows

    assert [(row[0].text, row[1].text) for row in rows] == [
        ("prøvd", "25"),
        ("loggen kom ikke", "4"),
        ("felt mangler", "1"),
        ("logg ikke koblet", "0"),
        ("ikke lastet", "1"),
    ]
    assert sum(int(row[1].text) for row in rows) == len(ledger())


def test_rules_that_were_refused_or_lack_fields_are_named_with_the_reason(nb: Catalogue) -> None:
    section = grounds(rich(), nb)

    assert [cell.text for cell in of(section, "refused").rows[0]] == [
        "Broken rule",
        "rules/own/broken.yml:6",
        "unknown modifier 'contians'",
    ]
    assert of(section, "weak").rows[0][2].text == "ParentImage"


def test_versions_and_whole_hashes_are_given(nb: Catalogue) -> None:
    rows = of(grounds(rich(), nb), "versions").rows

    assert rows[1][2].text == rich().versions.checklist_hash
    assert rows[4][1].text == "14.\u00a0november 2026"
    assert len(grounds(rich(), nb).paragraphs) == 5


def test_without_rules_there_is_a_sentence(nb: Catalogue) -> None:
    assert of(grounds(empty(), nb), "rules").empty == "Ingen regler er lest."
    assert len(grounds(empty(), nb).tables) == 2
