"""Writes the document of an assessment of the impact on data protection, with the assessment itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.dpia import Dpia
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.dpia.context import context
from sentinel.report.placing import write_file
from sentinel.report.ros.files import page, paper

NAME = "dpia.json"


def write_dpia(
    dpia: Dpia, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write dpia.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(record_of(dpia), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / NAME, data)]
        for language in languages:
            report = context(dpia, tlp, language, base)
            written.append(write_file(folder / f"dpia-{language}.html", page(report, base).encode()))
            written.append(write_file(folder / f"dpia-{language}.pdf", paper(report, dpia.as_of, data, base, NAME)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written
