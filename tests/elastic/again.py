"""The tests of this part once more, with another server or another client."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.shared import ROOT

TESTS = (
    "tests/elastic", "tests/test_ingesting.py", "tests/test_searching.py", "tests/test_watching.py",
    "tests/test_mirroring.py", "tests/test_examining.py", "tests/cli/test_ingest.py", "tests/cli/test_search.py",
    "tests/cli/test_watch.py", "tests/cli/test_mirror.py",
)  # fmt: skip


def all_pass(python: Path, url: str, left_out: Sequence[str] = ()) -> None:
    """Run the tests that are not slow against a server, by a Python with the client to try; fail as they do."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV"))}
    quiet = ("-q", "--tb=line", "--show-capture=no", "-m", "not slow", "-p", "no:cacheprovider")
    done = subprocess.run(
        [str(python), "-m", "pytest", *quiet, *left_out, *TESTS],
        cwd=ROOT,
        env={**environ, "SENTINEL_ELASTICSEARCH_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-4_000:]
    assert " passed" in done.stdout
