from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from sentinel.errors import ScopeError
from sentinel.scan.budget import budget_of
from sentinel.scan.gate import Clock, Gate
from sentinel.scan.health import Health, Measured, Stop
from sentinel.scan.probelog import ProbeLog, Verified, read_log
from sentinel.scan.stops import STOPS, Stops
from tests.scan.lines import Time
from tests.scan.scopes import OPEN, clinical

SCOPE = clinical("10.0.0.7", "10.0.0.8", "10.0.0.9")
GRANT = SCOPE.hosts[0].grants[0]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Return a gate whose steady clock moves a second each time it is read."""
    time = Time()

    def steady() -> float:
        time.now += 1.0
        return time.now

    log = ProbeLog.open(tmp_path / "p.jsonl", "test", lambda: OPEN)
    yield Gate(SCOPE, budget_of(SCOPE, Random(1)), Health(), log, Clock(lambda: OPEN, steady), tmp_path / "stop")
    log.close()


def kinds(gate: Gate) -> list[str]:
    return [entry.kind for entry in read_log(Path(gate.log.name), Verified())]


def test_leave_is_given_until_the_budget_is_spent(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.killed, "wait", lambda _seconds: False)
    for _ in range(20):
        gate.take(GRANT, 2)

    with pytest.raises(ScopeError, match="its packet budget is spent"):
        gate.take(GRANT, 2)


def test_a_stop_file_ends_everything(gate: Gate) -> None:
    gate.look()
    assert gate.closed("10.0.0.7") == ""
    assert gate.stop_file
    gate.stop_file.touch()
    gate.look()

    assert "the stop file" in gate.closed("10.0.0.7")
    with pytest.raises(ScopeError, match="the stop file"):
        gate.take(GRANT, 1)


def test_a_window_that_closes_ends_everything(gate: Gate) -> None:
    gate.clock = Clock(lambda: SCOPE.windows[0].end, gate.clock.steady)
    gate.look()

    assert "no window" in gate.closed("10.0.0.8")


def test_who_waits_hears_the_kill_switch(gate: Gate) -> None:
    gate.clock = Clock(lambda: OPEN, lambda: 0.0)  # time stands still, so it would wait for ever
    gate.take(GRANT, 2)
    told: list[str] = []

    def wait() -> None:
        try:
            gate.take(GRANT, 2)
        except ScopeError as error:
            told.append(str(error))

    thread = threading.Thread(target=wait)
    thread.start()
    gate.kill("enough")
    thread.join(10)
    assert told == ["enough"]


def test_a_device_that_suffers_is_left_alone_and_the_log_says_so(gate: Gate) -> None:
    host = SCOPE.hosts[0]
    gate.connected(host, Measured(4242, "open", 0.01, 0.0))
    gate.connected(host, Measured(4242, "closed", 0.01, 1.0))

    assert "stopped (host): port 4242 was open and is closed now" in gate.closed("10.0.0.7")
    with pytest.raises(ScopeError, match="stopped"):
        gate.check(GRANT)
    assert gate.closed("10.0.0.8") == ""
    assert kinds(gate) == ["stop"]


def test_a_stop_is_kept_for_other_logs_and_where_it_cannot_be_the_run_ends(gate: Gate, tmp_path: Path) -> None:
    gate.stops = Stops(tmp_path / STOPS, tmp_path / "p.jsonl", "test", lambda: OPEN)
    gate.unwell(SCOPE.hosts[0], "x")

    assert gate.stops.held() == [Stop("host", "10.0.0.7", "x")]
    (tmp_path / STOPS).unlink()
    (tmp_path / STOPS).symlink_to(tmp_path / "nowhere" / STOPS)
    gate.unwell(SCOPE.hosts[1], "y")
    assert "nothing is sent where a stop could not be kept" in gate.why_killed
    with pytest.raises(ScopeError, match="cannot be written"):
        gate.check(SCOPE.hosts[2].grants[0])


def test_three_devices_that_suffer_end_the_run(gate: Gate) -> None:
    for host in SCOPE.hosts:
        gate.unwell(replace(host, kind=host.address), "x")

    assert gate.killed.is_set()
    assert "stopped (run): 3 devices suffered" in gate.why_killed


def test_the_first_reason_is_kept(gate: Gate) -> None:
    gate.kill("first")
    gate.kill("second")

    assert gate.why_killed == "first"


def test_datagrams_and_packets_sent_beyond_what_was_taken_are_counted(gate: Gate) -> None:
    gate.also_sent("10.0.0.7", 39)
    gate.also_sent("10.0.0.7", 0)
    gate.datagram(GRANT)

    assert not gate.affords("10.0.0.7", 2)
    with pytest.raises(ScopeError, match="all the datagrams"):
        gate.datagram(GRANT)
