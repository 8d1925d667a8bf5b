"""What all readers of text keep, each on its sample; what a sample gives is in `<name>.json` beside it.

`python -m tests.detect.readers.test_text_formats` writes those anew; look at every difference before committing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.head import head_of
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.detect.readers.recognise import FORMATS, recognise
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, memory

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.log"))
FORMAT = {"sysmon_linux": "syslog"}
ONE_LINE_ONE_EVENT = sorted(set(NAMES) - {"auditd"})


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.log").read_bytes()


def read(name: str, data: bytes, size: int = 0) -> tuple[list[Event], Tally]:
    tally = Tally("log")
    return list(FORMATS[FORMAT.get(name, name)].read(chunks(data, size or len(data) or 1), "log", tally)), tally


def told(name: str, data: bytes, size: int = 0) -> dict[str, object]:
    """Everything that reading gives, as JSON."""
    events, tally = read(name, data, size)
    return {
        "events": [
            {"record": event.record, "time": event.time and event.time.isoformat(), "fields": dict(event.fields)}
            for event in events
        ],
        "skipped": {reason: item.place for reason, item in tally.examples.items()},
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_what_it_gave(name: str) -> None:
    assert told(name, sample(name)) == json.loads((SAMPLES / f"{name}.json").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_content_chooses_the_format(name: str) -> None:
    assert recognise(head_of(sample(name)), "log").name == FORMAT.get(name, name)
    assert recognise(head_of(b"\xef\xbb\xbf" + sample(name)), "log").name == FORMAT.get(name, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_of_no_other_format(name: str) -> None:
    kind = FORMAT.get(name, name)
    asked = list(FORMATS)[: list(FORMATS).index(kind)]
    assert [other for other in asked if FORMATS[other].looks_like(head_of(sample(name)))] == []


@given(st.sampled_from(NAMES), st.integers(1, 300))
def test_a_log_is_the_same_however_it_is_cut(name: str, size: int) -> None:
    assert told(name, sample(name), size) == told(name, sample(name))


@given(st.sampled_from(NAMES), st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6)), max_size=6))
def test_any_bytes_are_survived(name: str, changes: list[tuple[int, bytes]]) -> None:
    data = sample(name)
    for place, new in changes:
        at = place % len(data)
        data = data[:at] + new + data[at + len(new) // 2 :]
    events, tally = read(name, data)
    assert all(isinstance(event, Event) for event in events)
    assert len(events) + tally.skipped.total() <= data.count(b"\n") + 1


@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_rubbish_is_survived(name: str, data: bytes) -> None:
    events, tally = read(name, data)
    assert len(events) + tally.skipped.total() <= data.count(b"\n") + 1


@given(st.sampled_from(ONE_LINE_ONE_EVENT), st.lists(st.integers(0, 40), max_size=12))
def test_in_is_handled_plus_skipped(name: str, picked: list[int]) -> None:
    """Lines in any order and number: each that is neither blank nor a directive is an event or a skip."""
    lines = sample(name).splitlines()
    chosen = [lines[number % len(lines)] for number in picked]
    events, tally = read(name, b"\n".join(chosen))
    told_lines = [line for line in chosen if line.strip() and not (name == "w3c" and line.startswith(b"#"))]
    assert len(events) + tally.skipped.total() == len(told_lines)


@pytest.mark.parametrize("name", NAMES)
def test_an_endless_line_takes_no_memory(name: str) -> None:
    lines = sample(name).splitlines(keepends=True)

    def endless() -> Iterator[bytes]:
        yield b"".join(lines[:9])
        for _ in range(500):
            yield b"x" * 65536
        yield b"\n" + b"".join(lines[:9])

    tally = Tally("log")
    with memory() as peak:
        events = list(FORMATS[FORMAT.get(name, name)].read(endless(), "log", tally))
    assert tally.skipped["too-long"] == 1
    assert len(events) >= 2
    assert peak() < 4 * MAX_LINE


@pytest.mark.parametrize("name", NAMES)
def test_events_come_while_the_log_is_read(name: str) -> None:
    def forever() -> Iterator[bytes]:
        while True:
            yield sample(name)

    events = FORMATS[FORMAT.get(name, name)].read(forever(), "log", Tally("log"))
    assert all(next(events) for _ in range(50))


def write_samples() -> None:
    for name in NAMES:
        text = json.dumps(told(name, sample(name)), indent=1, ensure_ascii=False)
        (SAMPLES / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    write_samples()
