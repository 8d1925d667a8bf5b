from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.content import root
from sentinel.model.compliance import Reference
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.references import referred
from sentinel.report.text import load_texts


@pytest.mark.parametrize(
    ("source", "place", "nb", "en"),
    [
        ("normen-6.1", "5.2", "Normen 6.1 kap. 5.2", "Normen 6.1 ch. 5.2"),
        ("normen-faktaark", "20b", "Normens faktaark 20b", "Normen fact sheet 20b"),
        ("ISO27002", "5.37", "ISO 27002 5.37", "ISO 27002 5.37"),
        ("pasientjournalloven", "§ 22", "pasientjournalloven § 22", "pasientjournalloven § 22"),
        ("WP 248 rev.01", "nine criteria", "WP 248 rev.01, de ni kriteriene", "WP 248 rev.01, the nine criteria"),
        ("GDPR", "recital 91", "GDPR fortalepunkt 91", "GDPR recital 91"),
        ("ukjent {place}", "{x}", "ukjent {place} {x}", "ukjent {place} {x}"),
    ],
)
def test_sources_are_cited_as_people_cite_them(source: str, place: str, nb: str, en: str) -> None:
    given = Reference(source, place, "confirmed")

    assert referred(given, load_texts("nb", root())) == nb
    assert referred(given, load_texts("en", root())) == en


def _all() -> Iterator[Reference]:
    for requirement in load_checklist(root()).requirements:
        yield from requirement.references
    for path in sorted((root() / "checklists" / "dpia").glob("*.yml")):
        for source in re.findall(r"source: (\{source: .*?\})", path.read_text(encoding="utf-8")):
            found = re.match(r"""\{source: (.*), place: "?(.*?)"?, confidence""", source)
            assert found
            yield Reference(found[1], found[2], "known")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_shipped_source_is_shown_by_its_code_and_no_place_in_a_foreign_language(language: Language) -> None:
    foreign = (
        r"normen-|ISO2|\b(and|recital|chapter|criteria|Annex)\b" if language == "nb" else r"normen-|ISO2|\bliste\b"
    )
    shown = [referred(one, load_texts(language, root())) for one in _all()]

    assert len(shown) > 800
    assert [text for text in shown if re.search(foreign, text) and not text.startswith("MDR Annex")] == []
