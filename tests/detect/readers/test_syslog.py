from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.detect.readers.stamps import Clock
from sentinel.detect.readers.syslog import frames, read_syslog
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, memory, read_bytes

MESSAGES = st.lists(st.binary(max_size=40).map(lambda data: b"<13>" + data), min_size=1, max_size=6)


def counted(messages: list[bytes]) -> bytes:
    return b"".join(b"%d %b" % (len(message), message) for message in messages)


@given(MESSAGES, st.integers(1, 50))
def test_counted_octets_are_messages_whatever_is_in_them(messages: list[bytes], size: int) -> None:
    found = [frame for _, frame in frames(chunks(counted(messages), size), "log")]
    assert found == messages


@given(MESSAGES, st.integers(1, 60))
def test_a_counted_stream_that_is_cut_says_so(messages: list[bytes], cut: int) -> None:
    data = counted(messages)
    data = data[: max(len(data) - cut, 8)]
    tally = Tally("log")
    events = list(read_syslog(iter([data]), "log", tally))
    assert tally.skipped.total() <= 1
    assert set(tally.skipped) <= {"truncated", "not-counted"}
    assert len(events) <= len(messages)


def test_a_counted_stream_that_stops_counting_is_not_read_on() -> None:
    tally = Tally("log")
    events = list(read_syslog(iter([b"6 <13>ab\n7 <13>abc\n<13>no count\n"]), "log", tally))
    assert [event.fields["message"] for event in events] == ["ab", "abc"]
    assert tally.skipped == {"not-counted": 1}


def test_a_count_in_a_line_does_not_swallow_the_next_ones() -> None:
    """Only the first message decides: what a program writes later cannot hide what follows it."""
    data = b"<13>first\n999999 <13>second\n<13>third\n"
    assert len(list(read_syslog(iter([data]), "log", Tally("log")))) == 3


def test_a_count_that_is_too_large_costs_only_its_message() -> None:
    def whole() -> Iterator[bytes]:
        size = 5 * MAX_LINE
        yield b"%d <13>" % size
        for _ in range(size // 4096 - 1):
            yield b"x" * 4096
        yield b"x" * 4092
        yield b"6 <13>ab"

    tally = Tally("log")
    with memory() as peak:
        events = list(read_syslog(whole(), "log", tally))
    assert [event.fields["message"] for event in events] == ["ab"]
    assert tally.skipped == {"too-long": 1}
    assert peak() < 4 * MAX_LINE


def test_the_year_comes_from_the_file(tmp_path: Path) -> None:
    events, _ = read_bytes(b"Jan  1 00:00:00 lv a: b\n", tmp_path)
    assert events[0].time is not None
    assert abs((datetime.now(UTC) - events[0].time).days) <= 367
    assert events[0].fields["@timestamp"] == events[0].time.isoformat()


def test_without_a_clock_the_time_is_not_known() -> None:
    (event,) = read_syslog(iter([b"Jan  1 00:00:00 lv a: b\n"]), "log", Tally("log"))
    assert event.time is None
    assert "@timestamp" not in event.fields
    assert event.fields["log.syslog.timestamp"] == "Jan  1 00:00:00"


def test_a_record_inside_tells_its_own_time() -> None:
    line = b'2026-10-14T02:00:00Z lv app: {"@timestamp": "2026-10-14T01:00:00Z"}'
    clock = Clock(UTC, datetime(2026, 11, 1, tzinfo=UTC))
    (event,) = read_syslog(iter([line]), "log", Tally("log"), clock)
    assert event.time == datetime(2026, 10, 14, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\r\n \n", b"\0\0"])
def test_nothing_is_nothing(data: bytes) -> None:
    tally = Tally("log")
    assert list(read_syslog(iter([data]), "log", tally)) == []
    assert not tally.skipped
