"""Writes the reports of a result. Each file appears whole or not at all, also when the process is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.inventory import Inventory
from sentinel.model.records import result_record
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report import html, pdf
from sentinel.report.inventory import page, paper
from sentinel.report.management import context
from sentinel.report.placing import write_file


def write_reports(result: Result, folder: Path, languages: Iterable[Language], base: Path | None = None) -> list[Path]:
    """Write result.json, the report as HTML and PDF, and the inventory, in each language; return what was written."""
    languages = tuple(languages)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(result_record(result), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / "result.json", data)]
        for language in languages:
            management = context(result, language, base)
            screen = html.render(management, base).encode()
            written.append(write_file(folder / f"management-{language}.html", screen))
            printed = pdf.render(management, result.as_of, data, base)
            written.append(write_file(folder / f"management-{language}.pdf", printed))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written + write_inventory(_inventory(result), folder, languages, base)


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
    """Take away pages of an earlier time, that nothing leads to any more; they would tell of devices that are gone."""
    for path in folder.glob("*.html"):
        if path not in kept:
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
