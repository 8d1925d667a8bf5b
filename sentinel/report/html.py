"""Renders the report as one HTML page that needs nothing else and runs no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.report.charts import COLOURS
from sentinel.report.pages import Chart, Management


def environment(base: Path) -> Environment:
    """Return Jinja2 for `reports/templates`: everything is escaped, and an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(base / "reports" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def render(context: Management, base: Path | None = None) -> str:
    """Return the page; the content security policy in it allows its own style sheet and nothing more."""
    base = base or root()
    style = (base / "reports" / "styles" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    try:
        return (
            environment(base)
            .get_template("management.html.j2")
            .render(
                report=context,
                colours=COLOURS,
                style=Markup(style),  # noqa: S704 - our own file, and the policy holds it by its hash
                style_hash=f"sha256-{digest}",
            )
        )
    except TemplateError as error:
        raise RenderError(f"management.html.j2: {error}") from error


def drawer(base: Path) -> Callable[[Chart], str]:
    """Return what draws a chart on its own, by the same macro as in the page."""
    module = environment(base).get_template("charts.svg.j2").make_module()
    return lambda chart: str(module.draw(chart, COLOURS))  # type: ignore[attr-defined]  # a macro is its module's attribute
