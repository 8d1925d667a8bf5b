"""Says what forms of exchange share about known weaknesses: versions of CVSS, and whose word it is that one is none."""

from __future__ import annotations

from sentinel.model.assets import Cleared

METHODS = {"2.0": "CVSSv2", "3.0": "CVSSv3", "3.1": "CVSSv31", "4.0": "CVSSv4"}
"""What CycloneDX calls the versions of CVSS."""


def version_of(vector: str) -> str:
    """Return the version of CVSS that a vector is of; one without a prefix is of version 2, or unknown where empty."""
    if not vector:
        return "unknown"
    return vector[5:].partition("/")[0] if vector.startswith("CVSS:") else "2.0" if "Au:" in vector else "unknown"


def not_affected(cleared: Cleared) -> str:
    """Return who answers for it that something does not apply, until when, where, and why."""
    until = f"until {cleared.until}" if cleared.until else "without an end"
    return f"not affected according to {cleared.by} ({cleared.source}), {until}: {cleared.reason or 'no reason given'}"
