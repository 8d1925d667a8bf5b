"""The walks as they are in Python; what they come to in machine code is in test_skimming.py."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest

from sentinel.scan.passive import skimmer
from sentinel.scan.passive.capture import MAX_PACKET
from sentinel.scan.passive.skim import FOUR, SIX, SLOTS, STATE
from tests.scan.passive.craft import Connection, frame, pcap, pcapng

TALK = Connection().talk([("client", bytes(2_000)), ("server", b"SSH-2.0-x\r\n")], size=500)
Arrays = dict[int, object]


def walked(
    walk: Callable[..., int], data: bytes, at: int, rest: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> tuple[list[int], int, int]:
    """Run a walk in Python: addresses are numbers of arrays. Return where packets begin, where it ended, and passed."""
    arrays: Arrays = {
        0: data,
        5: bytearray(SLOTS * (FOUR + STATE)),
        6: bytearray(SLOTS * (SIX + STATE)),
        7: np.zeros(64, np.int64),
        9: [12, -1],
        10: data,
    }
    monkeypatch.setattr(skimmer, "bytes_at", arrays.__getitem__)
    monkeypatch.setattr(skimmer, "int64_at", arrays.__getitem__)
    frame_of = [0, at, len(data), 0, MAX_PACKET, 5, 6, 7, 0, *rest]
    left = walk(frame_of)
    found = arrays[7]
    assert isinstance(found, np.ndarray)
    return found[: 3 * left : 3].tolist(), frame_of[1], frame_of[8]


def test_a_walk_over_records_ends_where_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pcap([frame(one) for one in TALK])
    found, end, passed = walked(skimmer.skim_at, data + b"\0" * 9, 24, (12, 0), monkeypatch)

    assert (end, passed) == (len(data), len(TALK))
    assert 4 <= len(found) < len(TALK)


@pytest.mark.parametrize("cut", [1, 15, 16, 40])
def test_a_walk_over_blocks_stops_before_one_that_is_not_whole(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [frame(one) for one in TALK]
    data = pcapng(frames)
    first = data.index(struct.pack("<I", 6), 28)
    found, end, passed = walked(skimmer.skim_blocks_at, data[:-cut], first, (9, 1), monkeypatch)

    assert passed == len(frames) - 1
    assert len(data) - end == struct.unpack_from("<I", data, end + 4)[0]
    assert 3 <= len(found) < len(TALK)


def test_a_walk_over_blocks_leaves_interfaces_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pcapng([frame(one) for one in TALK])
    first = data.index(struct.pack("<I", 6), 28)

    assert walked(skimmer.skim_blocks_at, data, 0, (9, 1), monkeypatch)[1:] == (0, 0)
    assert walked(skimmer.skim_blocks_at, data, first, (9, 0), monkeypatch)[1:] == (first, 0)


def test_a_walk_over_a_batch_goes_by_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [frame(one) for one in TALK]
    head = len(frames) * 16
    data, at = b"".join(frames), head
    places = b""
    for one in frames:
        places += struct.pack("<IIII", 1, 2, at, len(one))
        at += len(one)
    monkeypatch.setattr(skimmer, "MAX_LEFT", 3)
    found, end, passed = walked(skimmer.skim_batch_at, places + data, 0, (12, 10), monkeypatch)

    assert len(found) == 3
    assert end == passed * 16 < head
    assert all(place % 16 == 0 for place in found)
