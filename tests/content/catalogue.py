"""The requirements as plain data, for tests that walk every text and every reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sentinel.content import read_documents, yaml_files

BASE = Path(__file__).resolve().parents[2]
FOLDER = BASE / "checklists" / "normen" / "requirements"
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
    found = []
    for path in yaml_files(FOLDER):
        documents, faults = read_documents(path, BASE)
        assert not faults
        assert len(documents) == 1, path.name
        found.append(documents[0].data)
    return tuple(found)


@cache
def rows() -> tuple[Row, ...]:
    return tuple(
        Row(f"{chapter['chapter']} {row.get('id')}", row) for chapter in chapters() for row in chapter["requirements"]
    )


def texts(language: str, keys: tuple[str, ...] = SPOKEN) -> Iterator[tuple[str, str]]:
    """Yield every text of one language with a name for failures, chapter titles included."""
    for row in rows():
        for key in keys:
            yield f"{row.id}.{key}.{language}", row.said(key, language)
    if "title" in keys:
        for chapter in chapters():
            yield f"{chapter['chapter']}.title.{language}", chapter["title"][language]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text.strip())
