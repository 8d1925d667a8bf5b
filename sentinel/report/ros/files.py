"""Renders the document of risk as a page and as paper, and writes both with the assessment itself."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import orjson
from jinja2 import TemplateError
from markupsafe import Markup

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.risk_records import ros_record
from sentinel.model.risks import Ros
from sentinel.model.text import Language
from sentinel.report.charts import COLOURS
from sentinel.report.clean import breakable, rewrite
from sentinel.report.html import drawer, environment
from sentinel.report.pdf import LOCALES, compile_page, narrow_table, printable
from sentinel.report.ros.context import context
from sentinel.report.ros.nouns import RiskReport


def write_ros(ros: Ros, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None) -> list[Path]:
    """Write ros.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(ros_record(ros), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [_write(folder / "ros.json", data)]
        for language in languages:
            report = context(ros, tlp, language, base)
            written.append(_write(folder / f"ros-{language}.html", page(report, base).encode()))
            written.append(_write(folder / f"ros-{language}.pdf", paper(report, ros.as_of, data, base)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written


def page(report: RiskReport, base: Path | None = None) -> str:
    """Return the page; the content security policy in it allows its own style sheet and nothing more."""
    base = base or root()
    style = (base / "reports" / "styles" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    try:
        template = environment(base).get_template("ros.html.j2")
        return template.render(
            report=report,
            colours=COLOURS,
            style=Markup(style),  # noqa: S704 - our own file, and the policy holds it by its hash
            style_hash=f"sha256-{digest}",
        )
    except TemplateError as error:
        raise RenderError(f"ros.html.j2: {error}") from error


def paper(report: RiskReport, as_of: date, attachment: bytes, base: Path | None = None) -> bytes:
    """Return the PDF; the same report, day and attachment give the same bytes. The attachment is JSON, so UTF-8."""
    base = base or root()
    folder = base / "reports" / "templates"
    inputs = {"report": _data(report, base), "attachment": attachment.decode("utf-8")}
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


def _write(path: Path, data: bytes) -> Path:
    """Write beside the place first, and then move it there in one step."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
