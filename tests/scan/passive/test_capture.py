from __future__ import annotations

import gzip
import random
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.passive.capture import CHUNK, Interface, Window, opened, records
from tests.scan.passive.craft import (
    CLIENT,
    SERVER,
    START,
    Connection,
    block,
    enhanced,
    frame,
    interface,
    ip,
    look,
    pcap,
    pcapng,
    section,
    udp,
)

FRAMES = [frame(packet) for packet in Connection().talk([("client", b"x" * 3000)])]


def walk(path: Path) -> tuple[list[tuple[datetime | None, int, bytes, int]], Tally]:
    tally = Tally("a.pcap")
    with opened(path, "a.pcap") as source:
        return [
            (where.time(ticks), where.link, data[start:end], wire)
            for where, ticks, data, start, end, wire in records(source, "a.pcap", tally)
        ], tally


def walk_bytes(capture: bytes, folder: Path) -> tuple[list[tuple[datetime | None, int, bytes, int]], Tally]:
    path = folder / "a.pcap"
    path.write_bytes(capture)
    return walk(path)


@pytest.mark.parametrize(
    "capture",
    [
        pcap(FRAMES),
        pcap(FRAMES, order=">"),
        pcap(FRAMES, nano=True),
        pcap(FRAMES, order=">", nano=True),
        pcapng(FRAMES),
        pcapng(FRAMES, order=">"),
    ],
    ids=["pcap", "pcap-be", "nano", "nano-be", "pcapng", "pcapng-be"],
)
def test_each_format_gives_the_packets_and_their_time_in_utc(capture: bytes, tmp_path: Path) -> None:
    found, tally = walk_bytes(capture, tmp_path)

    assert [content for _, _, content, _ in found] == FRAMES
    assert {link for _, link, _, _ in found} == {1}
    assert found[2][0] == datetime.fromtimestamp(START, UTC).replace(microsecond=2)
    assert not tally.skipped


@pytest.mark.parametrize("packed", [False, True])
def test_a_window_hands_out_what_a_file_holds(packed: bool, tmp_path: Path) -> None:
    rng = random.Random(packed)
    whole = pcap([rng.randbytes(rng.randrange(1, 900)) for _ in range(300)])
    path = tmp_path / "x.pcap"
    path.write_bytes(gzip.compress(whole) if packed else whole)
    with opened(path, "x") as source:
        window, data, at, seen = Window(source, 4_096), bytearray(source.head), 0, b""
        while True:
            step = rng.randrange(len(data) - at + 1)
            seen, at = seen + bytes(data[at : at + step]), at + step
            need = rng.choice((12, 300, 9_000, 60_000))
            data, at = window.more(data, at, need), 0
            if len(data) < need:
                break
            assert len(data) <= max(need, 64_000)

    assert seen + bytes(data) == whole


def test_scapy_reads_and_writes_the_same_packets(tmp_path: Path) -> None:
    from scapy.utils import RawPcapNgReader, RawPcapReader, wrpcap, wrpcapng

    (tmp_path / "own.pcap").write_bytes(pcap(FRAMES))
    (tmp_path / "own.pcapng").write_bytes(pcapng(FRAMES))
    with RawPcapReader(str(tmp_path / "own.pcap")) as reader:
        assert [content for content, _ in reader] == FRAMES
    with RawPcapNgReader(str(tmp_path / "own.pcapng")) as reader:
        assert [content for content, _ in reader] == FRAMES

    wrpcap(str(tmp_path / "scapy.pcap"), FRAMES, linktype=1)
    wrpcapng(str(tmp_path / "scapy.pcapng"), FRAMES)
    for name in ("scapy.pcap", "scapy.pcapng"):
        assert [content for _, _, content, _ in walk(tmp_path / name)[0]] == FRAMES


def test_records_larger_than_a_chunk_and_many_chunks_are_put_together(tmp_path: Path) -> None:
    rng = random.Random(1)
    frames = [rng.randbytes(rng.choice((60, 1500, 65_000, CHUNK + 5))) for _ in range(40)]

    for capture in (pcap(frames), pcapng(frames)):
        assert [content for _, _, content, _ in walk_bytes(capture, tmp_path)[0]] == frames


@pytest.mark.parametrize("squeeze", [gzip.compress, zstandard.ZstdCompressor().compress], ids=["gz", "zst"])
def test_compressed_captures_are_recognised_by_content(squeeze, tmp_path: Path) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 -- two library functions
    found, tally = walk_bytes(squeeze(pcap(FRAMES)), tmp_path)

    assert [content for _, _, content, _ in found] == FRAMES
    assert not tally.skipped


