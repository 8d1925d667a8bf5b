"""Which sign and colour stand before which word."""

from __future__ import annotations

from sentinel.model.compliance import EffectiveState, Level
from sentinel.model.severity import Severity
from sentinel.report.pages import Mark

STATES: dict[EffectiveState, Mark] = {
    "met": Mark("circle", "met"),
    "partly": Mark("triangle", "partly"),
    "planned": Mark("box", "unmet"),
    "not_met": Mark("square", "unmet"),
    "disputed": Mark("diamond", "open"),
    "unknown": Mark("ring", "open"),
    "not_assessed": Mark("open", "open"),
    "not_applicable": Mark("dash", "quiet"),
}
LEVELS: dict[Level, Mark] = {
    "green": Mark("circle", "met"),
    "yellow": Mark("triangle", "partly"),
    "red": Mark("square", "unmet"),
}
SEVERITIES: dict[Severity, Mark] = {
    Severity.CRITICAL: Mark("square", "unmet"),
    Severity.HIGH: Mark("triangle", "unmet"),
    Severity.MEDIUM: Mark("diamond", "plain"),
    Severity.LOW: Mark("circle", "quiet"),
    Severity.INFORMATIONAL: Mark("dash", "quiet"),
}
UNSEEN = Mark("open", "open")
DECISION = Mark("box", "plain")
_DIRECTIONS: dict[str, Mark] = {
    "up": Mark("up", "met"),
    "down": Mark("down", "unmet"),
    "same": Mark("same", "quiet"),
}


def direction(name: str) -> Mark:
    """Return the sign of a change; a direction that is neither up nor down has the sign for level."""
    return _DIRECTIONS.get(name, _DIRECTIONS["same"])
