"""Which fields events of a log source can have, where that is a closed list: `rules/_fields/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from sentinel import content
from sentinel.detect.rule import LogSourceKey

FOLDER = Path("rules") / "_fields"


class FieldLists(content.Schema):
    """A file of `rules/_fields/`: by category the fields of its events, and those that every event of it has."""

    product: str
    everywhere: list[str] = Field(default_factory=list)
    categories: dict[str, list[list[str]]]


def load_known_fields(base: Path) -> Mapping[tuple[str, str], frozenset[str]]:
    """Return the fields by product and category; ContentError with all faults of all files."""
    known: dict[tuple[str, str], frozenset[str]] = {}
    for item in content.load(base / FOLDER, FieldLists, base):
        for category, lines in item.value.categories.items():
            known[item.value.product, category] = frozenset(item.value.everywhere).union(*lines)
    return known


def strangers(
    fields: frozenset[str], logsource: LogSourceKey, known: Mapping[tuple[str, str], frozenset[str]]
) -> frozenset[str]:
    """Return the fields that no event of a log source has; none where nobody wrote down what it has."""
    listed = known.get((logsource.product or "", logsource.category or ""))
    return frozenset() if listed is None else fields - listed
