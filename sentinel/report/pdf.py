"""Renders the report as PDF/A-3a and PDF/UA-1 with Typst; the result itself lies in it as an attachment."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import orjson
import typst

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.text import Language
from sentinel.report.clean import breakable, rewrite, spelt
from sentinel.report.glyphs import drawable, font_folder
from sentinel.report.html import drawer
from sentinel.report.pages import Chart, Report, Section, Table

_STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
_DATA_WORD = 13
LOCALES: dict[Language, dict[str, str]] = {"nb": {"lang": "nb", "region": "NO"}, "en": {"lang": "en", "region": "GB"}}
"""What Typst is told of each language."""

N = TypeVar("N")


def render(context: Report, as_of: date, attachment: bytes, base: Path | None = None) -> bytes:
    """Return the PDF; the same report, day and attachment give the same bytes. The attachment is JSON, so UTF-8."""
    base = base or root()
    folder = base / "reports" / "templates"
    try:
        inputs = {"report": data(context, base), "attachment": attachment.decode("utf-8")}
    except UnicodeDecodeError as error:
        raise RenderError(f"the attachment is not JSON: {error.reason}") from error
    return compile_page(folder / "management.typ", folder, inputs, as_of)


def compile_page(page: Path, folder: Path, inputs: dict[str, str], as_of: date) -> bytes:
    """Compile a page that may read nothing outside `folder`; a warning of Typst is an error here."""
    noon = datetime.combine(as_of, time(12), UTC)
    try:
        made, warnings = typst.compile_with_warnings(
            page,
            root=folder,
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            sys_inputs=inputs,
            pdf_standards=_STANDARDS,
            timestamp=int(noon.timestamp()),
            package_path=folder,
            package_cache_path=folder,
        )
    except typst.TypstError as error:
        raise RenderError(f"{page.name}: {error.message}") from error
    if warnings:
        raise RenderError(f"{page.name}: {'; '.join(warning.message for warning in warnings)}")
    return made


def data(context: Report, base: Path) -> str:
    """Return the JSON that the page reads: the context, its charts as drawings, and the language for Typst."""
    known = printable(context)
    narrow = dataclasses.replace(known, sections=tuple(map(_narrow, known.sections)))
    plain = dataclasses.asdict(rewrite(narrow, breakable))
    plain["text"] = LOCALES[context.language]
    draw = drawer(base)
    plain["first"]["bar"] = drawn(known.first.bar, draw(known.first.bar))
    for section, target in zip(known.sections, plain["sections"], strict=True):
        target["charts"] = [drawn(chart, draw(chart)) for chart in section.charts]
    return orjson.dumps(plain).decode()


def _narrow(section: Section) -> Section:
    """Return the section with columns of data breakable anywhere: nothing divides their words, and they are narrow."""
    return dataclasses.replace(section, tables=tuple(map(narrow_table, section.tables)))


def narrow_table(table: Table) -> Table:
    """Return a table with its columns of data breakable anywhere."""
    data_columns = [column.kind == "data" for column in table.columns]
    rows = tuple(
        tuple(
            rewrite(cell, lambda text: breakable(text, _DATA_WORD)) if narrow else cell
            for cell, narrow in zip(row, data_columns, strict=True)
        )
        for row in table.rows
    )
    return dataclasses.replace(table, rows=rows)


def printable(noun: N) -> N:
    """Return a noun with all that the typeface cannot draw spelt out."""
    known = drawable(font_folder())
    return rewrite(noun, lambda text: _printable(text, known))


def _printable(text: str, known: frozenset[int]) -> str:
    if text.isascii():
        return text
    return "".join(character if ord(character) in known else spelt(character) for character in text)


def drawn(chart: Chart, svg: str) -> dict[str, Any]:
    """Return a drawing as the papers take it; they never draw it higher than a page."""
    return {
        "title": chart.title,
        "description": chart.description,
        "width": chart.width,
        "height": chart.height,
        "svg": svg,
    }
