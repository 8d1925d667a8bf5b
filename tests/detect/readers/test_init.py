from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers import open_events, read_log
from sentinel.detect.readers.recognise import FORMATS
from sentinel.detect.readers.unpack import open_streams
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import as_xml, read_bytes, system

XML = as_xml({"System": system()})
LOGS = {
    "jsonl": b'{"a": 1}\n',
    "evtx": b"ElfFile\0" + b"\0" * 5000,
    "winxml": f"<?xml version='1.0'?>\n<Events>{XML}</Events>".encode(),
}


def packed(data: bytes) -> bytes:
    """Pack the same way at any time: parameters of tests must be the same for every worker."""
    return gzip.compress(data, mtime=0)


def kind_of(path: Path) -> str:
    tally = Tally(path.name)
    (kind,) = [open_events(stream, tally)[0] for stream in open_streams(path, path.name, tally)]
    return kind


@pytest.mark.parametrize("kind", LOGS)
def test_content_decides_packed_or_not(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "anything.png"
    for data in (LOGS[kind], packed(LOGS[kind]), zstandard.compress(LOGS[kind])):
        path.write_bytes(data)
        assert kind_of(path) == kind
    assert kind in FORMATS


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (XML.encode(), "winxml"),
        (b"\xef\xbb\xbf" + XML.encode(), "winxml"),
        (XML.encode("utf-16"), "winxml"),
        (b"\n\n  " + XML.encode(), "winxml"),
        (b"<!-- <Events> -->" + XML.encode(), "winxml"),
        (b"\xef\xbb\xbf\r\n" + LOGS["jsonl"], "jsonl"),
        (b"<13>Oct 14 01:45:00 lv-web: begins\n" + LOGS["jsonl"], "jsonl"),
        (b"# kept by the collector\n" + LOGS["jsonl"], "jsonl"),
        (b'{"a": "' + b"x" * 100_000, "jsonl"),
        (b"\0" * 300 + b"\n" + LOGS["jsonl"], "jsonl"),
        (b"[1]\n" + LOGS["jsonl"], "jsonl"),
        (b'{"a": 1,\n' + LOGS["jsonl"], "jsonl"),
        (b"[\n{}\n,\n1]\nx", "json"),
        (b'[{"a": 1}]', "json"),
        (b'{\n"a": 1\n}\n', "json"),
        (b'{"a": 1,\n"b": 2}', "json"),
        (b'{"Records": [{"a": 1}]}\n', "json"),
        (b'{"a": 1, "Records": [{"a": 1}]}\n', "jsonl"),
        ('{"a": 1}\n'.encode("utf-16"), "jsonl"),
    ],
)
def test_the_beginning_may_vary(data: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(data)
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (packed(b""), "is empty"),
        (b"\r\n \n", "holds nothing but blank lines"),
        (b"PK\x03\x04" + b"x" * 100, "is a zip archive, but broken"),
        (b"\x89PNG\r\n\x1a\n", "is no log but a PNG picture"),
        (b"\xd4\xc3\xb2\xa1" + b"\0" * 20, "is no log but a network capture"),
        (
            gzip.compress(gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), mtime=0),
            "is no log but packed more than twice",
        ),
        (b"<nmaprun><host/></nmaprun>", "is XML, but of <nmaprun>"),
        (b"<!DOCTYPE Events [<!ENTITY a 'b'>]><Events/>", "declares a document type"),
        (b"Dear reader, this is a letter.\n", "is text, but of no format we read"),
        (b"a\0b\0c", "is no text"),
    ],
)
def test_strangers_are_named(data: bytes, what: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(data)
    with pytest.raises(InputError, match=f"^log: .*{what}") as caught:
        kind_of(path)
    assert "\n" not in str(caught.value)


def test_faults_come_at_once_and_with_the_given_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^logs/a\.jsonl: cannot be read: No such file"):
        read_log(tmp_path / "absent", "logs/a.jsonl", Tally("logs/a.jsonl"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line", ["\n{}\n", "\u0a0a\u7d7b\u0a0a"])
def test_no_line_inside_an_event_chooses_the_format(encoding: str, line: str, tmp_path: Path) -> None:
    script = as_xml({"System": system(4104), "EventData": {"ScriptBlockText": f"a{line}b"}})
    events, tally = read_bytes(f"\n<Events>{script}{XML}</Events>".encode(encoding), tmp_path)
    assert (len(events), tally.skipped) == (2, {})


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_pipe_gives_every_event(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    data = pack(b"".join(b'{"n": %d}\n' % number for number in range(100_000)))
    writer = threading.Thread(target=path.write_bytes, args=(data,), daemon=True)
    writer.start()
    events = read_log(path, "pipe", Tally("pipe"))
    assert sum(1 for _ in events) == 100_000
    writer.join(10)


def test_the_format_may_be_told(tmp_path: Path) -> None:
    events, tally = read_bytes(b"no json\n{}\n", tmp_path, "jsonl")
    assert (len(events), tally.skipped) == (1, {"not-json": 1})


def test_handled_is_counted_as_events_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"{}\n" * 5)
    tally = Tally("log")
    events = read_log(path, "log", tally)
    next(events)
    next(events)
    assert tally.handled == 2


def test_a_packed_log_that_ends_early_keeps_its_start(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"n": %d}\n' % number for number in range(100_000)))
    events, tally = read_bytes(packed[: len(packed) // 2], tmp_path)
    assert len(events) > 10_000
    assert tally.skipped["truncated"] == 1
    assert tally.total <= len(events) + 2  # the last line may have lost its end


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"{", b"<Event>", b"ElfFile\0", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"]),
)
def test_any_bytes_are_events_skips_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for kind in (None, *FORMATS):
        try:
            read_bytes(start + data, folder, kind)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
