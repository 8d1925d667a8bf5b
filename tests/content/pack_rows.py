"""The requirements of the packs about a way of working, as plain data, for tests that walk every text of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sentinel.content import read_documents
from tests.content.catalogue import BASE, GUIDANCE, SPOKEN, Row

PACKS = BASE / "checklists" / "packs"
CODES = {"welfare-technology": "VT", "supplier": "LS", "cloud": "SKY", "ai-use": "KIB", "research": "FSK"}
"""The packs that no law is the name of, and the code that begins their requirements."""


@cache
def cover(pack: str) -> dict[str, Any]:
    return _one(f"{pack}/pack.yml")


@cache
def chapter(pack: str) -> dict[str, Any]:
    return _one(f"{pack}/requirements/{CODES[pack].lower()}.yml")


def rows_of(pack: str) -> tuple[Row, ...]:
    return tuple(Row(f"{pack} {row.get('id')}", row) for row in chapter(pack)["requirements"])


def pack_rows() -> tuple[Row, ...]:
    return tuple(row for pack in CODES for row in rows_of(pack))


def told(keys: tuple[str, ...] = (*SPOKEN, *GUIDANCE, "supplier")) -> Iterator[tuple[str, str, str]]:
    """Yield place, language and words of every text of the requirements."""
    for row in pack_rows():
        for key in keys:
            if key in row.data:
                for language in ("nb", "en"):
                    yield f"{row.id}.{key}.{language}", language, row.said(key, language)


def _one(name: str) -> dict[str, Any]:
    documents, faults = read_documents(PACKS / name, BASE)
    assert not faults
    assert len(documents) == 1, name
    data: dict[str, Any] = documents[0].data
    return data
