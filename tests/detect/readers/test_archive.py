from __future__ import annotations

import gzip
import io
import os
import random
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers import read_log
from sentinel.detect.readers.archive import members
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import memory

LINE = b'{"a": 1}\n'


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


def opened(data: bytes, **limits: int) -> tuple[dict[str, bytes], Tally]:
    tally = Tally("log")
    return {name: b"".join(stream) for name, stream in members(io.BytesIO(data), "a.zip", tally, **limits)}, tally


def encrypted(data: bytes, name: bytes) -> bytes:
    """Set the flag of encryption where the archive tells of a member: in front of it and in the table at the end."""
    changed = bytearray(data)
    for magic, flags, length in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = changed.find(magic)
        while at >= 0:
            if changed[at + length :].startswith(name):
                changed[at + flags] |= 1
            at = changed.find(magic, at + 4)
    return bytes(changed)


def test_members_come_by_name_and_folders_are_nothing() -> None:
    found, tally = opened(zipped({"b/": b"", "b/x.jsonl": LINE, "a.jsonl": LINE * 2}))
    assert found == {"a.zip/b/x.jsonl": LINE, "a.zip/a.jsonl": LINE * 2}
    assert tally.total == 0


def test_encrypted_members_are_refused_by_name() -> None:
    found, tally = opened(encrypted(zipped({"x": LINE, "y": LINE}), b"x"))
    assert found == {"a.zip/y": LINE}
    assert (tally.skipped, tally.examples["encrypted"].source) == ({"encrypted": 1}, "a.zip/x")


def test_what_cannot_be_bounded_is_not_unpacked() -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert opened(zipped({"x": LINE}, method))[1].skipped == {"unsupported": 1}


def test_a_broken_member_costs_itself() -> None:
    noise = random.Random(1).randbytes(400_000)
    data = bytearray(zipped({"x": noise, "y": LINE}, zipfile.ZIP_STORED))
    data[300_000] ^= 1
    found, tally = opened(bytes(data))
    assert (found["a.zip/y"], tally.skipped) == (LINE, {"corrupt": 1})


def test_too_many_members_are_counted() -> None:
    found, tally = opened(zipped(dict.fromkeys("vwxyz", LINE)), most=2)
    assert (len(found), tally.skipped) == (2, {"too-many": 3})


def test_a_member_that_unpacks_to_too_much_is_cut() -> None:
    found, tally = opened(zipped({"x": bytes(10_000_000), "y": LINE}), most_unpacked=300_000)
    assert len(found["a.zip/x"]) < 600_000
    assert (found["a.zip/y"], tally.skipped) == (LINE, {"too-large": 1})


def test_a_bomb_stays_small() -> None:
    data = zipped({"bomb": bytes(200_000_000)})
    with memory() as peak:
        ((_, stream),) = members(io.BytesIO(data), "a.zip", Tally("log"))
        assert sum(map(len, stream)) == 200_000_000
    assert peak() < 5_000_000


def test_an_archive_holds_packed_logs_and_one_more_archive_and_no_more(tmp_path: Path) -> None:
    inner = zipped({"y.jsonl": LINE, "z.gz": gzip.compress(LINE)})
    path = tmp_path / "log"
    path.write_bytes(zipped({"x.gz": gzip.compress(LINE), "inner.zip": zipped({"y.jsonl": LINE})}))
    assert [event.source for event in read_log(path, "a.zip", Tally("log"))] == [
        "a.zip/x.gz",
        "a.zip/inner.zip/y.jsonl",
    ]
    path.write_bytes(zipped({"inner.zip": inner}))
    with pytest.raises(InputError, match=r"^a\.zip/inner\.zip/z\.gz: is no log but packed more than twice"):
        list(read_log(path, "a.zip", Tally("log")))


def test_a_pipe_may_bring_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    data = zipped({"x": LINE, "y": LINE})
    writer = threading.Thread(target=path.write_bytes, args=(data,), daemon=True)
    writer.start()
    assert [event.source for event in read_log(path, "pipe", Tally("log"))] == ["pipe/x", "pipe/y"]
    writer.join(10)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=5), st.integers(0, 5000))
def test_changed_archives_are_streams_skips_or_one_error(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(zipped({"x": LINE * 30, "y/z": LINE * 5}) * 2)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        found, _ = opened(bytes(data[: cut or None]))
        assert all(name.startswith("a.zip/") for name in found)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
