"""Renders the overview of a group as a page and as paper, and writes both with the numbers themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import orjson

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.groups import Group
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.clean import breakable, rewrite
from sentinel.report.group.context import context
from sentinel.report.group.nouns import GroupReport
from sentinel.report.html import drawer, press
from sentinel.report.pdf import LOCALES, compile_page, drawn, narrow_table, printable
from sentinel.report.placing import write_file


def write_group(
    group: Group, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write group.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(record_of(group), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / "group.json", data)]
        for language in languages:
            report = context(group, tlp, language, base)
            written.append(write_file(folder / f"group-{language}.html", page(report, base).encode()))
            written.append(write_file(folder / f"group-{language}.pdf", paper(report, group.as_of, data, base)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written


def page(report: GroupReport, base: Path | None = None) -> str:
    """Return the page of an overview of a group."""
    return press(base or root(), "report.css")("group.html.j2", {"report": report})


def paper(report: GroupReport, as_of: date, attachment: bytes, base: Path | None = None) -> bytes:
    """Return the PDF; the same report, day and attachment give the same bytes. The attachment is JSON, so UTF-8."""
    base = base or root()
    folder = base / "reports" / "templates"
    inputs = {"report": _data(report, base), "attachment": attachment.decode("utf-8")}
    return compile_page(folder / "group.typ", folder, inputs, as_of)


def _data(report: GroupReport, base: Path) -> str:
    known = printable(report)
    narrow = tuple(
        dataclasses.replace(section, tables=tuple(map(narrow_table, section.tables))) for section in known.sections
    )
    plain = dataclasses.asdict(rewrite(dataclasses.replace(known, sections=narrow), breakable))
    plain["text"] = LOCALES[report.language]
    draw = drawer(base)
    for section, target in zip(known.sections, plain["sections"], strict=True):
        target["charts"] = [drawn(chart, draw(chart)) for chart in section.charts]
    return orjson.dumps(plain).decode()
