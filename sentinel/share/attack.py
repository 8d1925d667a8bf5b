"""Techniques and tactics of ATT&CK in the tags of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TECHNIQUE = re.compile(r"^attack\.(t[01]\d{3}(?:\.\d{3})?)$", re.IGNORECASE)
_TACTIC = re.compile(r"^attack\.([a-z]+(?:[-_][a-z]+)*)$", re.IGNORECASE)


def techniques(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the techniques and sub-techniques, as `T1059.001`, each once."""
    found = (match[1].upper() for tag in tags if (match := _TECHNIQUE.match(tag)))
    return tuple(dict.fromkeys(found))


def tactics(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tactics, as `lateral-movement`, each once."""
    found = (match[1].lower().replace("_", "-") for tag in tags if (match := _TACTIC.match(tag)))
    return tuple(dict.fromkeys(found))
