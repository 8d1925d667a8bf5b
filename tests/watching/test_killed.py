"""A watch that is killed again and again, as its user runs it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sentinel.store.store import Store
from tests.watching.watched import (
    MINUTE,
    expected,
    put,
    stems,
)


@pytest.mark.slow
def test_killed_many_times_a_watch_loses_nothing(
    elasticsearch_url: str, tmp_path: Path, index: str, rules: Path
) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) - 31 * MINUTE
    for minute in range(30):
        put(elasticsearch_url, index, range(minute * 10, minute * 10 + 10), minute + 0.5, start)
    words = f"watch run --from {elasticsearch_url} --index {index} --save klinikken --once --minutes 1 --store x.db -q"
    since = f"--since {start:%Y-%m-%dT%H:%M}+00:00 --delay 0 --rules {rules} --format jsonl"
    command = [sys.executable, "-m", "sentinel", *words.split(), *since.split()]
    for number in range(20):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.8 + number * 0.06)
        process.send_signal(signal.SIGKILL)
        process.wait()
    store = Store.open(str(tmp_path / "x.db"))
    with store.windows("klinikken", index).transaction() as connection:  # as if the leases of the dead were over
        connection.exec_driver_sql("UPDATE watch_windows SET leased = NULL")

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stderr.splitlines()[-1] == "0 windows owed"
    assert stems(store) == expected(300)
    store.close()
