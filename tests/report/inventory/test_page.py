from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.assets import Asset, Claim, Service
from sentinel.model.inventory import Inventory
from sentinel.model.severity import Severity
from sentinel.model.text import LANGUAGES, Language, Text
from sentinel.report import pages
from sentinel.report.inventory import drawing, nouns, page
from sentinel.report.inventory.context import Bundle, bundle
from sentinel.report.inventory.nouns import Overview
from sentinel.report.inventory.page import render
from tests.report.golden import assert_golden
from tests.report.inventory.hospital import finding, hospital
from tests.report.test_html import HOSTILE, Page, watched

ELSEWHERE = {("Paper", field.name) for field in fields(nouns.Paper)} | {("Sheet", "name"), ("Sheet", "listing")}
"""What stands on other pages, or in their names; an unknown field is an error there too."""


def poisoned(text: str) -> Inventory:
    """A small hospital in which every text that others wrote is this one."""
    made = hospital(6, 1)
    return replace(
        made,
        name=text,
        tlp=text,
        assets=tuple(_poisoned(asset, text) for asset in made.assets),
        findings=tuple(
            replace(
                finding(asset, Severity.HIGH),
                asset_name=text,
                title=Text(text, text),
                advice=Text(text, text),
                evidence=Text(text, text),
                cves=(text,),
                sources=(text,),
            )
            for asset in made.assets
        ),
        names=dict.fromkeys(made.networks, text or "x"),
    )


def _poisoned(asset: Asset, text: str) -> Asset:
    return replace(
        asset,
        names=(text,),
        macs=(text,),
        vendor=text,
        product=text,
        version=text,
        device_class=text,
        services=(Service("tcp", 1, text, text, text),),
        claims=(Claim(text, text, text, 3, text, None, None),),
        contradictions=(text,),
        closed=(text,),
    )


def first(inventory: Inventory, language: Language = "nb") -> str:
    return next(iter(render(inventory, language)))[1]


def test_further_pages_lie_in_a_folder_of_the_first_one_s_name() -> None:
    names = [name for name, _ in render(hospital(300, 2), "nb")]

    assert names == ["inventory-nb.html", "inventory-nb/10.20.0.0-24.html", "inventory-nb/10.20.1.0-24.html"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"inventory-{language}.html", first(hospital(14, 2), language))


def declared() -> set[tuple[str, str]]:
    found = [noun for module in (nouns, drawing) for noun in vars(module).values() if isinstance(noun, type)]
    own = [noun for noun in found if is_dataclass(noun) and noun.__module__.startswith("sentinel.report.inventory")]
    return {(noun.__name__, field.name) for noun in own for field in fields(noun)}


def test_the_pages_use_every_field_and_only_those(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[tuple[str, str]] = set()

    def spied(inventory: Inventory, language: Language, base: Path) -> Bundle:
        made = bundle(inventory, language, base)
        return replace(made, overview=cast("Overview", watched(made.overview, seen)))

    monkeypatch.setattr(page, "bundle", spied)
    for made in (hospital(30, 2), hospital(900, 6)):
        list(render(made, "nb"))

    assert declared() - seen - ELSEWHERE == set()
    assert seen - declared() - {pair for pair in seen if hasattr(pages, pair[0])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_needs_anything_else_or_runs_anything(language: Language) -> None:
    for _, text in render(hospital(130, 2), language):
        shown = Page(text)
        policy = next(a["content"] or "" for _, a in shown.tags if a.get("http-equiv") == "Content-Security-Policy")
        style = text.split("<style>")[1].split("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

        assert {tag for tag, _ in shown.tags} & {"script", "link", "img", "iframe", "object", "base", "form"} == set()
        assert not any(name.startswith("on") or name in {"style", "src"} for _, name in shown.shape())
        assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_can_be_used_without_seeing_them(language: Language) -> None:
    for _, text in (*render(hospital(130, 2), language), *render(hospital(20, 2), language)):
        shown = Page(text)
        tags = [tag for tag, _ in shown.tags]
        headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
        ids = [a["id"] for _, a in shown.tags if a.get("id")]
        named = [name for _, a in shown.tags for name in (a.get("aria-labelledby") or "").split()]
        regions = [a["aria-labelledby"] for tag, a in shown.tags if tag == "section" or a.get("role") == "region"]
        inner = {a["href"] for tag, a in shown.tags if tag == "a" and (a["href"] or "").startswith("#")}

        assert next(a["lang"] for tag, a in shown.tags if tag == "html") == language
        assert headings.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(headings))
        assert len(ids) == len(set(ids))
        assert set(named) <= set(ids)
        assert len(regions) == len(set(regions))
        assert inner <= {f"#{name}" for name in ids}
        assert all(a.get("scope") in {"col", "row"} for tag, a in shown.tags if tag == "th")
        pictures = [a for tag, a in shown.tags if tag == "svg" and a.get("aria-hidden") != "true"]
        assert all(a.get("role") == "img" and a.get("aria-labelledby") for a in pictures)


@cache
def harmless() -> set[tuple[str, str]]:
    return Page(first(poisoned("x"))).shape()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    shown = Page(first(poisoned(text)))
    spelt = text.replace("\u202e", "[U+202E]").replace("\u2066", "[U+2066]")
    spelt = spelt.replace("\x00", "[U+0000]").replace("\x1b", "[U+001B]")

    assert shown.shape() <= harmless()
    assert shown.text.count(spelt) > 20


@settings(max_examples=settings().max_examples // 4)
@given(st.text(st.characters(codec=None) | st.sampled_from("<>&\"'{}%#\u202e\x00\ud800"), max_size=60))
def test_no_text_changes_the_structure_of_the_page(text: str) -> None:
    rendered = first(poisoned(text))

    assert Page(rendered).shape() <= harmless()
    assert rendered.encode()


def test_a_hospital_stays_readable() -> None:
    sizes = {name: len(text.encode()) for name, text in render(hospital(3000, 40), "nb")}

    assert len(sizes) == 41
    assert max(sizes.values()) < 1_000_000
    assert sum(sizes.values()) < 12_000_000
