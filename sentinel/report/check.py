"""Checks that every template can be read, with the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

from jinja2 import TemplateSyntaxError

from sentinel.content import relative
from sentinel.errors import ContentError, Fault, Location
from sentinel.report.html import environment


def check_templates(base: Path) -> int:
    """Parse every Jinja2 template below a content root; return how many there are, or raise ContentError."""
    folder = base / "reports" / "templates"
    paths = sorted(folder.rglob("*.j2"))
    jinja = environment(base)
    faults: list[Fault] = []
    for path in paths:
        place = relative(path, base)
        try:
            jinja.parse(path.read_text(encoding="utf-8"), place)
        except TemplateSyntaxError as error:
            faults.append(Fault(Location(place, error.lineno), f"is no template: {error.message}"))
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(Location(place), f"cannot be read: {type(error).__name__}"))
    if not paths:
        faults.append(Fault(Location(relative(folder, base)), "holds no template"))
    if faults:
        raise ContentError(faults)
    return len(paths)
