"""Correlations that are killed at any moment and run again come to the same alerts."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sentinel.model.alerts import Correlated
from sentinel.store.store import Store
from tests.integration.correlating import run, stream
from tests.shared import ROOT

Found = tuple[str, Correlated | None]


def current(where: Path) -> dict[str, Found]:
    """Return what is current, without which copy of an event came first and how it came to be."""
    store = Store.open(str(where))
    found = {alert.id: (alert.rule.id, alert.correlation) for alert in store.alerts() if alert.status == "current"}
    store.close()
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    where = tmp_path_factory.mktemp("whole") / "x.db"
    run(str(where), 0)
    found = current(where)
    assert {rule for rule, _ in found.values()} == {"burst", "spread", "chain"}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_any_moment_and_run_again(seed: int, expected: dict[str, Found], tmp_path: Path) -> None:
    where, chance, killed = tmp_path / "x.db", random.Random(seed), 0
    command = [sys.executable, "-m", "tests.integration.correlating", str(where)]
    for attempt in range(4):  # each time the hits come in another order, as they may after a crash
        running = subprocess.Popen([*command, str(seed + attempt)], cwd=ROOT)
        until = time.monotonic() + 60
        while not where.exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.05, 0.6))
        killed += running.poll() is None
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    subprocess.run([*command, "9"], cwd=ROOT, check=True)

    assert killed
    assert current(where) == expected


def test_every_order_of_arrival_comes_to_the_same(expected: dict[str, Found], tmp_path: Path) -> None:
    assert stream(0) != stream(5)
    run(str(tmp_path / "x.db"), 5)

    assert current(tmp_path / "x.db") == expected
