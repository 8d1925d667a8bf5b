"""Where things made once are kept for later runs, without knowing who keeps them."""

from __future__ import annotations

from typing import Protocol


class Kept(Protocol):
    """Bytes by a key that says all that they were made of. They may be lost at any time."""

    def load(self, key: str) -> bytes | None:
        """Return what was saved under a key."""
        ...

    def save(self, key: str, data: bytes) -> None:
        """Save under a key."""
        ...
