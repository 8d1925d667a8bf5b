"""Writes the reports of a result. Each file appears whole or not at all, also when the process is killed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.records import result_record
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report import html, pdf
from sentinel.report.management import context


def write_reports(result: Result, folder: Path, languages: Iterable[Language], base: Path | None = None) -> list[Path]:
    """Write result.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(result_record(result), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [_write(folder / "result.json", data)]
        for language in languages:
            management = context(result, language, base)
            page = html.render(management, base).encode()
            written.append(_write(folder / f"management-{language}.html", page))
            paper = pdf.render(management, result.as_of, data, base)
            written.append(_write(folder / f"management-{language}.pdf", paper))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written


def _write(path: Path, data: bytes) -> Path:
    """Write beside the place first, and then move it there in one step."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
