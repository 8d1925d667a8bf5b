"""The noun that every document but the reports with a first page is made of, and how it is rendered."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.text import Language
from sentinel.report.clean import breakable, rewrite
from sentinel.report.html import drawer, press
from sentinel.report.pages import Figure, Footer, Level, Section
from sentinel.report.pdf import LOCALES, compile_page, drawn, narrow_table, printable


@dataclass(frozen=True, slots=True)
class Document:
    """A document in one language: ready strings, nothing left for a template to work out."""

    language: Language  # of every text in it
    title: str  # of the document
    author: str  # whose it is
    tlp: str  # how far it may be passed on
    notice: str  # that it is sensitive, on every page, or empty
    line: str  # who and when
    level: Level  # the first sentence
    scope: str  # what was looked at, or what was chosen
    figures: tuple[Figure, ...]  # always together
    grounds: str  # what it rests on
    signature: str  # below the line
    contents: str  # name of the list of sections
    sections: tuple[Section, ...]  # in reading order
    attached: str  # name of the machine-readable file that the PDF carries
    attachment: str  # describes that file
    footer: Footer  # of every page
    wide: bool  # lies on its long side on paper, for seven columns of prose


def page(document: Document, base: Path | None = None) -> str:
    """Return a document as one HTML page."""
    return press(base or root(), "report.css")("document.html.j2", {"report": document})


def paper(document: Document, as_of: date, attachment: bytes, base: Path | None = None) -> bytes:
    """Return the PDF; the same document, day and attachment give the same bytes. The attachment is JSON, so UTF-8."""
    base = base or root()
    folder = base / "reports" / "templates"
    try:
        inputs = {"report": data(document, base), "attachment": attachment.decode("utf-8")}
    except UnicodeDecodeError as error:
        raise RenderError(f"the attachment is not JSON: {error.reason}") from error
    return compile_page(folder / "document.typ", folder, inputs, as_of)


def data(document: Document, base: Path) -> str:
    """Return the JSON that the paper reads: the document, its charts as drawings, and the language for Typst."""
    known = printable(document)
    narrow = tuple(
        dataclasses.replace(section, tables=tuple(map(narrow_table, section.tables))) for section in known.sections
    )
    plain = dataclasses.asdict(rewrite(dataclasses.replace(known, sections=narrow), breakable))
    plain["text"] = LOCALES[document.language]
    draw = drawer(base)
    for section, target in zip(known.sections, plain["sections"], strict=True):
        target["charts"] = [drawn(chart, draw(chart)) for chart in section.charts]
    return orjson.dumps(plain).decode()
