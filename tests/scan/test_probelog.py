from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError, ScopeError
from sentinel.model.scans import LogEntry
from sentinel.scan.probelog import START, ProbeLog, Verified, outstanding, read_log, unfinished
from tests.shared import ROOT

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def written(path: Path, *entries: tuple[str, dict[str, object]], run: str = "r1") -> str:
    log = ProbeLog.open(path, run, lambda: NOW)
    for kind, facts in entries:
        log.add(kind, facts)
    log.close()
    return log.head


def verified(path: Path) -> tuple[list[LogEntry], Verified]:
    seen = Verified()
    return list(read_log(path, seen)), seen


PROBE = ("probe", {"probe_n": 1, "address": "10.0.0.7", "sent": ["00ff"], "note": "æøå"})


def test_each_line_follows_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    head = written(path, ("run", {}), PROBE)
    again = written(path, PROBE, run="r2")

    entries, seen = verified(path)
    assert [(entry.n, entry.kind, entry.run) for entry in entries] == [
        (0, "run", "r1"),
        (1, "probe", "r1"),
        (2, "probe", "r2"),
    ]
    assert [entry.previous for entry in entries] == [START, entries[0].hash, entries[1].hash]
    assert (entries[1].hash, seen.head, seen.faults, seen.tears) == (head, again, [], [])
    assert all(json.loads(line)["schema"] == "sentinel.probelog/1" for line in path.read_text().splitlines())
    assert path.stat().st_mode & 0o077 == 0


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_any_changed_byte_is_seen(place: int, byte: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "p.jsonl"
        written(path, ("run", {"a": 1}), PROBE, PROBE, ("end", {}))
        raw = bytearray(path.read_bytes())
        at = place % (len(raw) - 1)  # the last line end is what tells a torn line from a changed one
        if raw[at] == byte:
            return
        raw[at] = byte
        path.write_bytes(raw)
        _, seen = verified(path)
        assert seen.faults


@given(st.lists(st.sampled_from(["drop", "swap", "double"]), min_size=1, max_size=3), st.integers(0, 3))
def test_lines_taken_out_put_in_or_moved_are_seen(how: list[str], at: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "p.jsonl"
        written(path, *(("probe", dict[str, object](probe_n=n)) for n in range(6)))
        before = path.read_bytes().splitlines(keepends=True)
        lines = list(before)
        for one in how:
            if one == "drop":
                del lines[at]
            elif one == "swap" and at + 1 < len(lines):
                lines[at], lines[at + 1] = lines[at + 1], lines[at]
            else:
                lines.insert(at, lines[at])
        if lines == before:
            return
        path.write_bytes(b"".join(lines))
        entries, seen = verified(path)
        assert seen.faults or len(entries) < 6  # a tail that was cut off shows only against a head kept elsewhere


def test_lines_cut_off_show_only_against_the_head(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    head = written(path, PROBE, PROBE)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])

    _, seen = verified(path)
    assert seen.faults == []
    assert seen.head != head


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_kill_at_any_byte_is_told_and_nothing_is_rewritten(cut: int, again: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "p.jsonl"
        written(path, ("run", {}), PROBE, PROBE)
        whole = path.read_bytes()
        torn = whole[: max(1, cut % len(whole))]
        path.write_bytes(torn)
        entries, before = verified(path)
        assert before.faults == []
        written(path, PROBE)
        assert path.read_bytes().startswith(torn)  # what stood there stands there still
        twice = path.read_bytes()[: -(again % 200) or None]  # and killed once more, perhaps in the line that tells it
        path.write_bytes(twice)
        written(path, PROBE)
        assert path.read_bytes().startswith(twice)
        after, seen = verified(path)
        assert seen.faults == []
        assert after[: len(entries)] == entries
        assert bool(seen.tears) == any(entry.kind == "torn" for entry in after)


def test_a_process_that_is_killed_leaves_a_log_that_goes_on(tmp_path: Path) -> None:
    """A real kill -9 of a real writer, in the middle of its work."""
    path = tmp_path / "p.jsonl"
    writer = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from sentinel.scan.probelog import ProbeLog\n"
        "log = ProbeLog.open(Path(sys.argv[1]), 'r', lambda: datetime.now(UTC))\n"
        "while True:\n    log.add('begun', {'probe_n': 1, 'address': '10.0.0.7', 'port': 1, 'x': 'y' * 3000})\n"
    )
    process = subprocess.Popen([sys.executable, "-c", writer, str(path)], cwd=ROOT)
    while not path.exists() or path.stat().st_size < 100_000:
        assert process.poll() is None
    process.kill()
    process.wait()
    written(path, PROBE)

    entries, seen = verified(path)
    assert seen.faults == []
    assert entries[-1].kind == "probe"


def test_a_changed_log_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    written(path, PROBE, PROBE)
    path.write_bytes(path.read_bytes().replace(b"10.0.0.7", b"10.0.0.8", 1))
    before = path.read_bytes()

    with pytest.raises(ScopeError, match="the log was changed; keep it, and begin another"):
        written(path, PROBE)
    assert path.read_bytes() == before


def test_who_is_patient_waits_for_another_to_end(tmp_path: Path) -> None:
    log = ProbeLog.open(tmp_path / "p.jsonl", "r", lambda: NOW)
    with pytest.raises(ScopeError, match="another scan is writing to this log"):
        ProbeLog.open(tmp_path / "p.jsonl", "s", lambda: NOW, 0.1)

    timer = threading.Timer(0.2, log.close)
    timer.start()
    ProbeLog.open(tmp_path / "p.jsonl", "s", lambda: NOW, 60.0).close()
    timer.join()


def test_two_scans_do_not_write_to_one_log(tmp_path: Path) -> None:
    log = ProbeLog.open(tmp_path / "p.jsonl", "r", lambda: NOW)

    with pytest.raises(ScopeError, match="another scan is writing to this log"):
        written(tmp_path / "p.jsonl", PROBE)
    log.close()
    written(tmp_path / "p.jsonl", PROBE)


def test_a_log_that_cannot_be_written_stops_what_would_be_logged() -> None:
    full = Path("/dev/full")
    descriptor = os.open(full, os.O_WRONLY)
    log = ProbeLog(descriptor, "full", "r", lambda: NOW)

    for _ in range(2):
        with pytest.raises(ScopeError, match="nothing is sent unlogged"):
            log.add("begun", {})
    log.close()


@given(
    st.lists(
        st.one_of(st.binary(max_size=80), st.just(b'{"schema":"sentinel.probelog/1","hash":"' + b"0" * 64 + b'"}')),
        max_size=20,
    )
)
def test_any_bytes_are_read_to_their_end(lines: list[bytes]) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\n".join(lines))
        file.flush()
        assert verified(Path(file.name))[0] == []


def test_no_file_is_told() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        verified(Path("/nonexistent/p.jsonl"))


def test_what_was_stopped_holds_until_a_person_lets_it_go_on(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    stop: dict[str, object] = {"level": "host", "what": "10.0.0.7", "why": "slow"}
    written(path, ("stop", stop), ("stop", {**stop, "what": "10.0.0.8"}))
    assert [one.what for one in outstanding(verified(path)[0])] == ["10.0.0.7", "10.0.0.8"]

    lifted = [["host", what, "x"] for what in ("10.0.0.7", "10.0.0.8")]
    written(path, ("resume", {"by": "Kari", "stops": lifted}), ("stop", {**stop, "what": "10.0.0.9"}))
    assert [one.what for one in outstanding(verified(path)[0])] == ["10.0.0.9"]


def test_a_probe_that_was_begun_and_never_ended_is_known(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    written(path, ("begun", {"probe_n": 1}), PROBE, ("begun", {"probe_n": 2, "address": "10.0.0.9"}))

    assert [one.facts["address"] for one in unfinished(verified(path)[0])] == ["10.0.0.9"]

    written(path, ("resume", {"by": "Kari"}))
    entries, _ = verified(path)
    assert unfinished(entries, looked_at=False) == []
    assert len(unfinished(entries)) == 1  # the log says so for ever
