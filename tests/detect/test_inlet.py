from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from sentinel.detect.coverage import Watcher
from sentinel.detect.inlet import Inlet
from sentinel.detect.readers.stamps import Clock
from sentinel.model.skipped import Tally

T = TypeVar("T")


def test_events_are_counted_watched_and_shown_as_they_are_taken() -> None:
    labels = []

    def track(label: str, items: Iterable[T]) -> Iterator[T]:
        labels.append(label)
        return iter(items)

    tally, watcher = Tally("log"), Watcher("log", "jsonl")
    inlet = Inlet("a.jsonl", "log", tally, watcher, track)
    events = inlet.events("jsonl", iter([b'{"a":1}\n{bad\n', b'{"ts":"2026-10-14T01:45:00Z"}\n']))

    assert (tally.handled, labels) == (0, ["Reading log"])
    assert next(events).source == "a.jsonl"
    assert (tally.handled, tally.skipped, watcher.newest) == (1, {}, None)
    assert next(events).record == "3"
    assert (tally.handled, tally.skipped) == (2, {"not-json": 1})
    assert watcher.newest == datetime(2026, 10, 14).date()  # noqa: DTZ001 -- a day
    assert list(events) == []


def test_the_clock_says_what_times_lack() -> None:
    clock = Clock(latest=datetime(2026, 10, 20, tzinfo=UTC))
    tally = Tally("log")
    inlet = Inlet("a", "log", tally, Watcher("log", ""), lambda _label, items: iter(items), clock)
    (event,) = inlet.events("syslog", iter([b"<13>Oct 14 01:45:00 host app: hello\n"]))

    assert event.time is not None
    assert event.time.year == 2026


@pytest.mark.parametrize("live", [False, True])
def test_batches_hold_all_events_and_are_counted_before_they_are_looked_at(live: bool) -> None:
    tally, watcher = Tally("log"), Watcher("log", "jsonl")
    inlet = Inlet("a", "log", tally, watcher, lambda _label, items: iter(items), live=live)
    lines = [b'{"ts":"2026-10-14T01:45:00Z","n":%d}\n' % number for number in range(7)]
    found = []
    for batch in inlet.batches("jsonl", iter([*lines, b"{bad\n"]), 3):
        found.append([event.record for event in batch])
        assert tally.handled == sum(map(len, found))
        assert watcher.newest == datetime(2026, 10, 14).date()  # noqa: DTZ001 -- a day

    assert found == [["1", "2", "3"], ["4", "5", "6"], ["7"]]
    assert tally.skipped == {"not-json": 1}


def test_where_a_live_stream_goes_quiet_a_batch_ends() -> None:
    looked_at = threading.Event()

    def chunks() -> Iterator[bytes]:
        yield b'{"n":1}\n{"n":2}\n'
        assert looked_at.wait(60)
        yield b'{"n":3}\n'

    inlet = Inlet("a", "log", Tally("log"), Watcher("log", ""), lambda _label, items: iter(items), live=True)
    found = []
    for batch in inlet.batches("jsonl", chunks(), 1000):
        found.append(len(batch))
        looked_at.set()
    assert found == [2, 1]
