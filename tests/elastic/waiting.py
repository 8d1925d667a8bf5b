"""What waits in tests: not at all."""

from __future__ import annotations


def no_wait(_seconds: float) -> None:
    """Go on at once."""
