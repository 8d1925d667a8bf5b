"""Writes a fresh breach file with its comments: every answer `unknown`, and the clock already running."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sentinel.comply.clocks import OSLO
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.text import Language


def fresh(base: Path, language: Language, case: str, known: datetime) -> str:
    """Return the text of a new file; ContentError where its pattern is not among the content."""
    path = base / "checklists" / "breach" / f"start.{language}.txt"
    try:
        pattern = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError([Fault(Location(f"checklists/breach/{path.name}"), "cannot be read")]) from error
    return pattern.replace("{case}", case).replace("{known}", known.astimezone(OSLO).isoformat(timespec="minutes"))
