"""The requirements as plain data, for tests that walk every text and every reference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sentinel.content import read_documents, yaml_files

BASE = Path(__file__).resolve().parents[2]
FOLDER = BASE / "checklists" / "normen" / "requirements"
PACKS = BASE / "checklists" / "packs"
SPOKEN = ("title", "text", "question", "why", "how")
GUIDANCE = ("evidence", "large", "example")


@dataclass(frozen=True)
class Row:
    """One requirement as plain data, and the place to name in a failure."""

    place: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    def said(self, key: str, language: str) -> str:
        return str(self.data[key][language])

    def references(self) -> Iterator[tuple[str, str, str]]:
        for reference in self.data["references"]:
            assert set(reference) == {"source", "place", "confidence"}, self.place
            yield reference["source"], reference["place"], reference["confidence"]


@cache
def chapters() -> tuple[dict[str, Any], ...]:
    """Return the files of Normen."""
    return tuple(_read(FOLDER))


@cache
def pack_chapters() -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the files of each pack by its id."""
    return {folder.name: tuple(_read(folder / "requirements")) for folder in sorted(PACKS.iterdir()) if folder.is_dir()}


@cache
def rows() -> tuple[Row, ...]:
    """Return the requirements of Normen."""
    return tuple(_rows(chapters()))


@cache
def pack_rows() -> dict[str, tuple[Row, ...]]:
    """Return the requirements of each pack by its id."""
    return {pack: tuple(_rows(own)) for pack, own in pack_chapters().items()}


def every_row() -> tuple[Row, ...]:
    """Return the requirements of Normen and of all packs."""
    return (*rows(), *(row for own in pack_rows().values() for row in own))


def _read(folder: Path) -> Iterator[dict[str, Any]]:
    for path in yaml_files(folder):
        documents, faults = read_documents(path, BASE)
        assert not faults
        assert len(documents) == 1, path.name
        yield documents[0].data


def _rows(found: Iterable[dict[str, Any]]) -> Iterator[Row]:
    for chapter in found:
        for row in chapter["requirements"]:
            yield Row(f"{chapter['chapter']} {row.get('id')}", row)


def texts(language: str, keys: tuple[str, ...] = SPOKEN) -> Iterator[tuple[str, str]]:
    """Yield every text of one language with a name for failures, chapter titles included, packs too."""
    for row in every_row():
        for key in keys:
            yield f"{row.id}.{key}.{language}", row.said(key, language)
    if "title" in keys:
        for chapter in (*chapters(), *(one for own in pack_chapters().values() for one in own)):
            yield f"{chapter['chapter']}.title.{language}", chapter["title"][language]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text.strip())
