from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from sentinel.content import root
from sentinel.model.extracts import Extract
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.documents import page, paper
from sentinel.report.extracted import context
from sentinel.report.extracts import extract, load_extracts
from sentinel.report.pages import Table
from tests.report.golden import assert_golden
from tests.report.sample import AS_OF, empty
from tests.report.test_extracts import referring

KNOWN = load_extracts(root())


def made(kind: str) -> Extract:
    return extract(referring(["GDPR"], ["normen-6.1"], ["digitalsikkerhetsloven", "GDPR"]), KNOWN[kind])


def tables(kind: str, language: Language = "nb") -> dict[str, Table]:
    return {t.id.removeprefix("table-"): t for s in context(made(kind), language).sections for t in s.tables}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["auditor", "datatilsynet"])
def test_the_page_is_as_it_was_read_and_approved(kind: str, language: Language) -> None:
    assert_golden(f"{kind}-{language}.html", page(context(made(kind), language)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KNOWN)
def test_the_paper_carries_the_extract_and_shows_its_numbers(kind: str, language: Language) -> None:
    found = made(kind)
    data = json.dumps(record_of(found)).encode()
    document = context(found, language)
    reader = PdfReader(io.BytesIO(paper(document, AS_OF, data)))
    text = re.sub(r"[\s\u200b]+", " ", " ".join(sheet.extract_text() for sheet in reader.pages))

    assert dict(reader.attachments) == {f"{kind}.json": [data]}
    counts = json.loads(data)["counts"]
    if found.score is None:
        lacking = counts["partly"] + counts["planned"] + counts["not_met"]
        open_ones = counts["not_assessed"] + counts["unknown"] + counts["disputed"]
        assert [figure.value for figure in document.figures] == [str(counts["met"]), str(lacking), str(open_ones)]
    shown = text.replace(" ", "")
    assert all(re.sub(r"\s", "", figure.value + figure.unit) in shown for figure in document.figures)


def test_every_number_of_the_attachment_is_a_row_and_what_is_open_stands_first() -> None:
    shown = tables("auditor")
    rows = [row for name, table in shown.items() if name.startswith("requirements") for row in table.rows]
    rows = rows[: -len(tables("auditor")["requirements-gdpr"].rows)]

    applying = [row for row in made("auditor").rows if row.applies]
    assert [row[0].text for row in rows] == [str(row.number) for row in applying]
    assert next(iter(shown)) == "open"
    assert len(shown["open"].rows) == 19


def test_a_row_of_the_auditors_has_who_when_measurements_and_reason() -> None:
    rows = {row[1].note.split(",")[0].split(" ")[0]: row for row in tables("auditor")["requirements-DRF"].rows}
    updates = rows["DRF-03"]

    assert updates[3].note == "Vi oppdaterer alt hver måned."
    assert (updates[4].text, updates[4].note) == ("Åse Lyngvik", "12.\u00a0november 2026")
    assert updates[5].text == "Motsier: To maskiner får ikke lenger oppdateringer (18.\u00a0november 2026)."
    assert "skal, etter lov" in updates[1].note


def test_measurements_of_one_role_are_told_together() -> None:
    measured = [row[5].text for name, t in tables("auditor").items() if "requirements" in name for row in t.rows]

    assert all(len(re.findall(rf"\b{role}: ", text)) <= 1 for text in measured for role in ("Motsier", "Opplyser"))
    assert all(len(text) > 15 for text in measured if ": " in text)


def test_a_reference_that_is_not_confirmed_is_marked_where_it_stands() -> None:
    rows = [row for name, table in tables("auditor").items() if name.startswith("requirements") for row in table.rows]

    assert any("Normen 5.1 (ikke bekreftet)" in row[1].note for row in rows)
    assert not any("GDPR 1 (ikke bekreftet)" in row[1].note for row in rows)


def test_what_does_not_apply_says_why_and_who_said_so() -> None:
    assert len(tables("auditor")["away"].rows) == 2
    assert all(row[2].text for row in tables("auditor")["away"].rows)


def test_what_was_left_out_is_counted_and_named() -> None:
    left = tables("datatilsynet")["left"]

    assert sum(int(row[1].text) for row in left.rows) == len(made("datatilsynet").left_out)
    assert ", ".join(row[2].text for row in left.rows).split(", ") == list(made("datatilsynet").left_out)
    paragraphs = next(s for s in context(made("datatilsynet"), "nb").sections if s.id == "left-out").paragraphs
    assert paragraphs[1].startswith("2\u00a0krav i hele sjekklisten")


def test_a_part_has_no_level_of_its_own() -> None:
    half = extract(referring(*([["GDPR"]] * 60)), KNOWN["datatilsynet"])

    assert context(half, "nb").level.word == "Ikke alt er avklart"
    assert context(half, "nb").level.mark.tone == "open"
    assert context(made("auditor"), "nb").level.word == "Nivå gult"


def test_all_answered_is_not_called_good() -> None:
    found = made("datatilsynet")
    answered = replace(found, counts=replace(found.counts, not_assessed=0, disputed=0))

    level = context(replace(answered, packs=()), "nb").level
    besides = context(answered, "nb").level

    assert (level.word, level.mark.tone) == ("Alt er besvart", "quiet")
    assert (besides.word, besides.mark.tone) == ("Ikke alt er avklart", "open")
    assert besides.reason.endswith("I pakken «Loven gdpr» er 2\u00a0krav ikke avklart.")


def test_of_nothing_nothing_is_said() -> None:
    document = context(extract(empty(), KNOWN["nsm"]), "en")

    assert document.level.word == "No requirements"
    assert all(table.rows == () and table.empty for s in document.sections[:4] for table in s.tables)
