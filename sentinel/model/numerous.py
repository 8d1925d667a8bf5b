"""Nouns of which there are tens of thousands at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Noun = TypeVar("Noun")


@dataclass_transform(frozen_default=True)
def numerous(*, eq: bool = True) -> Callable[[type[Noun]], type[Noun]]:
    """Make a slotted dataclass that mypy lets nobody change: one that nothing can change takes five times as long to make.

    `eq` as for a dataclass; without it two are the same only where they are one, which then has a hash.
    """
    return dataclass(slots=True, eq=eq)
