"""Renders the pages of an inventory as HTML that needs nothing else and runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sentinel.content import root
from sentinel.model.inventory import Inventory
from sentinel.model.text import Language
from sentinel.report.html import press
from sentinel.report.inventory.context import bundle

_STYLES = ("report.css", "inventory.css")


def render(inventory: Inventory, language: Language, base: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each page, the first page first; further ones lie in a folder of its name."""
    base = base or root()
    made = bundle(inventory, language, base)
    made_by = press(base, *_STYLES)
    yield f"{made.stem}.html", made_by("inventory.html.j2", {"page": made.overview})
    for sheet in made.sheets():
        context = {"sheet": sheet, "head": made.head, "headings": made.overview.headings}
        yield f"{made.stem}/{sheet.name}.html", made_by("inventory-sheet.html.j2", context)
