"""Writes the overview of a group as a page and as paper, with the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.groups import Group
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.documents import page, paper
from sentinel.report.group.context import ATTACHED, context
from sentinel.report.placing import write_file


def write_group(
    group: Group, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write group.json, and HTML and PDF in each language; return the files in the order they were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = orjson.dumps(record_of(group), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        written = [write_file(folder / ATTACHED, data)]
        for language in languages:
            report = context(group, tlp, language, base)
            written.append(write_file(folder / f"group-{language}.html", page(report, base).encode()))
            written.append(write_file(folder / f"group-{language}.pdf", paper(report, group.as_of, data, base)))
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return written
