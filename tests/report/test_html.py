from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.errors import RenderError
from sentinel.model.text import LANGUAGES, Language
from sentinel.report import pages
from sentinel.report.html import render
from sentinel.report.management import context
from sentinel.report.pages import Report
from tests.report.extremes import poisoned
from tests.report.golden import assert_golden
from tests.report.sample import empty, rich

ONLY_ON_PAPER = {
    ("Column", "width"),
    ("Report", "attachment"),
    ("Footer", "page"),
    ("Footer", "of"),
    ("Beside", "page"),
}
HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "' onfocus='alert(1)\" autofocus=\"",
    "\u202eetucexe\u2066",
    "nul\x00 escape\x1b[31m",
]


class Page(HTMLParser):
    """Keeps the tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def shape(self) -> set[tuple[str, str]]:
        return {(tag, name) for tag, attributes in self.tags for name in (*attributes, "")}


class Watched:
    """Stands in for a noun and remembers which of its fields a template asked for."""

    def __init__(self, noun: object, seen: set[tuple[str, str]]) -> None:
        self._noun, self._seen = noun, seen

    def __getattr__(self, name: str) -> object:
        value = getattr(self._noun, name)
        self._seen.add((type(self._noun).__name__, name))
        return watched(value, self._seen)


def watched(value: object, seen: set[tuple[str, str]]) -> object:
    if isinstance(value, tuple):
        return [watched(item, seen) for item in value]
    return Watched(value, seen) if dataclasses.is_dataclass(value) else value


def declared() -> set[tuple[str, str]]:
    nouns = [noun for noun in vars(pages).values() if isinstance(noun, type) and dataclasses.is_dataclass(noun)]
    return {(noun.__name__, field.name) for noun in nouns for field in dataclasses.fields(noun)}


def test_the_page_uses_every_field_and_only_those() -> None:
    seen: set[tuple[str, str]] = set()
    for result in (rich(), empty()):
        render(cast("Report", Watched(context(result, "nb"), seen)))

    assert declared() - seen == ONLY_ON_PAPER
    assert seen - declared() == set()


def test_a_field_that_is_missing_is_our_error() -> None:
    with pytest.raises(RenderError, match=r"management\.html\.j2"):
        render(cast("Report", pages.Mark("box", "plain")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"clinic-{language}.html", render(context(rich(), language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_nearly_empty_page_too(language: Language) -> None:
    assert_golden(f"empty-{language}.html", render(context(empty(), language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_runs_nothing(language: Language) -> None:
    text = render(context(rich(), language))
    page = Page(text)
    policy = next(a["content"] or "" for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "base", "form"} == set()
    assert not any(name.startswith("on") or name in {"style", "src"} for _, name in page.shape())
    assert policy.startswith("default-src 'none'")
    assert f"style-src 'sha256-{digest}'" in policy
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_be_used_without_seeing_it(language: Language) -> None:
    page = Page(render(context(rich(), language)))
    tags = [tag for tag, _ in page.tags]
    headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    named = [name for _, a in page.tags for name in (a.get("aria-labelledby") or "").split()]

    assert next(a["lang"] for tag, a in page.tags if tag == "html") == language
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert tags.count("main") == 1
    assert len(ids) == len(set(ids))
    assert set(named) <= set(ids)
    assert all(a.get("scope") in {"col", "row"} for tag, a in page.tags if tag == "th")
    assert tags.count("table") == tags.count("thead")
    charts = [a for tag, a in page.tags if tag == "svg" and a.get("aria-hidden") != "true"]
    assert len(charts) == 4
    assert all(a.get("role") == "img" and a.get("aria-labelledby") for a in charts)


def test_the_page_adapts_to_small_dark_forced_and_printed() -> None:
    style = render(context(empty(), "nb")).split("<style>")[1].split("</style>")[0]

    for rule in ("prefers-color-scheme: dark", "forced-colors: active", "@media print", "min-width: 44rem"):
        assert rule in style
    assert "focus-visible" in style


@cache
def harmless() -> set[tuple[str, str]]:
    return Page(render(context(poisoned("x"), "nb"))).shape()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    page = Page(render(context(poisoned(text), "nb")))
    spelt = text.replace("\u202e", "[U+202E]").replace("\u2066", "[U+2066]")
    spelt = spelt.replace("\x00", "[U+0000]").replace("\x1b", "[U+001B]")

    assert page.shape() <= harmless()
    assert page.text.count(spelt) > 20


@settings(max_examples=settings().max_examples // 4)
@given(st.text(st.characters(codec=None) | st.sampled_from("<>&\"'{}%#\u202e\x00\ud800"), max_size=60))
def test_no_text_changes_the_page_s_structure(text: str) -> None:
    rendered = render(context(poisoned(text), "nb"))

    assert Page(rendered).shape() <= harmless()
    assert rendered.encode()
