"""Which reports there are, which are usual, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sentinel.errors import SettingsError
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.documents import Document
from sentinel.report.extracts import load_extracts
from sentinel.report.management import context
from sentinel.report.pages import Report
from sentinel.report.selfcheck import selfcheck
from sentinel.report.technical import technical

FRONTED: Mapping[str, Callable[[Result, Language, Path | None], Report]] = {
    "management": context,
    "self-check": selfcheck,
}
"""Reports with a first page."""
DOCUMENTS: Mapping[str, Callable[[Result, Language, Path | None], Document]] = {"technical": technical}
INVENTORY, ROS = "inventory", "ros"


def kinds(base: Path) -> tuple[str, ...]:
    """Return the names of all reports that can be made; ContentError where an extract is wrong."""
    return (*FRONTED, *DOCUMENTS, INVENTORY, ROS, *load_extracts(base))


def chosen(wanted: Iterable[str], base: Path) -> tuple[str, ...]:
    """Return each wanted kind once; raise SettingsError with all that nobody knows."""
    known, once = kinds(base), tuple(dict.fromkeys(wanted))
    if unknown := [name for name in once if name not in known]:
        raise SettingsError(f"no such report: {', '.join(unknown)}. There are: {', '.join(known)}")
    return once


def usual(result: Result) -> tuple[str, ...]:
    """Return what a run writes where nobody chose: a small practice also gets its self-check."""
    small = ("self-check",) if result.beyond else ()
    risks = (ROS,) if result.risks is not None else ()
    return ("management", *small, "technical", "auditor", INVENTORY, *risks)
