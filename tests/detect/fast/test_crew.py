from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from sentinel.content import root
from sentinel.detect.fast.blocks import BLOCK_BYTES
from sentinel.detect.fast.crew import can_fork, usual_processes
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch

T = TypeVar("T")
pytestmark = pytest.mark.skipif(not can_fork(), reason="this system makes no process of a running one")


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some blocks of the samples of our own rules, with lines among them that are cut, no JSON or too long."""
    samples = [line for path in sorted((root() / "rules").rglob("*.jsonl")) for line in path.read_bytes().splitlines()]
    once = b"\n".join([*samples, b"{broken", b"", *samples[::-7], b'{"a": "' + b"x" * 20_000 + b'"}', b"[1]"]) + b"\n"
    path = tmp_path_factory.mktemp("crew") / "all.jsonl"
    padding = (b'{"Message":"' + b"-" * 4_000 + b'"}\n') * (BLOCK_BYTES // 4_000)
    path.write_bytes((once + padding) * 5 + b'{"EventID": 1')
    return path


def watch(processes: int) -> Watch:
    ruleset, routes = load_rules([root() / "rules"], root()), load_routes(root())
    return Watch(FastEngine(ruleset, routes, processes=processes, alone=1))


def test_hits_counts_and_ledger_are_those_of_one_process(log: Path) -> None:
    one, three = watch(1), watch(3)
    alone = [(alert.id, alert.record) for alert in one.alerts([Log("all", [log])], silent)]
    shared = [(alert.id, alert.record) for alert in three.alerts([Log("all", [log])], silent)]

    assert len(alone) > 100
    assert shared == alone
    assert three.sources == one.sources
    assert three.files == one.files
    assert three.ledger() == one.ledger()
    assert multiprocessing.active_children() == []


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
