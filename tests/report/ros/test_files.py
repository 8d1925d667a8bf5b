from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.records import record_of
from sentinel.model.risks import Ros
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.documents import Document, page, paper
from sentinel.report.ros.context import context
from sentinel.report.ros.files import write_ros
from tests.report.golden import assert_golden
from tests.report.ros.sample import AS_OF, clinic, empty, overfull
from tests.report.test_html import Watched

MADE: dict[str, Callable[[], Ros]] = {"clinic": clinic, "empty": empty, "overfull": overfull}
ATTACHED = b'{"schema":"sentinel.ros/1"}'
ONLY_ON_PAPER = {"attachment", "attached", "wide"}
ONLY_ON_SCREEN = {"contents", "language"}


@cache
def made(name: str, language: Language) -> bytes:
    return paper(context(MADE[name](), "AMBER", language), AS_OF, ATTACHED)


def words(name: str, language: Language) -> str:
    reader = PdfReader(io.BytesIO(made(name, language)))
    return re.sub(r"[\s\u200b\u00ad]+", " ", " ".join(sheet.extract_text() for sheet in reader.pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"ros-{language}.html", page(context(clinic(), "AMBER", language)))


@pytest.mark.parametrize("name", MADE)
def test_the_page_needs_nothing_else_and_runs_nothing(name: str) -> None:
    text = page(context(MADE[name](), "AMBER", "nb"))

    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|https?://(?!www\.w3\.org/2000/svg)|\x00", text)
    assert "default-src 'none'" in text
    assert not re.search(r"<\w+[^>]* (style|on\w+)=", text)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_page_and_paper_use_every_field_between_them() -> None:
    seen: set[tuple[str, str]] = set()
    page(cast("Document", Watched(context(clinic(), "AMBER", "nb"), seen)))
    on_screen = {name for noun, name in seen if noun == "Document"}
    source = (root() / "reports" / "templates" / "document.typ").read_text(encoding="utf-8")
    on_paper = set(re.findall(r"\bd\.(\w+)", source))

    every = {field.name for field in dataclasses.fields(Document)}
    assert every - on_screen == ONLY_ON_PAPER
    assert every - on_paper == ONLY_ON_SCREEN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MADE)
def test_the_paper_says_the_same_as_the_page(name: str, language: Language) -> None:
    report = context(MADE[name](), "AMBER", language)
    text = words(name, language)

    assert report.level.word in text
    assert all(section.title in text for section in report.sections)
    assert all(figure.value in text for figure in report.figures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_assessment_lies_in_it_and_it_has_title_and_language(language: Language) -> None:
    reader = PdfReader(io.BytesIO(made("clinic", language)))

    assert dict(reader.attachments) == {"ros.json": [ATTACHED]}
    assert reader.metadata is not None
    assert reader.metadata.title == f"{context(clinic(), 'AMBER', language).title} – Lyngvik tannklinikk"
    assert reader.trailer["/Root"]["/Lang"] == {"nb": "nb-NO", "en": "en-GB"}[language]  # type: ignore[index]  # the root of a PDF is a dictionary


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert paper(context(clinic(), "AMBER", "nb"), AS_OF, ATTACHED) == made("clinic", "nb")


def test_all_files_are_written_and_numbers_are_those_of_the_record(tmp_path: Path) -> None:
    written = write_ros(clinic(), "AMBER", tmp_path / "out", ["nb", "en"])

    names = ["ros.json", "ros-nb.html", "ros-nb.pdf", "ros-en.html", "ros-en.pdf"]
    assert [path.name for path in written] == names
    record = json.loads(written[0].read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(record_of(clinic())))
    attached = PdfReader(io.BytesIO(written[2].read_bytes())).attachments
    assert dict(attached) == {"ros.json": [written[0].read_bytes()]}
    assert not list((tmp_path / "out").glob(".*"))


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")

    with pytest.raises(RenderError, match="cannot be written"):
        write_ros(clinic(), "AMBER", tmp_path / "out", ["nb"])


def test_a_field_that_is_missing_is_our_error() -> None:
    with pytest.raises(RenderError, match=r"document\.html\.j2"):
        page(cast("Document", context(clinic(), "AMBER", "nb").level))
