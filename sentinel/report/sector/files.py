"""Writes the report of the sector as page and paper, with the benchmark itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.benchmark import Benchmark
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.documents import page, paper
from sentinel.report.placing import write_file
from sentinel.report.sector.context import context


def write_sector(
    benchmark: Benchmark, by: str, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write sector.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(record_of(benchmark), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / "sector.json", data)]
        for language in languages:
            report = context(benchmark, by, tlp, language, base)
            written.append(write_file(folder / f"sector-{language}.html", page(report, base).encode()))
            written.append(write_file(folder / f"sector-{language}.pdf", paper(report, benchmark.day, data, base)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written
