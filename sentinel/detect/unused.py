"""Finds the parts of a detection that no condition asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sentinel.detect.grammar import selects

_WORDS = re.compile(r"[^\s()]+")


def unused_parts(detection: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names that are defined and that no line of the condition means, by name or by pattern."""
    lines = detection.get("condition")
    names = [str(name) for name in detection if name != "condition"]
    used = {name for line in (lines if isinstance(lines, list) else [lines]) for name in _used(str(line), names)}
    return tuple(name for name in names if name not in used)


def _used(line: str, names: list[str]) -> Iterator[str]:
    words = _WORDS.findall(line)
    for before, word in zip(["", *words], words, strict=False):
        if before.lower() == "of":
            yield from (name for name in names if selects(word, name))
        elif word in names:
            yield word
