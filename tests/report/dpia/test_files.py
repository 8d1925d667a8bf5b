from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from sentinel.errors import RenderError
from sentinel.model.dpia import Dpia
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.dpia.context import context
from sentinel.report.dpia.files import write_dpia
from sentinel.report.ros.files import page, paper
from tests.report.dpia.sample import AS_OF, clinic, empty, overfull
from tests.report.golden import assert_golden

MADE: dict[str, Callable[[], Dpia]] = {"clinic": clinic, "empty": empty, "overfull": overfull}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"dpia-{language}.html", page(context(clinic(), "AMBER", language)))


@pytest.mark.parametrize("name", MADE)
def test_the_page_needs_nothing_else_and_runs_nothing(name: str) -> None:
    text = page(context(MADE[name](), "AMBER", "nb"))

    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|https?://(?!www\.w3\.org/2000/svg)|\x00", text)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MADE)
def test_the_paper_says_the_same_as_the_page(name: str, language: Language) -> None:
    report = context(MADE[name](), "AMBER", language)
    reader = PdfReader(io.BytesIO(paper(report, AS_OF, b"{}", name="dpia.json")))
    text = re.sub(r"[\s\u200b\u00ad]+", " ", " ".join(sheet.extract_text() for sheet in reader.pages))

    assert report.level.word in text
    assert all(section.title in text for section in report.sections)
    assert all(figure.value in text for figure in report.figures)
    assert dict(reader.attachments) == {"dpia.json": [b"{}"]}


def test_all_files_are_written_and_numbers_are_those_of_the_record(tmp_path: Path) -> None:
    written = write_dpia(clinic(), "AMBER", tmp_path / "out", ["nb", "en"])

    names = ["dpia.json", "dpia-nb.html", "dpia-nb.pdf", "dpia-en.html", "dpia-en.pdf"]
    assert [path.name for path in written] == names
    assert json.loads(written[0].read_text(encoding="utf-8")) == json.loads(json.dumps(record_of(clinic())))
    assert dict(PdfReader(io.BytesIO(written[2].read_bytes())).attachments) == {"dpia.json": [written[0].read_bytes()]}
    again = write_dpia(clinic(), "AMBER", tmp_path / "again", ["nb", "en"])
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")

    with pytest.raises(RenderError, match="cannot be written"):
        write_dpia(clinic(), "AMBER", tmp_path / "out", ["nb"])
