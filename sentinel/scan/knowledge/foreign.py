"""Takes foreign JSON apart: whatever stands there, what comes back is of the kind that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sentinel.model.knowledge import Statement
from sentinel.scan.clean import clean

NAME = 200
SENTENCE = 500
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII)
_IN_TEXT = re.compile(r"\bCVE-\d{4}-\d{4,19}\b", re.ASCII | re.IGNORECASE)
_TOP_SCORE = 10


def table(value: object) -> Mapping[str, Any]:
    """Return an object, empty where the value is none."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return a list, empty where the value is none; it is no longer than the document, which is bounded."""
    return value if isinstance(value, list) else []


def tables(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list."""
    return (one for one in items(value) if isinstance(one, dict))


def text(value: object, most: int = NAME) -> str:
    """Return clean text of one line; numbers as they are written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean(str(value), most)


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list that are not empty."""
    return tuple(found for one in items(value) if (found := text(one)))


def cve(value: object) -> str:
    """Return a CVE number in its one writing; empty where the value is none."""
    said = text(value).upper()
    return said if _CVE.fullmatch(said) else ""


def cves(values: Iterable[object]) -> tuple[str, ...]:
    """Return the CVE numbers among values, each once and sorted."""
    return tuple(sorted({found for value in values if (found := cve(value))}))


def cves_within(said: str) -> tuple[str, ...]:
    """Return the CVE numbers within a text."""
    return tuple(sorted({found.upper() for found in _IN_TEXT.findall(said)}))


def score(value: object) -> float | None:
    """Return a CVSS score from 0 to 10; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _TOP_SCORE else None


def web(value: object) -> str:
    """Return an address of the web that can be shown as a link; empty for any other scheme."""
    said = text(value, SENTENCE)
    return said if said.startswith(("https://", "http://")) and not set(said) & set(" <>\"'`…") else ""


def named(statement: Statement) -> bool:
    """Say whether a statement names a product by more than signs."""
    return any(sign.isalnum() for sign in statement.product)
