from __future__ import annotations

import gzip
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.evtx import CHUNK_BYTES, CHUNK_MAGIC, FILE_HEADER_BYTES, FILE_MAGIC, read_evtx
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, evtx_files, memory, read_bytes

HEADER = FILE_MAGIC.ljust(FILE_HEADER_BYTES, b"\0")


def chunk(first: int, last: int, rest: bytes = b"") -> bytes:
    start = struct.pack("<8sQQQQIIII", CHUNK_MAGIC, first, last, first, last, 128, 512, 512, 0)
    return (start.ljust(512, b"\0") + rest).ljust(CHUNK_BYTES, b"\0")[:CHUNK_BYTES]


def read(data: bytes, size: int = 70_000) -> tuple[list[str], dict[str, int]]:
    tally = Tally("log")
    return [event.record for event in read_evtx(chunks(data, size), "log", tally)], dict(tally.skipped)


def test_space_that_was_never_used_is_nothing() -> None:
    assert read(HEADER + b"\0" * CHUNK_BYTES * 3) == ([], {})
    assert read(HEADER) == ([], {})


@pytest.mark.parametrize("size", [8, 100, FILE_HEADER_BYTES - 1])
def test_an_end_inside_the_header_is_told(size: int) -> None:
    assert read(HEADER[:size], 50) == ([], {"truncated": 1})


def test_an_end_between_chunks_is_told() -> None:
    start = bytearray(HEADER[:120])
    struct.pack_into("<H", start, 42, 2)
    header = (bytes(start) + struct.pack("<II", 0, zlib.crc32(start))).ljust(FILE_HEADER_BYTES, b"\0")
    assert read(header) == ([], {"truncated": 1})
    assert read(header + bytes(CHUNK_BYTES)) == ([], {"truncated": 1})
    assert read(header + bytes(CHUNK_BYTES * 2)) == read(header + bytes(CHUNK_BYTES * 3)) == ([], {})


def test_promised_records_that_are_not_there_are_counted() -> None:
    assert read(HEADER + chunk(1, 5)) == ([], {"bad-chunk": 5})
    assert read(HEADER + chunk(1, 5)[:5000]) == ([], {"truncated": 5})
    assert read(HEADER + chunk(5, 1)) == ([], {"bad-chunk": 1})
    assert read(HEADER + chunk(1, 2**63)) == ([], {"bad-chunk": 1})


def test_rubbish_between_chunks_costs_only_itself() -> None:
    rubbish = random.Random(1).randbytes(CHUNK_BYTES)
    assert read(HEADER + rubbish + chunk(1, 2) + rubbish[:500]) == ([], {"bad-chunk": 3, "truncated": 1})


@given(st.binary(max_size=3000), st.integers(0, 3000), st.integers(0, 3000), st.integers(100, 9000))
def test_random_bytes_in_a_chunk_are_skips(body: bytes, first: int, last: int, size: int) -> None:
    found, skipped = read(HEADER + chunk(first, last, body), size)
    assert len(found) + sum(skipped.values()) >= 1


