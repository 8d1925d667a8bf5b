"""Compares with a golden file; `SENTINEL_GOLDEN=write` writes it anew, to be read before it is committed."""

from __future__ import annotations

import os

from tests.shared import ROOT

FOLDER = ROOT / "tests" / "golden" / "report"


def assert_golden(name: str, text: str) -> None:
    path = FOLDER / name
    if os.environ.get("SENTINEL_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
