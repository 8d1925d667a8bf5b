from __future__ import annotations

import gzip
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from sentinel.content import root
from sentinel.detect.alerts import fingerprint
from sentinel.detect.coverage import Watcher
from sentinel.detect.fast.blocks import BLOCK_BYTES
from sentinel.detect.fast.crew import can_fork, packed, unpacked, usual_processes
from sentinel.detect.fast.engine import ALONE, FastEngine, Pace
from sentinel.detect.fast.spans import Span
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch
from sentinel.errors import InputError, Location
from sentinel.model.alerts import Hit, Match, RuleRef
from sentinel.model.events import Event
from sentinel.model.severity import Severity
from sentinel.model.skipped import Tally

T = TypeVar("T")
pytestmark = pytest.mark.skipif(not can_fork(), reason="this system makes no process of a running one")


PADDING = (b'{"Message":"' + b"-" * 4_000 + b'"}\n') * (BLOCK_BYTES // 4_000)


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some blocks of the samples of our own rules, with lines among them that are cut, no JSON or too long."""
    samples = [line for path in sorted((root() / "rules").rglob("*.jsonl")) for line in path.read_bytes().splitlines()]
    once = b"\n".join([*samples, b"{broken", b"", *samples[::-7], b'{"a": "' + b"x" * 20_000 + b'"}', b"[1]"]) + b"\n"
    path = tmp_path_factory.mktemp("crew") / "all.jsonl"
    path.write_bytes((once + PADDING) * 5 + b'{"EventID": 1')
    return path


def engine(processes: int) -> FastEngine:
    ruleset, routes = load_rules([root() / "rules"], root()), load_routes(root())
    return FastEngine(ruleset, routes, pace=Pace(processes, alone=1, small=False))


def watch(processes: int) -> Watch:
    return Watch(engine(processes))


def test_hits_counts_and_ledger_are_those_of_one_process(log: Path) -> None:
    one, three = watch(1), watch(3)
    at_work: set[object] = set()

    def track(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            at_work.update(process.pid for process in multiprocessing.active_children())
            yield item

    alone = [(alert.id, alert.record) for alert in one.alerts([Log("all", [log])], silent)]
    shared = [(alert.id, alert.record) for alert in three.alerts([Log("all", [log])], track)]

    assert len(at_work) == 2  # and this one
    assert len(alone) > 100
    assert shared == alone
    assert three.sources == one.sources
    assert three.files == one.files
    assert three.ledger() == one.ledger()
    assert multiprocessing.active_children() == []


def test_what_is_packed_is_handed_over_and_gives_the_same(log: Path, tmp_path: Path) -> None:
    packed_log = tmp_path / "all.jsonl.gz"
    packed_log.write_bytes(gzip.compress(log.read_bytes(), 1))
    one, two = watch(1), watch(2)
    alone = [(alert.id, alert.record) for alert in one.alerts([Log("all", [packed_log])], silent)]

    assert [(alert.id, alert.record) for alert in two.alerts([Log("all", [packed_log])], silent)] == alone
    assert two.sources == one.sources
    assert two.ledger() == one.ledger()


def test_what_was_read_before_a_log_broke_off_is_found(log: Path) -> None:
    data = log.read_bytes()

    def broken() -> Iterator[bytes]:
        yield from (data[at : at + BLOCK_BYTES] for at in range(0, 4 * BLOCK_BYTES, BLOCK_BYTES))
        raise InputError(Location("all"), "cannot be read: Input/output error")

    found = []
    for processes in (1, 2):
        tally, watcher = Tally("all"), Watcher("all", "jsonl")
        hits = engine(processes).read("jsonl", broken(), Inlet("all", "all", tally, watcher, silent))
        records: list[str] = []
        with pytest.raises(InputError):
            records.extend(hit.event.record for hit in hits)
        found.append((records, tally, watcher.summary(tally)))

    assert len(found[0][0]) > 80
    assert found[0] == found[1]
    assert multiprocessing.active_children() == []


def test_a_file_that_gets_shorter_meanwhile_counts_as_cut_off(log: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(log.read_bytes())
    watching = watch(2)

    def track(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if isinstance(item, Span):
                path.write_bytes(b"")
            yield item

    list(watching.alerts([Log("all", [path])], track))

    assert watching.unreadable == ["all.jsonl: cannot be read: it got shorter while it was read"]
    assert {entry.state for entry in watching.ledger() if entry.events} == {"truncated"}
    assert multiprocessing.active_children() == []


def test_hits_are_the_same_when_they_are_unpacked() -> None:
    rules = [RuleRef(str(number), f"Rule {number}", Severity.HIGH, "", "") for number in range(3)]
    when = datetime(2026, 10, 14, 12, 30, tzinfo=UTC)
    events = [Event("log", "1", when, {"a": ["x", 1, None]}), Event("log", "2", None, {"b": True})]
    hits = [
        Hit(rules[2], events[0], (Match("a", "x", "= x"), Match("a", "1", "= 1"))),
        Hit(rules[0], events[0], ()),
        Hit(rules[0], events[1], (Match("b", "true", "= true"),)),
    ]
    parcel = pickle.loads(pickle.dumps(packed(hits, {id(rule): at for at, rule in enumerate(rules)})))  # noqa: S301 -- our own
    found = list(unpacked(parcel, rules))

    assert found == hits
    assert [hit.event_id for hit in found] == [fingerprint(hit.event) for hit in hits]
    assert found[0].event is found[1].event
    assert list(unpacked(packed([], {}), rules)) == []


def test_a_process_that_is_killed_is_told_and_the_log_counts_as_cut_off(log: Path) -> None:
    watching = watch(2)
    killed: list[object] = []

    def track(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if not killed and (at_work := multiprocessing.active_children()):
                at_work[0].kill()
                killed.append(at_work[0])
            yield item

    list(watching.alerts([Log("all", [log])], track))

    assert killed
    assert watching.unreadable == ["all.jsonl: a process that read it was ended from outside"]
    states = {entry.state for entry in watching.ledger() if entry.events}
    assert states == {"truncated"}


def test_what_was_found_beside_a_process_that_is_killed_comes_out(log: Path) -> None:
    spans: list[Span] = []

    def track(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if isinstance(item, Span):
                spans.append(item)
                for helper in multiprocessing.active_children():
                    os.kill(helper.pid or 0, signal.SIGSTOP if len(spans) < 5 else signal.SIGKILL)
            yield item

    data = log.read_bytes()
    chunks = (data[at : at + BLOCK_BYTES] for at in range(0, len(data), BLOCK_BYTES))
    inlet = Inlet("all", "all", Tally("all"), Watcher("all", "jsonl"), track, file=log)
    found: list[int] = []
    with pytest.raises(InputError, match="a process that read it was ended from outside"):
        found.extend(int(hit.event.record) for hit in engine(2).read("jsonl", chunks, inlet))

    # The helper has three blocks, which it never ends; the fourth is searched here.
    assert any(spans[3].first <= number < spans[3].first + spans[3].lines for number in found)
    assert not any(spans[0].first <= number < spans[3].first for number in found)


def test_a_detection_that_is_left_half_way_leaves_no_process(log: Path) -> None:
    seen = []

    def track(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            seen.extend(multiprocessing.active_children())
            if seen:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        list(watch(2).alerts([Log("all", [log])], track))

    assert seen
    assert multiprocessing.active_children() == []


def test_there_is_a_process_for_each_core_up_to_four() -> None:
    assert 1 <= usual_processes() <= 4


def test_processes_end_where_the_one_they_work_for_is_killed() -> None:
    command = [sys.executable, "-m", "sentinel", "detect", "-", "--processes", "2", "-q"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as main:
        assert main.stdin
        for _ in range(ALONE + 3):
            main.stdin.write(PADDING)
        workers = until(lambda: children(main.pid), 60)
        main.kill()

    assert len(workers) >= 1
    assert until(lambda: not any(Path(f"/proc/{worker}/stat").exists() for worker in workers), 20)


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def until(found: Callable[[], T], seconds: float) -> T:
    end = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < end:
        time.sleep(0.05)
    return value
