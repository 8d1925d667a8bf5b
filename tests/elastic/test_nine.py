"""Version 9: this client speaks to a server of it, and its own client does in an environment of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import elasticsearch
import pytest

from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.health import examine
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare, stream_of
from sentinel.mirroring import TYPES
from tests.elastic.again import all_pass
from tests.elastic.java import ENVIRONMENT
from tests.elastic.server import VERSIONS, need_java, running
from tests.elastic.test_bulk import some
from tests.elastic.test_health import now
from tests.elastic.waiting import no_wait

NINE = 9
pytestmark = pytest.mark.skipif(elasticsearch.__version__[0] >= NINE, reason="this is the environment of version 9")


@pytest.fixture(scope="module")
def nine() -> Iterator[str]:
    """Return the address of a server of version 9."""
    need_java(VERSIONS[NINE])
    with tempfile.TemporaryDirectory(prefix="sentinel-nine-") as name:
        Path(name).chmod(0o755)
        with running(Path(name), version=VERSIONS[NINE]) as url:
            yield url


def test_the_client_of_version_8_speaks_to_a_server_of_version_9(nine: str) -> None:
    client, stream = connect(Access(nine)), stream_of("jsonl", f"t{uuid4().hex}")
    prepare(client, keep_days=30, replicas=0)

    loader = Loader(client, no_wait)
    first, again = loader.send(stream, some(300)), loader.send(stream, some(310))
    loader.show(stream)

    assert (first.created, again.created, again.there) == (300, 10, 300)
    assert len(list(Reader(client, no_wait).read(stream, Span().query()))) == 310
    checks = {check.what: check for check in examine(client, now, TYPES)}
    assert (checks["elasticsearch"].state, checks["elasticsearch"].found[:2]) == ("ok", "9.")


@pytest.mark.slow
def test_all_holds_with_client_and_server_of_version_9(nine: str) -> None:
    """The tests of this part once more, by the program that whoever has the client of version 9 runs."""
    python = ENVIRONMENT / "bin" / "python"
    assert python.is_file(), "make .cache/nine/ready"
    all_pass(python, nine)
