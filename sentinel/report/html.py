"""Renders pages of HTML that need nothing else and run no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.report.charts import COLOURS
from sentinel.report.pages import Chart, Report


def environment(base: Path) -> Environment:
    """Return Jinja2 for `reports/templates`: everything is escaped, and an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(base / "reports" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def render(context: Report, base: Path | None = None) -> str:
    """Return the page of a management report."""
    return press(base or root(), "report.css")("management.html.j2", {"report": context})


@lru_cache(maxsize=8)
def press(base: Path, *styles: str) -> Callable[[str, Mapping[str, object]], str]:
    """Return what makes a page of a template; its content security policy allows these style sheets and nothing more.

    Templates are read again when they change, style sheets once a process. RenderError where a template is wrong.
    """
    style = "".join((base / "reports" / "styles" / name).read_text(encoding="utf-8") for name in styles)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    jinja = environment(base)
    jinja.globals |= {
        "colours": COLOURS,
        "style": Markup(style),  # noqa: S704 -- our own file, and the policy holds it by its hash
        "style_hash": f"sha256-{digest}",
    }

    def made(template: str, context: Mapping[str, object]) -> str:
        try:
            return jinja.get_template(template).render(context)
        except TemplateError as error:
            raise RenderError(f"{template}: {error}") from error

    return made


@lru_cache(maxsize=8)
def drawer(base: Path) -> Callable[[Chart], str]:
    """Return what draws a chart on its own, by the same macro as in the page."""
    module = environment(base).get_template("charts.svg.j2").make_module()
    return lambda chart: str(module.draw(chart, COLOURS))  # type: ignore[attr-defined]  # a macro is its module's attribute
