from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.report.documents import Document, page, paper
from sentinel.report.technical import technical
from tests.report.extremes import poisoned
from tests.report.sample import AS_OF, empty


@pytest.fixture(scope="module")
def small() -> Document:
    return technical(empty(), "nb")


def test_a_notice_stands_on_top_and_at_the_foot(small: Document) -> None:
    assert page(small).count(small.notice) == 2
    assert page(dataclasses.replace(small, notice="")).count("Følsomt") == 0


def test_without_a_signature_there_is_no_line_to_sign(small: Document) -> None:
    assert 'class="signature"' not in page(small)
    assert 'class="signature"' in page(dataclasses.replace(small, signature="Daglig leder"))


def test_an_attachment_that_is_no_text_is_our_error(small: Document) -> None:
    with pytest.raises(RenderError, match="not JSON"):
        paper(small, AS_OF, b"\xff\xfe")


def test_a_field_that_is_missing_is_our_error(small: Document) -> None:
    with pytest.raises(RenderError, match=r"document\.html\.j2"):
        page(small.level)  # type: ignore[arg-type]  # that is what is asked


def test_both_templates_use_every_field_between_them() -> None:
    folder = root() / "reports" / "templates"
    screen = set(re.findall(r"\breport\.(\w+)", (folder / "document.html.j2").read_text(encoding="utf-8")))
    sheet = set(re.findall(r"\bd\.(\w+)", (folder / "document.typ").read_text(encoding="utf-8")))

    every = {field.name for field in dataclasses.fields(Document)}
    assert every - screen - sheet == set()
    assert (screen | sheet) - every <= {"text", "html"}


@settings(max_examples=settings().max_examples // 10)
@given(st.text(st.characters(codec=None) | st.sampled_from('#$@[]{}*_`\\/<>"\u202e\x00\ud800\ue000中😀'), max_size=40))
def test_any_text_can_be_printed_and_none_becomes_markup(text: str) -> None:
    document = technical(poisoned(text), "nb")

    assert paper(document, AS_OF, b"{}").startswith(b"%PDF")
    assert not re.search(r"<script|<img|<iframe", page(document))
