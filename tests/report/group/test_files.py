from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from sentinel.errors import RenderError
from sentinel.model.groups import Group
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.documents import page, paper
from sentinel.report.group.context import context
from sentinel.report.group.files import write_group
from tests.report.golden import assert_golden
from tests.report.group.sample import AS_OF, overfull, silent, solvaer

MADE: dict[str, Callable[[], Group]] = {"solvaer": solvaer, "silent": silent, "overfull": overfull}
ATTACHED = b'{"schema":"sentinel.groupscore/1"}'


@cache
def made(name: str, language: Language) -> bytes:
    return paper(context(MADE[name](), "AMBER", language), AS_OF, ATTACHED)


def words(name: str, language: Language) -> str:
    reader = PdfReader(io.BytesIO(made(name, language)))
    return re.sub(r"[\s\u200b\u00ad]+", " ", " ".join(sheet.extract_text() for sheet in reader.pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"group-{language}.html", page(context(solvaer(), "AMBER", language)))


@pytest.mark.parametrize("name", MADE)
def test_the_page_needs_nothing_else_and_runs_nothing(name: str) -> None:
    text = page(context(MADE[name](), "AMBER", "nb"))

    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|https?://(?!www\.w3\.org/2000/svg)|\x00", text)
    assert "default-src 'none'" in text
    assert not re.search(r"<\w+[^>]* (style|on\w+)=", text)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MADE)
def test_the_paper_says_the_same_as_the_page(name: str, language: Language) -> None:
    report = context(MADE[name](), "AMBER", language)
    text = words(name, language)

    assert report.level.word in text
    assert all(section.title in text for section in report.sections)
    assert all(figure.value in text for figure in report.figures)


def test_the_same_group_gives_the_same_bytes() -> None:
    assert paper(context(silent(), "AMBER", "nb"), AS_OF, ATTACHED) == made("silent", "nb")


def test_what_is_written_holds_the_numbers_as_they_are(tmp_path: Path) -> None:
    written = write_group(solvaer(), "AMBER", tmp_path / "out", ["nb"])

    assert [path.name for path in written] == ["group.json", "group-nb.html", "group-nb.pdf"]
    kept = json.loads(written[0].read_text(encoding="utf-8"))
    assert kept == record_of(solvaer())
    attached = PdfReader(written[2]).attachments["group.json"][0]
    assert json.loads(attached) == kept


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")

    with pytest.raises(RenderError, match="cannot be written"):
        write_group(silent(), "AMBER", tmp_path / "out", ["nb"])
