"""What was not handled, and why: *in = handled + skipped(reason)* for every reader and scan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

FOREIGN = frozenset(
    {
        "not-ip",
        "superseded",
        "not-active",
        "no-answer",
        "not-a-machine",
        "other-log",
        "nothing-said",
        "false-positive",
        "not-kept",
        "informational",
        "no-feed",
        "rejected",
        "reserved",
        "withdrawn",
        "draft",
    }
)
"""Reasons that mean a record was never meant for us: counted and told, but no reason to call a result partial."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """One record that could not be used.

    `reason` is a short stable code (`not-json`, `truncated`); `detail` never holds content of the record.
    """

    source: str
    place: str
    reason: str
    detail: str = ""


@dataclass(slots=True)
class Tally:
    """Running count of one source. Not frozen: it is a counter, and leaves its maker only as a finished number.

    `parts` are pieces that were left out of records that were handled.
    """

    source: str
    handled: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Skipped] = field(default_factory=dict)
    parts: Counter[str] = field(default_factory=Counter)

    def skip(self, item: Skipped) -> None:
        """Count a skipped record and keep the first of each reason as an example."""
        self.skipped[item.reason] += 1
        self.examples.setdefault(item.reason, item)

    def skip_part(self, item: Skipped) -> None:
        """Count a piece that is left out of a record; the record itself is still handled."""
        self.parts[item.reason] += 1
        self.examples.setdefault(item.reason, item)

    def absorb(self, other: Tally) -> None:
        """Add what was counted of what came after."""
        self.handled += other.handled
        self.skipped.update(other.skipped)
        self.parts.update(other.parts)
        self.examples = other.examples | self.examples

    @property
    def total(self) -> int:
        """Records that came in."""
        return self.handled + self.skipped.total()
