"""One server for all tests of a process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.elastic.server import need_java, running


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Return the address of a real server: the one that SENTINEL_ELASTICSEARCH_URL names, or one that is started."""
    if own := os.environ.get("SENTINEL_ELASTICSEARCH_URL"):
        yield own
        return
    need_java()
    # pytest's own folders may be entered by their owner only, and the server is another user.
    with tempfile.TemporaryDirectory(prefix="sentinel-elastic-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder)) as url:
            yield url