@pytest.mark.parametrize("table", [128, 384])
def test_a_list_bent_into_a_ring_ends(table: int, tmp_path: Path) -> None:
    """In a process of its own, since what goes wrong is that it never ends."""
    ring = bytearray(chunk(1, 2))
    struct.pack_into("<I", ring, table, 1024)  # the first name or template stands at 1024 …
    struct.pack_into("<I", ring, 1024, 2048)  # … and says that the next one is at 2048 …
    struct.pack_into("<I", ring, 2048, 1024)  # … which says that the next one is at 1024
    path = tmp_path / "ring.evtx"
    path.write_bytes(HEADER + bytes(ring))
    code = (
        "import sys; from pathlib import Path; from sentinel.detect.readers import read_log;"
        "from sentinel.model.skipped import Tally; tally = Tally('x');"
        "print(len(list(read_log(Path(sys.argv[1]), 'x', tally))), dict(tally.skipped))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], timeout=60, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 {'bad-chunk': 2}"


@pytest.mark.parametrize("size", [1, 1000, 65536, 10**6])
def test_pieces_may_have_any_size(size: int) -> None:
    assert read(HEADER + chunk(1, 5) + chunk(6, 7), size) == ([], {"bad-chunk": 7})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return list(evtx_files(tmp_path_factory.mktemp("evtx")))


@pytest.mark.shared
def test_every_record_of_real_logs_is_read(files: list[Path], tmp_path: Path) -> None:
    assert len(files) == 61
    count = 0
    for path in files:
        events, tally = read_bytes(path.read_bytes(), tmp_path)
        assert tally.skipped == {}
        assert all(event.time and event.fields["EventID"] and event.fields["Channel"] for event in events)
        assert [event.record for event in events] == [str(event.fields["EventRecordID"]) for event in events]
        count += len(events)
    assert count == 3285


@pytest.mark.shared
def test_a_packed_log_is_read_as_a_stream(files: list[Path], tmp_path: Path) -> None:
    big = max(files, key=lambda path: path.stat().st_size).read_bytes()
    plain, _ = read_bytes(big, tmp_path)
    assert read_bytes(gzip.compress(big), tmp_path)[0] == plain
    assert len(plain) > 300


@pytest.mark.shared
def test_memory_does_not_grow_with_the_file(files: list[Path]) -> None:
    big = max(files, key=lambda path: path.stat().st_size).read_bytes()
    blocks = [big[:FILE_HEADER_BYTES], *[big[FILE_HEADER_BYTES:]] * 10]
    with memory() as peak:
        count = sum(1 for _ in read_evtx(iter(blocks), "log", Tally("log")))
    assert count > 3000
    assert peak() < 8_000_000


@pytest.mark.shared
@pytest.mark.parametrize("share", [0.02, 0.06, 0.3, 0.5, 0.77, 0.99])
def test_a_log_cut_short_gives_its_start(files: list[Path], tmp_path: Path, share: float) -> None:
    for path in (files[0], max(files, key=lambda path: path.stat().st_size)):
        data = path.read_bytes()
        whole, _ = read_bytes(data, tmp_path)
        events, tally = read_bytes(data[: int(len(data) * share)], tmp_path)
        assert [event.record for event in events] == [event.record for event in whole[: len(events)]]
        assert set(tally.skipped) <= {"truncated", "bad-record"}
        promised = (
            len(whole) if len(data) < 70_000 and int(len(data) * share) > FILE_HEADER_BYTES + 128 else tally.total
        )
        assert tally.total == promised


@pytest.mark.shared
def test_a_broken_header_of_the_file_loses_nothing(files: list[Path]) -> None:
    data = files[0].read_bytes()
    broken = FILE_MAGIC + b"\xff" * (FILE_HEADER_BYTES - 8) + data[FILE_HEADER_BYTES:]
    assert read(broken) == read(data)


@pytest.mark.shared
@given(st.data())
def test_changed_logs_never_raise_and_lose_nothing_untold(files: list[Path], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files[:12]))
    original = path.read_bytes()[: FILE_HEADER_BYTES + CHUNK_BYTES]
    changed = bytearray(original)
    for place in data.draw(st.lists(st.integers(FILE_HEADER_BYTES + 24, 30_000), max_size=30)):
        changed[place] = data.draw(st.integers(0, 255))
    found, skipped = read(bytes(changed))
    assert len(found) + sum(skipped.values()) >= len(read(original)[0])


@pytest.mark.shared
def test_a_hit_names_the_file_of_a_folder_and_not_the_folder(files: list[Path]) -> None:
    data = files[0].read_bytes()
    tally = Tally("folder")
    events = list(read_evtx(chunks(data + chunk(1, 3), 70_000), "folder/x.evtx", tally))

    assert {event.source for event in events} == {"folder/x.evtx"}
    assert {skipped.source for skipped in tally.examples.values()} == {"folder/x.evtx"}
