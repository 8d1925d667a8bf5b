"""Writes the overview of a group as a page and as paper, with the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sentinel.content import root
from sentinel.model.groups import Group
from sentinel.model.records import record_of
from sentinel.model.text import Language
from sentinel.report.documents import write_with_record
from sentinel.report.group.context import context
from sentinel.report.placing import Place


def write_group(
    group: Group, tlp: str, folder: Path, languages: Iterable[Language], base: Path | None = None
) -> list[Path]:
    """Write group.json, and HTML and PDF in each language; return the files in the order they were written."""
    place = Place(folder, tuple(languages), base or root())
    return write_with_record("group", record_of(group), partial(context, group, tlp), group.as_of, place)
