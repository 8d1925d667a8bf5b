"""What the tests of this folder measure together, loaded once: all rules of SigmaHQ and the shared Windows logs."""

from __future__ import annotations

import pytest

from sentinel.detect.engine import Engine
from sentinel.model.events import Event
from tests.golden.test_sigmahq_evtx import measure

Measured = tuple[dict[str, object], Engine, dict[str, list[Event]]]


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measure(tmp_path_factory.mktemp("sigmahq"))
