"""Writes the report of the sector as page and paper, with the benchmark itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.model.benchmark import Benchmark
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.documents import write_with_record
from sentinel.report.placing import Place
from sentinel.report.sector.context import context


def write_sector(
    benchmark: Benchmark, by: str, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write sector.json, and HTML and PDF in each language; return the files in the order they were written."""
    place = Place(folder, tuple(languages), base or root())
    return write_with_record("sector", record_of(benchmark), partial(context, benchmark, by, tlp), benchmark.day, place)
