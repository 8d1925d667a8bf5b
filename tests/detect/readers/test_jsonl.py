from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.jsonl import MAX_LINE, lines, read_jsonl
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, memory, read_bytes

GOOD = b'{"@timestamp":"2026-10-14T01:45:00Z","user":{"name":"aase.lyngvik"}}'
BAD = {
    b"\xff\xfe{}": "not-utf8",
    b'{"a": "\xe5}': "not-utf8",
    b"{": "not-json",
    b"hello": "not-json",
    b'{"a": NaNs}': "not-json",
    b'{"a": "\\y"}': "not-json",
    b"[1]": "not-an-object",
    b'"text"': "not-an-object",
    b"null": "not-an-object",
    b'{"a":' * 40 + b"1" + b"}" * 40: "too-deep",
    b'{"a":' * 4000 + b"1" + b"}" * 4000: "too-deep",
    b'{"a":"' + b"x" * MAX_LINE + b'"}': "too-long",
    b"{" + b",".join(b'"%d":1' % number for number in range(5000)) + b"}": "too-large",
}


def test_an_event_is_a_line(tmp_path: Path) -> None:
    events, tally = read_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n\r\n  \n" + GOOD, tmp_path)
    assert [event.record for event in events] == ["1", "4"]
    assert events[0].fields == {"@timestamp": "2026-10-14T01:45:00Z", "user.name": "aase.lyngvik"}
    assert str(events[0].time) == "2026-10-14 01:45:00+00:00"
    assert tally.total == 2  # blank lines are nothing


@pytest.mark.parametrize("line", BAD, ids=lambda line: line[:12].decode("latin-1"))
def test_a_bad_line_is_counted_and_the_next_one_is_read(line: bytes, tmp_path: Path) -> None:
    events, tally = read_bytes(GOOD + b"\n" + line + b"\n" + GOOD + b"\n", tmp_path)
    assert [event.record for event in events] == ["1", "3"]
    assert tally.skipped == {BAD[line]: 1}
    assert tally.examples[BAD[line]].place == "2"
    assert "a" not in tally.examples[BAD[line]].detail.split()  # nothing of the record


def test_of_a_document_out_of_elasticsearch_the_event_is_what_was_put_in(tmp_path: Path) -> None:
    document = b'{"_index":"logs","_id":"1","_score":1,"_source":%s,"sort":[1]}' % GOOD
    plain, (event,) = read_bytes(GOOD, tmp_path)[0], read_bytes(document, tmp_path)[0]

    assert [event] == [replace(plain[0], record="1")]
    for other in (b'{"_index":"logs","_source":"x"}', b'{"_source":{"a":"b"}}'):
        assert any(name.startswith("_source") for name in read_bytes(other, tmp_path)[0][0].fields)


def test_the_longest_line_is_read(tmp_path: Path) -> None:
    line = b'{"a":"%s"}' % (b"x" * (MAX_LINE - 8))
    assert len(line) == MAX_LINE
    assert read_bytes(line, tmp_path)[1].handled == 1
    assert read_bytes(line + b"\n" + GOOD, tmp_path)[1].handled == 2


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b""))), st.integers(1, 50))
def test_lines_are_the_same_however_the_file_is_cut(texts: list[bytes], size: int) -> None:
    data = b"\n".join(texts)
    expected = [(number, line) for number, line in enumerate(data.split(b"\n"), 1)]
    if expected[-1][1] == b"":
        expected.pop()
    assert list(lines(chunks(data, size))) == expected


def test_an_endless_line_takes_no_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"a":"'
        for _ in range(1000):
            yield b"x" * 65536
        yield b'"}\n' + GOOD

    tally = Tally("log")
    with memory() as peak:
        assert len(list(read_jsonl(endless(), "log", tally))) == 1
    assert peak() < 4 * MAX_LINE
    assert tally.skipped == {"too-long": 1}


def test_events_come_one_at_a_time() -> None:
    def forever() -> Iterator[bytes]:
        while True:
            yield GOOD + b"\n"

    events = read_jsonl(forever(), "log", Tally("log"))
    assert [next(events).record for _ in range(3)] == ["1", "2", "3"]


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([*BAD][:10]), st.just(GOOD)), max_size=12))
def test_in_is_handled_plus_skipped(texts: list[bytes]) -> None:
    data = b"\n".join(texts)
    tally = Tally("log")
    events = list(read_jsonl(iter([data]), "log", tally))
    told = [line for line in data.split(b"\n") if line.strip()]
    assert len(events) + tally.skipped.total() in {len(told), len(told) - data.startswith(b"\xef\xbb\xbf")}


@given(st.integers(0, 200), st.integers(0, 255), st.integers(0, 200))
def test_a_changed_record_is_an_event_or_a_skip(place: int, value: int, cut: int) -> None:
    line = bytearray(
        orjson.dumps({"Event": {"System": {"EventID": 1, "Channel": "å"}, "EventData": {"Data": [{"#text": "x"}]}}})
    )
    line[place % len(line)] = value
    tally = Tally("log")
    events = list(read_jsonl(iter([bytes(line[: cut or None])]), "log", tally))
    assert len(events) + tally.skipped.total() <= 2
