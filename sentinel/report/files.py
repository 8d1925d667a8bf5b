"""Writes the reports of a result. Each file appears whole or not at all, also when the process is killed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import orjson

from sentinel.content import root
from sentinel.errors import RenderError, SettingsError
from sentinel.model.inventory import Inventory
from sentinel.model.records import Record, record_of, result_record
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report import documents, extracted, html, pdf
from sentinel.report.documents import Document
from sentinel.report.extracts import extract, load_extracts
from sentinel.report.inventory import page, paper
from sentinel.report.kinds import DOCUMENTS, FRONTED, INVENTORY, ROS, chosen, usual
from sentinel.report.placing import write_file
from sentinel.report.ros.files import write_ros


@dataclass(frozen=True, slots=True)
class Place:
    """Where reports are written, in which languages, and with whose templates."""

    folder: Path
    languages: tuple[Language, ...]
    base: Path


def write_reports(
    result: Result, folder: Path, languages: Iterable[Language], base: Path | None = None, wanted: Iterable[str] = ()
) -> list[Path]:
    """Write result.json, and each report that is wanted (none: the usual ones) in each language; return the files."""
    base = base or root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [write_file(folder / "result.json", _json(result_record(result)))]
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written + write_kinds(result, Place(folder, tuple(languages), base), tuple(wanted) or usual(result))


def write_kinds(result: Result, place: Place, wanted: Iterable[str]) -> list[Path]:
    """Write each report that is wanted as HTML and PDF in each language; return the files in order."""
    written: list[Path] = []
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        for kind in chosen(wanted, place.base):
            written += _write(kind, result, place)
    except OSError as error:
        raise RenderError(f"{error.filename or place.folder}: cannot be written: {error.strerror}") from error
    return written


def _write(kind: str, result: Result, place: Place) -> list[Path]:
    if kind == INVENTORY:
        return write_inventory(_inventory(result), place.folder, place.languages, place.base)
    if kind == ROS:
        return _write_risks(result, place)
    if kind in FRONTED:
        return _write_fronted(kind, result, place)
    if kind in DOCUMENTS:
        data = _json(result_record(result))
        return _write_document(kind, partial(DOCUMENTS[kind], result), (result.as_of, data), place)
    found = extract(result, load_extracts(place.base)[kind])
    data = _json(record_of(found))
    beside = write_file(place.folder / f"{kind}.json", data)
    return [beside, *_write_document(kind, partial(extracted.context, found), (result.as_of, data), place)]


def _write_risks(result: Result, place: Place) -> list[Path]:
    if result.risks is None:
        raise SettingsError('there is no assessment of risk to report: add ros = "ros.yml" below [assessment]')
    return write_ros(result.risks, result.tlp, place.folder, place.languages, place.base)


def _write_fronted(kind: str, result: Result, place: Place) -> list[Path]:
    written, data = list[Path](), _json(result_record(result))
    for language in place.languages:
        report = FRONTED[kind](result, language, place.base)
        name = f"{kind}-{language}"
        written.append(write_file(place.folder / f"{name}.html", html.render(report, place.base).encode()))
        printed = pdf.render(report, result.as_of, data, place.base)
        written.append(write_file(place.folder / f"{name}.pdf", printed))
    return written


def _write_document(
    kind: str, made: Callable[[Language, Path], Document], dated: tuple[date, bytes], place: Place
) -> list[Path]:
    """Write one document in each language; `dated` is its day and what its paper carries."""
    written: list[Path] = []
    for language in place.languages:
        document = made(language, place.base)
        screen = documents.page(document, place.base).encode()
        written.append(write_file(place.folder / f"{kind}-{language}.html", screen))
        printed = documents.paper(document, *dated, place.base)
        written.append(write_file(place.folder / f"{kind}-{language}.pdf", printed))
    return written


def _json(record: Record) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_inventory(
    inventory: Inventory, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write the pages of an inventory and its paper in each language; return the first page and the paper of each.

    Where devices are many, further pages lie in a folder beside it; those of an earlier time are taken away.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for language in languages:
            *others, first = (folder / name for name in _write_pages(inventory, folder, language, base))
            _take_away(first.with_suffix(""), set(others))
            printed = write_file(first.with_suffix(".pdf"), paper.render(inventory, language, base))
            written += [first, printed]
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written


def _write_pages(inventory: Inventory, folder: Path, language: Language, base: Path | None) -> Iterator[str]:
    """Write and yield the first page last: what it leads to is there by then, whenever the process is killed."""
    pages = page.render(inventory, language, base)
    first, told = next(pages)
    for name, text in pages:
        (folder / name).parent.mkdir(exist_ok=True)
        write_file(folder / name, text.encode())
        yield name
    write_file(folder / first, told.encode())
    yield first


def _take_away(folder: Path, kept: set[Path]) -> None:
    """Take away pages of an earlier time, and their signatures: they would tell of devices that are gone."""
    for pattern, more in (("*.html", ""), ("*.html.sig", ".sig")):
        for path in folder.glob(pattern):
            if path.with_name(path.name.removesuffix(more)) not in kept:
                path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _inventory(result: Result) -> Inventory:
    return Inventory(
        name=result.organisation.name,
        as_of=result.as_of,
        tlp=result.tlp,
        assets=result.assets,
        findings=result.findings,
        knowledge_date=result.versions.knowledge_date,
        scans=result.scans,
        networks=result.networks,
        names=result.network_names,
        heard=result.heard,
    )
