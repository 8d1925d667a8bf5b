"""Small packs for tests, beside the small checklist."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from tests.comply.small import chapter, requirement, write

PACK = """
id: law
version: "2026.1"
title: {nb: Loven, en: The act}
about: {nb: Om loven, en: About the act}
based_on: {nb: Loven selv, en: The act itself}
status: in_force
valid_from: 2025-10-01
confidence: confirmed
source: LOV-2000-01-01-1
applies: [MD]
roles: {manager: {nb: Lederen, en: The manager}}
"""
XA = chapter("XA", requirement("XA-01", 3, gate=True, applies="MD"), requirement("XA-02", 1, applies="EHR"))


def write_pack(base: Path, pack: str = PACK, requirements: str = XA, folder: str = "law") -> Path:
    """Write a pack below `base`, with the small checklist where it is not there yet, and return `base`."""
    if not (base / "checklists" / "classes.yml").exists():
        write(base)
    place = base / "checklists" / "packs" / folder
    (place / "requirements").mkdir(parents=True, exist_ok=True)
    (place / "pack.yml").write_text(dedent(pack), encoding="utf-8")
    (place / "requirements" / "all.yml").write_text(requirements, encoding="utf-8")
    return base
