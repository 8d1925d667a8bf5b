from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from sentinel.errors import RenderError
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.documents import page, paper
from sentinel.report.sector.context import context
from sentinel.report.sector.files import write_sector
from tests.report.golden import assert_golden
from tests.report.sector.sample import empty, overfull, some


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"sector-{language}.html", page(context(some(), "Utgiveren", "CLEAR", language)))


def test_the_page_needs_nothing_else_and_its_ids_are_unique() -> None:
    for made in (some(), empty(), overfull()):
        text = page(context(made, "Utgiveren", "CLEAR", "nb"))
        assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|https?://(?!www\.w3\.org/2000/svg)|\x00", text)
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))


def test_all_files_are_written_and_the_paper_carries_the_numbers(tmp_path: Path) -> None:
    written = write_sector(some(), "Utgiveren", "CLEAR", tmp_path / "out", LANGUAGES)

    names = ["sector.json", "sector-nb.html", "sector-nb.pdf", "sector-en.html", "sector-en.pdf"]
    assert [path.name for path in written] == names
    assert json.loads(written[0].read_text(encoding="utf-8")) == json.loads(json.dumps(record_of(some())))
    reader = PdfReader(io.BytesIO(written[2].read_bytes()))
    assert dict(reader.attachments) == {"sector.json": [written[0].read_bytes()]}
    text = re.sub(r"[\s\u200b\u00ad]+", " ", " ".join(sheet.extract_text() for sheet in reader.pages))
    assert "20 · 40 · 60" in text
    assert "Kommuner" in text


def test_the_same_release_gives_the_same_bytes() -> None:
    report = context(some(), "Utgiveren", "CLEAR", "nb")

    assert paper(report, some().day, b"{}") == paper(report, some().day, b"{}")


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")

    with pytest.raises(RenderError, match="cannot be written"):
        write_sector(some(), "Utgiveren", "CLEAR", tmp_path / "out", LANGUAGES)
