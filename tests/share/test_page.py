from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.alerts import Alert
from sentinel.model.severity import Severity
from sentinel.share import page
from sentinel.share.page import write_page
from tests.share.sample import ABOUT, CONDITION, COUNTED, HOSTILE, TOGETHER, alert, correlated, poisoned, together


class Page(HTMLParser):
    """Keeps tags with their attributes, and the text that a person sees."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.source = text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def shape(self) -> set[tuple[str, str]]:
        return {(tag, name) for tag, attributes in self.tags for name in (*attributes, "")}

    def rows(self) -> Iterator[str | None]:
        return (attributes["class"] for tag, attributes in self.tags if tag == "tr" and "class" in attributes)


def made(*alerts: Alert) -> Page:
    return Page("".join(write_page(alerts, ABOUT)))


PLAIN = made(alert(0, Severity.CRITICAL))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_logs_say_changes_no_tag_and_no_attribute(text: str) -> None:
    assert made(poisoned(text)).shape() <= PLAIN.shape()


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_changes_the_page(text: str) -> None:
    found = made(poisoned(text))

    assert found.shape() <= PLAIN.shape()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]", found.source)


def test_there_is_no_script_and_nothing_is_fetched() -> None:
    tags = {tag for tag, _ in PLAIN.tags}
    links = [value for _, attributes in PLAIN.tags for name, value in attributes.items() if name in {"href", "src"}]

    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert all(link and link.startswith("#") for link in links)
    assert not [name for _, attributes in PLAIN.tags for name in attributes if name.startswith("on") or name == "style"]
    assert "url(" not in PLAIN.source
    assert "@import" not in PLAIN.source


def test_the_policy_allows_its_own_style_and_nothing_else() -> None:
    (policy,) = [attributes["content"] for _, attributes in PLAIN.tags if "http-equiv" in attributes]
    style = re.search(r"<style>(.*?)</style>", PLAIN.source, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_alerts_stand_in_the_order_they_are_given_with_level_and_author() -> None:
    found = made(alert(0), alert(1, Severity.LOW), alert(2, time=None))

    assert list(found.rows()) == ["high", "low", "high"]
    assert "2026-10-14 12:00 UTC to 2026-10-14 12:01 UTC" in found.text
    assert found.text.count("Rule by Kåre Ås") == 3
    assert "no time" in found.text


def test_levels_are_anchors_that_lead_somewhere_and_hide_the_others() -> None:
    found = made(*(alert(number, level) for number, level in enumerate(Severity)))
    ids = {attributes["id"] for _, attributes in found.tags if "id" in attributes}
    links = {attributes["href"] for tag, attributes in found.tags if tag == "a"}

    assert links == {f"#{name}" for name in ids}
    assert ids == {"all", *Severity}
    for level in Severity:
        assert f"#{level}:target ~ table tbody tr:not(.{level})" in found.source


def test_what_was_not_looked_at_stands_at_the_top() -> None:
    assert "Not looked at 12 rules: were not loaded" in PLAIN.text
    assert PLAIN.source.index("Not looked at") < PLAIN.source.index("<table")


def test_no_alert_is_not_said_to_be_good_news() -> None:
    found = made()

    assert "That says something only about what was looked at." in found.text
    assert list(found.rows()) == []


def test_a_page_with_too_many_keeps_the_gravest_and_says_what_it_leaves_out() -> None:
    many = [alert(number, Severity.LOW) for number in range(page.MOST_ROWS)] + [alert(7, Severity.CRITICAL)] * 10
    found = made(*many)
    rows = list(found.rows())

    assert (len(rows), rows.count("critical")) == (page.MOST_ROWS, 10)
    assert "10 alerts are not on this page: 10 low." in found.text


def test_long_texts_and_many_fields_are_cut_and_say_so() -> None:
    fields = {"Image": "y" * 3_000} | {f"f{number}": "x" for number in range(page.MOST_FIELDS + 5)}
    found = made(alert(0, fields=fields))

    assert "(1,000 more)" in found.text
    assert "8 more fields" in found.text


def test_a_correlation_shows_its_hits_and_whether_it_still_stands() -> None:
    found = made(correlated("superseded", 2))

    assert "Shadow copies deleted (superseded)" in found.text
    assert "hits 3, 2026-10-14 12:00:00 to 2026-10-14 12:04:00" in found.text
    assert "revision 2" in found.text


def test_rules_that_a_correlation_counts_have_their_titles_beside_their_ids() -> None:
    shown = Page("".join(write_page([together()], TOGETHER))).text

    assert f"temporal {CONDITION} {COUNTED}" in shown
    assert "User group-by r-1" in shown
