"""The noun that every document but the reports with a first page is made of, and how it is rendered."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import orjson

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.records import Record
from sentinel.model.text import Language
from sentinel.report.clean import breakable, rewrite
from sentinel.report.html import drawer, press
from sentinel.report.pages import Figure, Footer, Level, Section
from sentinel.report.pdf import LOCALES, compile_page, drawn, narrow_table, printable
from sentinel.report.placing import Place, as_json, write_file, writing_into


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


Made: TypeAlias = Callable[[Language, Path], Document]
"""A document in one language, with the texts of a content root."""


def write_document(kind: str, made: Made, as_of: date, attachment: bytes, place: Place) -> list[Path]:
    """Write a document as HTML and PDF in each language; return the files in the order they were written."""
    written: list[Path] = []
    with writing_into(place.folder):
        for language in place.languages:
            document = made(language, place.base)
            screen = page(document, place.base).encode()
            written.append(write_file(place.folder / f"{kind}-{language}.html", screen))
            printed = paper(document, as_of, attachment, place.base)
            written.append(write_file(place.folder / f"{kind}-{language}.pdf", printed))
    return written


def write_with_record(kind: str, record: Record, made: Made, as_of: date, place: Place) -> list[Path]:
    """Write the record that a document is of, as KIND.json, and the document, which carries it."""
    attachment = as_json(record)
    with writing_into(place.folder):
        beside = write_file(place.folder / f"{kind}.json", attachment)
    return [beside, *write_document(kind, made, as_of, attachment, place)]
