"""What a file of alerts says of itself: when it was made, from what, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sentinel.model.alerts import Alert
from sentinel.model.explained import Called


@dataclass(frozen=True, slots=True)
class About:
    """`made` is the moment of writing (UTC), `sources` what was read and `unseen` what was not, a line each.

    `called` is what people call the rules.
    """

    made: datetime
    engine: str
    sources: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    called: Called = field(default_factory=Called)


Writer: TypeAlias = Callable[[Collection[Alert], About], Iterator[str]]
"""Makes a file of alerts, piece by piece. The alerts may be gone through more than once."""
