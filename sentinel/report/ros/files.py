"""Writes the document of risk as a page and as paper, with the assessment itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.records import record_of
from sentinel.model.risks import Ros
from sentinel.model.text import Language
from sentinel.report.documents import page, paper
from sentinel.report.placing import write_file
from sentinel.report.ros.context import context


def write_ros(ros: Ros, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None) -> list[Path]:
    """Write ros.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(record_of(ros), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / "ros.json", data)]
        for language in languages:
            report = context(ros, tlp, language, base)
            written.append(write_file(folder / f"ros-{language}.html", page(report, base).encode()))
            written.append(write_file(folder / f"ros-{language}.pdf", paper(report, ros.as_of, data, base)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written
