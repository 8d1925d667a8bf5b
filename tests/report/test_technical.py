from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from sentinel.model.assets import Cleared, Finding, Rank, RankPart
from sentinel.model.knowledge import Weakness
from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.documents import Document, paper
from sentinel.report.pages import Table
from sentinel.report.technical import technical
from tests.report.sample import AS_OF, empty, rich


def table(document: Document, name: str) -> Table:
    return next(t for section in document.sections for t in section.tables if t.id == f"table-{name}")


def ranked(finding: Finding, score: float, *weaknesses: Weakness) -> Finding:
    parts = (RankPart("exposure", "internet", 1.0), RankPart("device", "server", 0.9))
    cves = tuple(one.cve for one in weaknesses)
    return replace(finding, rank=Rank(score, parts), weaknesses=weaknesses, cves=cves)


def with_findings(*findings: Finding) -> Result:
    return replace(rich(), findings=findings)


def test_every_finding_stands_there_by_rank_and_not_by_severity() -> None:
    severe, mild = rich().findings[1], rich().findings[4]
    exploited = Weakness("CVE-2024-0001", 5.0, exploited=date(2024, 3, 1), ransomware=True)
    likely = Weakness("CVE-2023-0002", None, epss=0.42)
    rows = table(
        technical(with_findings(ranked(severe, 20.4, likely), ranked(mild, 81.5, exploited)), "nb"), "ranked"
    ).rows

    assert [row[0].text for row in rows] == ["82", "20"]
    assert "CVE-2024-0001 utnyttes av angripere, også til løsepenger, kjent siden 1." in rows[0][3].text
    assert "nås fra internett; server" in rows[0][3].text
    assert "42\u202f% (EPSS), alvor ikke kjent (CVSS)" in rows[1][3].text


def test_what_is_cleared_is_told_apart_and_counts_nowhere() -> None:
    gone = replace(rich().findings[0], cleared=Cleared("Maker AS", "Modulen er ikke med", "vex.json", date(2027, 1, 1)))
    document = technical(with_findings(gone, rich().findings[1]), "nb")

    assert document.figures[0].value == "1"
    assert len(table(document, "ranked").rows) == 1
    (row,) = table(document, "cleared").rows
    assert [row[2].text, row[3].text, row[3].note] == ["Maker AS", "Modulen er ikke med", "vex.json"]
    assert any("1\u00a0funn er i tillegg meldt ikke å gjelde" in text for text in document.sections[0].paragraphs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_marked_as_sensitive_on_every_page_and_the_law_as_not_confirmed(language: Language) -> None:
    document = technical(rich(), language)
    sheets = PdfReader(io.BytesIO(paper(document, AS_OF, b"{}"))).pages
    marked = re.sub(r"\s+", " ", document.notice)[:60]

    assert "§ 24" in document.notice or "section 24" in document.notice
    assert "ikke bekreftet" in document.notice or "not been confirmed" in document.notice
    assert all(marked in re.sub(r"[\s\u200b]+", " ", sheet.extract_text()) for sheet in sheets)


def test_what_nobody_looked_at_is_there_in_full() -> None:
    assert len(table(technical(rich(), "nb"), "unseen").rows) == len(rich().not_looked)


def test_nothing_found_is_not_said_to_be_fine() -> None:
    level = technical(empty(), "nb").level

    assert (level.mark.shape, level.mark.tone) == ("open", "open")
