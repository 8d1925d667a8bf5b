"""Renders the document of risk as a page and as paper, and writes both with the assessment itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import orjson

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.records import record_of
from sentinel.model.risks import Ros
from sentinel.model.text import Language
from sentinel.report.clean import breakable, rewrite
from sentinel.report.html import drawer, press
from sentinel.report.pdf import LOCALES, compile_page, narrow_table, printable
from sentinel.report.placing import write_file
from sentinel.report.ros.context import context
from sentinel.report.ros.nouns import RiskReport


def write_ros(ros: Ros, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None) -> list[Path]:
    """Write ros.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(record_of(ros), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / "ros.json", data)]
        for language in languages:
            report = context(ros, tlp, language, base)
            written.append(write_file(folder / f"ros-{language}.html", page(report, base).encode()))
            written.append(write_file(folder / f"ros-{language}.pdf", paper(report, ros.as_of, data, base)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written


def page(report: RiskReport, base: Path | None = None) -> str:
    """Return the page of an assessment of risk."""
    return press(base or root(), "report.css")("ros.html.j2", {"report": report})


def paper(
    report: RiskReport, as_of: date, attachment: bytes, base: Path | None = None, name: str = "ros.json"
) -> bytes:
    """Return the PDF; the same report, day and attachment give the same bytes.

    The attachment, which lies in it by `name`, is JSON, so UTF-8.
    """
    base = base or root()
    folder = base / "reports" / "templates"
    inputs = {"report": _data(report, base), "attachment": attachment.decode("utf-8"), "attached": name}
    return compile_page(folder / "ros.typ", folder, inputs, as_of)


def _data(report: RiskReport, base: Path) -> str:
    known = printable(report)
    narrow = tuple(
        dataclasses.replace(section, tables=tuple(map(narrow_table, section.tables))) for section in known.sections
    )
    plain = dataclasses.asdict(rewrite(dataclasses.replace(known, sections=narrow), breakable))
    plain["text"] = LOCALES[report.language]
    draw = drawer(base)
    for section, target in zip(known.sections, plain["sections"], strict=True):
        target["charts"] = [
            {"title": chart.title, "description": chart.description, "width": chart.width, "svg": draw(chart)}
            for chart in section.charts
        ]
    return orjson.dumps(plain).decode()
