"""How long work tells how far it has come, without knowing who listens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Track(Protocol):
    """Passes items on, in order and lazily, and shows how far it has come."""

    def __call__(self, label: str, items: Iterable[T], /) -> Iterator[T]:
        """Show `label` while `items` pass."""
        ...
