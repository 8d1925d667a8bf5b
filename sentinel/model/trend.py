"""An earlier assessment, and what differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sentinel.model.compliance import EffectiveState
from sentinel.model.text import Text


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier assessment of the same organisation, for «what changed»; `checklist` is the version it was made by."""

    when: date
    states: dict[str, EffectiveState]
    weights: dict[str, int]
    checklist: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs from the previous assessment."""

    direction: str
    what: Text
