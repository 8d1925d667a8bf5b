"""Real material to measure on, where it lies beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data() -> Path:
    """Return the folder of shared material; skip, saying so, where it is absent, but fail in CI."""
    folder = ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        pytest.fail(f"CI has {folder.name}/ beside the checkout, but it is not there")
    pytest.skip("the shared measuring material is not beside this checkout")
