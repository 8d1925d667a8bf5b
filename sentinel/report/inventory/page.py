"""Renders the pages of an inventory as HTML that needs nothing else and runs no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import TemplateError
from markupsafe import Markup

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.inventory import Inventory
from sentinel.model.text import Language
from sentinel.report.charts import COLOURS
from sentinel.report.html import environment
from sentinel.report.inventory.context import bundle

_STYLES = ("report.css", "inventory.css")


def render(inventory: Inventory, language: Language, base: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each page, the first page first; further ones lie in a folder of its name."""
    base = base or root()
    made = bundle(inventory, language, base)
    press = _press(base)
    yield f"{made.stem}.html", press("inventory.html.j2", {"page": made.overview})
    for sheet in made.sheets():
        context = {"sheet": sheet, "head": made.head, "headings": made.overview.headings}
        yield f"{made.stem}/{sheet.name}.html", press("inventory-sheet.html.j2", context)


def _press(base: Path) -> Callable[[str, dict[str, object]], str]:
    """Return what makes a page; the content security policy in it allows its own style sheet and nothing more."""
    style = "".join((base / "reports" / "styles" / name).read_text(encoding="utf-8") for name in _STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    jinja = environment(base)
    jinja.globals |= {
        "colours": COLOURS,
        "style": Markup(style),  # noqa: S704 - our own file, and the policy holds it by its hash
        "style_hash": f"sha256-{digest}",
    }

    def press(template: str, context: dict[str, object]) -> str:
        try:
            return jinja.get_template(template).render(context)
        except TemplateError as error:
            raise RenderError(f"{template}: {error}") from error

    return press
