from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sentinel.content import root
from sentinel.model.histories import HistoryPoint, Predecessor
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.management import context
from sentinel.report.predecessors import predecessors
from sentinel.report.text import load_texts
from tests.report.sample import rich

POINT = HistoryPoint(
    "Nordre", "000000301", date(2025, 11, 3), 92.0, 7.4, None, "red", "2026.2", "nordre.json", "merger"
)
NORDRE = Predecessor("Nordre", "000000301", date(2026, 1, 1), "merger", (POINT,), (("DRF-07", "not_met"),))
SORE = Predecessor("Søre", "000000302", date(2026, 1, 1), "split", (), ())


def test_a_report_without_predecessors_has_no_such_section() -> None:
    assert predecessors(rich(), load_texts("nb", root())) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_predecessor_stands_by_itself(language: Language) -> None:
    report = context(replace(rich(), predecessors=(NORDRE, SORE)), language)
    section = next(section for section in report.sections if section.id == "predecessors")
    points, fallen = section.tables

    assert [cell.text for cell in points.rows[0]][3:] == ["92", "7", "–"]
    assert (points.rows[1][0].text, [cell.text for cell in points.rows[1]][3:]) == ("Søre", ["–", "–", "–"])
    assert [row[1].text for row in fallen.rows] == ["Nordre"]
    assert len(section.paragraphs) == 3


def test_the_paragraphs_say_what_happened_and_that_nothing_is_joined() -> None:
    section = predecessors(replace(rich(), predecessors=(NORDRE, SORE)), load_texts("nb", root()))[0]

    assert section.paragraphs[0] == "Nordre ble tatt opp i virksomheten 1.\u00a0januar 2026."
    assert "gjelder hele Søre" in section.paragraphs[1]
    assert "ingen felles utvikling" in section.paragraphs[2]