@pytest.mark.parametrize("squeeze", [gzip.compress, zstandard.ZstdCompressor().compress], ids=["gz", "zst"])
def test_a_broken_compressed_capture_gives_what_was_read(squeeze, tmp_path: Path) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 -- as above
    rng = random.Random(2)
    frames = [rng.randbytes(1000) for _ in range(2000)]
    whole = squeeze(pcap(frames))
    found, tally = walk_bytes(whole[: len(whole) // 2], tmp_path)

    assert 0 < len(found) < len(frames)
    assert [content for _, _, content, _ in found] == frames[: len(found)]
    assert tally.skipped == {"truncated-file": 1}


def test_a_capture_cut_anywhere_gives_what_was_read_and_one_skip(tmp_path: Path) -> None:
    for whole in (pcap(FRAMES), pcapng(FRAMES)):
        complete = walk_bytes(whole, tmp_path)[0]
        for cut in range(5, len(whole), 61):
            found, tally = walk_bytes(whole[:cut], tmp_path)
            assert found == complete[: len(found)]
            assert tally.skipped.total() <= 1
            assert len(found) == len(complete) or tally.skipped == {"truncated-file": 1} or cut % 4 == 0


def test_a_cut_in_the_middle_of_a_packet_is_counted() -> None:
    _, tally = look(pcap(FRAMES)[:-10])

    assert tally.handled == len(FRAMES) - 1
    assert tally.skipped == {"truncated-file": 1}
    assert tally.examples["truncated-file"].place == f"after packet {len(FRAMES) - 1}"


def test_a_record_with_an_impossible_length_ends_the_reading() -> None:
    broken = pcap(FRAMES) + struct.pack("<IIII", 1, 1, 0x7FFFFFFF, 60) + bytes(100)
    _, tally = look(broken)

    assert tally.handled == len(FRAMES)
    assert tally.skipped == {"bad-record": 1}


def test_interfaces_of_one_pcapng_have_their_own_link_types_and_clocks(tmp_path: Path) -> None:
    nano = struct.pack("<HHB3x", 9, 1, 9)
    binary = struct.pack("<HHB3xHHq", 9, 1, 0x80 | 10, 14, 8, 3600)
    packet = ip(CLIENT, SERVER, 17, udp((1, 2), b"a"))
    capture = section() + interface(1) + interface(101, options=nano) + interface(113, options=binary)
    capture += block(5, bytes(20)) + block(0x0BAD, b"anything")
    capture += enhanced(frame(packet), START * 10**6) + enhanced(packet, START * 10**9 + 5000, which=1)
    capture += enhanced(frame(packet, "cooked"), (START - 3600) * 1024 + 512, which=2)
    found, tally = walk_bytes(capture, tmp_path)

    at = datetime.fromtimestamp(START, UTC)
    assert [(time, link) for time, link, _, _ in found] == [
        (at, 1),
        (at.replace(microsecond=5), 101),
        (at.replace(microsecond=500_000), 113),
    ]
    assert not tally.skipped


def test_sections_may_change_byte_order_and_begin_interfaces_anew() -> None:
    observations, tally = look(pcapng(FRAMES) + pcapng(FRAMES, order=">"))

    assert [(o.kind, o.count) for o in observations] == [("tcp.open", 2)]
    assert tally.handled == 2 * len(FRAMES)


def test_simple_and_obsolete_packet_blocks_are_read(tmp_path: Path) -> None:
    content = FRAMES[0]
    simple = block(3, struct.pack("<I", len(content)) + content)
    cut = block(3, struct.pack("<I", 2000) + FRAMES[3][:96])
    ticks = START * 10**6
    old = block(2, struct.pack("<HHIIII", 0, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(content), len(content)) + content)
    capture = section() + interface(1, snaplen=96) + simple + cut + old
    found, _ = walk_bytes(capture, tmp_path)

    assert found == [
        (None, 1, content, len(content)),
        (None, 1, FRAMES[3][:96], 2000),
        (datetime.fromtimestamp(START, UTC), 1, content, len(content)),
    ]


def test_packets_of_unknown_interfaces_and_with_impossible_lengths_are_counted() -> None:
    wrong = block(6, struct.pack("<IIIII", 0, 1, 1, 5000, 5000) + bytes(40))
    capture = section() + interface(1) + enhanced(FRAMES[0], 1, which=7) + wrong + block(6, b"short")
    capture += block(3, b"") + enhanced(FRAMES[1], 1)
    observations, tally = look(capture)

    assert [o.kind for o in observations] == ["tcp.open"]
    assert (tally.handled, dict(tally.skipped)) == (1, {"bad-record": 4})


def test_a_moment_that_is_none_or_beyond_the_calendar_is_no_time() -> None:
    assert Interface(1).time(0) is None
    assert Interface(1, per_second=1).time(2**63) is None
    assert Interface(1, offset=2**62).time(5) is None


@pytest.mark.parametrize(
    ("content", "appearance"),
    [
        (b"", "is empty"),
        (b"hello, this is text\n", "looks like text"),
        ("målinger".encode(), "looks like text"),
        (b"<?xml version='1.0'?><nmaprun/>", "looks like XML"),
        (b"ElfFile\0" + bytes(100), "looks like a Windows event log"),
        (b"%PDF-1.7\n", "looks like a PDF"),
        (b"snoop\0\0\0" + bytes(20), "looks like a Solaris snoop capture; convert it to pcap first"),
        (b"\x7fELF" + bytes(60), "begins with the bytes 7f 45 4c 46"),
        (b"\xd4\xc3\xb2", "begins with the bytes d4 c3 b2"),
        (gzip.compress(b"text inside", mtime=0), "looks like text"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\x1f\x8b" + bytes(30), "is a compressed file that is damaged"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 30, "is a compressed file that is damaged"),
    ],
)
def test_what_is_no_capture_is_told_in_one_line(content: bytes, appearance: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        walk_bytes(content, tmp_path)

    assert str(caught.value) == f"a.pcap: is not a network capture: it {appearance}"


def test_a_zip_where_a_capture_should_be(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pcap", "w") as packed:
        packed.writestr("net.pcap", pcap(FRAMES))
    with pytest.raises(InputError, match=r"^a\.pcap: is not a network capture: it looks like a ZIP archive$"):
        walk(tmp_path / "a.pcap")


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^a\.pcap: cannot be read: No such file"):
        walk(tmp_path / "nowhere.pcap")
    with pytest.raises(InputError, match=r"^a\.pcap: cannot be read: Is a directory"):
        walk(tmp_path)
