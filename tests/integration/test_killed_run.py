"""A command that is killed in the middle of a correlation's window comes, run again, to the same alerts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from sentinel.store.store import Store

SITE = """\
schema = "sentinel.site/1"
[organisation]
name = "Testklinikken"
number = "000000002"
kind = "dental_clinic"
[report]
as_of = 2026-11-21
languages = ["nb"]
[[logs]]
name = "epj"
title = { nb = "Journalloggen", en = "The EPJ access log" }
paths = ["-"]
"""
EARLY = [("kari", 0, 20), ("ola", 0, 30)]
LATE = [("kari", 20, 40), ("ola", 30, 40)]
"""Only both halves show that Kari opened 25 records in ten minutes; Ola's alert grows."""

Row = dict[str, Any]
Kill = Callable[[Path, bytes], None]


def lines(lookups: Iterable[tuple[str, int, int]]) -> bytes:
    """Return a log in which each user opens the records with these numbers, one each ten seconds."""
    events = (
        {
            "@timestamp": f"2026-10-14T10:{number // 6:02}:{number % 6 * 10:02}Z",
            "event.dataset": "epj.access",
            "event.action": "read",
            "event.outcome": "success",
            "helse.actor.type": "human",
            "user.name": name,
            "helse.patient.pseud": f"p-{name}-{number}",
        }
        for name, first, end in lookups
        for number in range(first, end)
    )
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def started(folder: Path) -> subprocess.Popen[bytes]:
    words = (folder / "command").read_text().split()
    command = [sys.executable, "-m", "sentinel", *words, "--store", "x.db", "-q"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe)


def finish(folder: Path, log: bytes) -> None:
    running = started(folder)
    _, told = running.communicate(log)
    assert running.returncode == 0, told


def kill(running: subprocess.Popen[bytes]) -> None:
    assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.communicate()


def while_reading(folder: Path, log: bytes) -> None:
    """Kill a run that has taken half of its log and waits for the rest."""
    running = started(folder)
    assert running.stdin is not None
    running.stdin.write(log[: len(log) // 2] + b"\n" * 200_000)  # more than a pipe holds: so the half was taken
    running.stdin.flush()
    kill(running)


def once_kept(folder: Path, log: bytes) -> None:
    """Kill a run as soon as its alerts are in the store, before it has written its reports."""
    before = alerts(folder)
    running = started(folder)
    assert running.stdin is not None
    running.stdin.write(log)
    running.stdin.close()
    running.stdin = None
    until = time.monotonic() + 60
    while alerts(folder) == before and time.monotonic() < until:
        time.sleep(0.01)
    kill(running)


def alerts(folder: Path) -> list[Row]:
    store = Store.open(str(folder / "x.db"))
    try:
        return sorted(
            (
                {"id": one.id, "rule": one.rule.title, "group": one.fields, "revision": one.revision, "is": one.status}
                | {"of": one.correlation, "change": one.change}
                for one in store.alerts()
            ),
            key=lambda row: str(row["id"]),
        )
    finally:
        store.close()


def two_days(folder: Path, command: str, *kills: Kill) -> list[Row]:
    """Run on the first half of the log, then on the second, which is killed in these ways before it may end."""
    folder.mkdir()
    (folder / "command").write_text(command)
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    finish(folder, lines(EARLY))
    for killed in kills:
        killed(folder, lines(LATE))
    finish(folder, lines(LATE))
    return alerts(folder)


RUN = "run site.toml --out out"
DETECT = "detect - --input-format jsonl --save klinikken"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "kills"),
    [(RUN, (while_reading, once_kept, while_reading)), (DETECT, (while_reading, while_reading))],
    ids=["run", "detect --save"],
)
def test_killed_while_it_reads_and_after_it_kept_its_alerts(
    command: str, kills: tuple[Kill, ...], tmp_path: Path
) -> None:
    expected = two_days(tmp_path / "whole", command)

    found = {(row["group"]["user.name"], row["revision"]) for row in expected if "opened by one user" in row["rule"]}
    assert found == {("kari", 1), ("ola", 2)}
    assert two_days(tmp_path / "killed", command, *kills) == expected
