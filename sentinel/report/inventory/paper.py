"""Renders the inventory as PDF/A-3a and PDF/UA-1: the glance, the map, and the lists, the most urgent first."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import orjson

from sentinel.content import root
from sentinel.model.inventory import Inventory
from sentinel.model.text import Language
from sentinel.report.charts import COLOURS
from sentinel.report.clean import breakable, rewrite, scrub
from sentinel.report.html import environment
from sentinel.report.inventory.context import head, plot
from sentinel.report.inventory.devices import PAPER_ROOM, device_table
from sentinel.report.inventory.glance import alarm, glance, unseen
from sentinel.report.inventory.ground import Ground, ground
from sentinel.report.inventory.layout import PAPER
from sentinel.report.inventory.listings import area_table, class_table, crossing_table, talk_table, title_table
from sentinel.report.inventory.mapping import shown
from sentinel.report.inventory.nouns import Paper
from sentinel.report.pdf import LOCALES, compile_page, narrow_table, printable
from sentinel.report.text import Catalogue, load_texts


def render(inventory: Inventory, language: Language, base: Path | None = None) -> bytes:
    """Return the PDF; the same inventory gives the same bytes. What finds no room is counted, and on the web page."""
    base = base or root()
    folder = base / "reports" / "templates"
    catalogue = load_texts(language, base)
    report = data(_paper(ground(inventory), catalogue), base)
    return compile_page(folder / "inventory.typ", folder, {"report": report}, inventory.as_of)


def data(paper: Paper, base: Path) -> str:
    """Return the JSON that the page reads; the map as drawings."""
    drawn = printable(paper)
    module = environment(base).get_template("map.svg.j2").make_module()
    narrow = replace(drawn, drawings=(), tables=tuple(map(narrow_table, drawn.tables)))
    plain = dataclasses.asdict(rewrite(narrow, breakable))
    plain["text"] = LOCALES[paper.head.language]
    plain["drawings"] = [
        {
            "title": one.title,
            "description": one.description,
            "width": one.width,
            "height": one.height,
            "svg": str(module.plan(one, COLOURS)),  # type: ignore[attr-defined]  # a macro is its module's attribute
        }
        for one in drawn.drawings
    ]
    return orjson.dumps(plain).decode()


def _paper(whole: Ground, catalogue: Catalogue) -> Paper:
    drawn = plot(whole, (PAPER,), catalogue)
    talks = talk_table(whole, shown(whole, PAPER, catalogue), catalogue, PAPER_ROOM)
    tables = (
        crossing_table(whole, {}, catalogue, PAPER_ROOM).table,
        area_table(whole, lambda _: "", catalogue).table,
        class_table(whole, catalogue).table,
        device_table(whole, whole.assets, {}, catalogue, PAPER_ROOM).table,
        talks,
        title_table(whole, catalogue, PAPER_ROOM),
    )
    paper = Paper(
        head=head(whole.inventory, catalogue),
        glance=glance(whole, catalogue),
        alarm=alarm(whole, catalogue),
        unseen=unseen(whole, catalogue),
        map=catalogue.say("inventory.map"),
        drawings=(),
        keys=drawn.keys,
        signs=drawn.signs,
        notes=drawn.notes,
        tables=tables,
        page=catalogue.say("footer.page"),
        of=catalogue.say("footer.of"),
    )
    return replace(scrub(paper, catalogue), drawings=drawn.drawings[0])
