"""Runs commands as a user does, against a store and folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sentinel.cli import app

Run = Callable[..., Result]


def runner(store: Path) -> Run:
    """Return a function that runs `sentinel` with the given words on a store."""
    clicking = CliRunner(env={"SENTINEL_STORE": str(store), "SENTINEL_CACHE": str(store.parent / "cache")})

    def invoke(*words: object) -> Result:
        return clicking.invoke(app, [str(word) for word in words])

    return invoke


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs `sentinel` with the given words; the store is the test's own."""
    return runner(tmp_path / "store" / "sentinel.db")
