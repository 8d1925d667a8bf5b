"""Writes the reports of a result. Each file appears whole or not at all, also when the process is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.errors import SettingsError
from sentinel.model.inventory import Inventory
from sentinel.model.records import record_of, result_record
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report import extracted, html, pdf
from sentinel.report.documents import write_document, write_with_record
from sentinel.report.extracts import extract, load_extracts
from sentinel.report.inventory import page, paper
from sentinel.report.kinds import DOCUMENTS, FRONTED, INVENTORY, ROS, chosen, usual
from sentinel.report.placing import Place, as_json, write_file, writing_into
from sentinel.report.ros.files import write_ros


def write_reports(
    result: Result, folder: Path, languages: Iterable[Language], base: Path | None = None, wanted: Iterable[str] = ()
) -> list[Path]:
    """Write result.json, and each report that is wanted (none: the usual ones) in each language; return the files."""
    base = base or root()
    with writing_into(folder):
        written = [write_file(folder / "result.json", as_json(result_record(result)))]
    return written + write_kinds(result, Place(folder, tuple(languages), base), tuple(wanted) or usual(result))


def write_kinds(result: Result, place: Place, wanted: Iterable[str]) -> list[Path]:
    """Write each report that is wanted as HTML and PDF in each language; return the files in order."""
    return [path for kind in chosen(wanted, place.base) for path in _write(kind, result, place)]


def _write(kind: str, result: Result, place: Place) -> list[Path]:
    if kind == INVENTORY:
        return write_inventory(_inventory(result), place.folder, place.languages, place.base)
    if kind == ROS:
        return _write_risks(result, place)
    if kind in FRONTED:
        return write_fronted(kind, result, as_json(result_record(result)), place)
    if kind in DOCUMENTS:
        carried = as_json(result_record(result))
        return write_document(kind, partial(DOCUMENTS[kind], result), result.as_of, carried, place)
    found = extract(result, load_extracts(place.base)[kind])
    return write_with_record(kind, record_of(found), partial(extracted.context, found), result.as_of, place)


def _write_risks(result: Result, place: Place) -> list[Path]:
    if result.risks is None:
        raise SettingsError('there is no assessment of risk to report: add ros = "ros.yml" below [assessment]')
    return write_ros(result.risks, result.tlp, place.folder, place.languages, place.base)


def write_fronted(kind: str, result: Result, attachment: bytes, place: Place) -> list[Path]:
    """Write a report with a first page as HTML and PDF in each language; `attachment` is the result as its file."""
    written: list[Path] = []
    with writing_into(place.folder):
        for language in place.languages:
            report = FRONTED[kind](result, language, place.base)
            name = f"{kind}-{language}"
            written.append(write_file(place.folder / f"{name}.html", html.render(report, place.base).encode()))
            printed = pdf.render(report, result.as_of, attachment, place.base)
            written.append(write_file(place.folder / f"{name}.pdf", printed))
    return written


def write_inventory(
    inventory: Inventory, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write the pages of an inventory and its paper in each language; return the first page and the paper of each.

    Where devices are many, further pages lie in a folder beside it; those of an earlier time are taken away.
    """
    written: list[Path] = []
    with writing_into(folder):
        for language in languages:
            *others, first = (folder / name for name in _write_pages(inventory, folder, language, base))
            _take_away(first.with_suffix(""), set(others))
            printed = write_file(first.with_suffix(".pdf"), paper.render(inventory, language, base))
            written += [first, printed]
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
