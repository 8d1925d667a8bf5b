"""Writes the document of risk as a page and as paper, with the assessment itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.model.records import record_of
from sentinel.model.risks import Ros
from sentinel.model.text import Language
from sentinel.report.documents import write_with_record
from sentinel.report.placing import Place
from sentinel.report.ros.context import context


def write_ros(ros: Ros, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None) -> list[Path]:
    """Write ros.json, and HTML and PDF in each language; return the files in the order they were written."""
    place = Place(folder, tuple(languages), base or root())
    return write_with_record("ros", record_of(ros), partial(context, ros, tlp), ros.as_of, place)
