"""Writes a reference as people cite it: «Normen 6.1 kap. 5.2», and places in guidance in the reader's language."""

from __future__ import annotations

import re

from sentinel.model.compliance import Reference
from sentinel.report.text import Catalogue


def referred(reference: Reference, catalogue: Catalogue) -> str:
    """Return source and place; what the catalogue has no words for stands as the checklist has it."""
    place = catalogue.find(f"place.{_slug(reference.place)}") or reference.place
    pattern = catalogue.find(f"cited.{_slug(reference.source)}")
    return pattern.format_map({"place": place}) if pattern else f"{reference.source} {place}"


def _slug(text: str) -> str:
    """Return a text as part of a key: small letters and figures, all else a hyphen."""
    return re.sub(r"[^0-9a-zæøå]+", "-", text.lower()).strip("-")
