"""How bad, in the same five words for alerts and findings (Sigma's levels)."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """Sigma's levels; compare with `rank`."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (informational) to 4 (critical)."""
        return list(Severity).index(self)
