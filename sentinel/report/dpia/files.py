"""Writes the document of an assessment of the impact on data protection, with the assessment itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.model.dpia import Dpia
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.documents import write_with_record
from sentinel.report.dpia.context import context
from sentinel.report.placing import Place


def write_dpia(
    dpia: Dpia, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write dpia.json, and HTML and PDF in each language; return the files in the order they were written."""
    place = Place(folder, tuple(languages), base or root())
    return write_with_record("dpia", record_of(dpia), partial(context, dpia, tlp), dpia.as_of, place)
