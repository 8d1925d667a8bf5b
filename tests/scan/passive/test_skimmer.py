"""The walks as they are in Python; what they come to in machine code is in test_skimming.py."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest

from sentinel.scan.passive import skimmer
from sentinel.scan.passive.directions import (
    AT,
    BIG,
    DATA,
    END,
    FOUND,
    LINK,
    MORE,
    MOST,
    PASSED,
    PER_SECOND,
    ROOM,
    STOPPED,
)
from sentinel.scan.passive.frames import ETHERNET
from sentinel.scan.passive.skim import BEGIN, NUMBERS, TICKS, WHICH
from tests.scan.passive.craft import START, Connection, frame, pcap, pcapng
from tests.scan.passive.pointed import Memory

TALK = Connection().talk([("client", bytes(2_000)), ("server", b"SSH-2.0-x\r\n")], size=500)
FRAMES = [frame(one) for one in TALK]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    return Memory(monkeypatch)


def walked(memory: Memory, walk: Callable[..., int], data: bytes, at: int, form: tuple[int, int]) -> list[list[int]]:
    """Walk over little-endian data; link and more are the form. Return what is found of each packet."""
    frame_of = memory.frame
    frame_of[DATA], frame_of[FOUND] = memory.put(data), memory.put(memory.found)
    frame_of[AT], frame_of[END], frame_of[BIG], frame_of[PER_SECOND] = at, len(data), 0, 1_000_000
    frame_of[LINK], frame_of[MORE] = form
    left = walk(frame_of)
    found: list[list[int]] = memory.found.reshape(-1, NUMBERS)[:left].tolist()
    return found


def test_a_walk_over_records_ends_where_they_do(memory: Memory) -> None:
    data = pcap(FRAMES)
    found = walked(memory, skimmer.skim_at, data + b"\0" * 9, 24, (ETHERNET, 16))

    assert (memory.frame[AT], memory.frame[PASSED], memory.frame[STOPPED]) == (len(data), len(TALK), 0)
    assert 4 <= len(found) < len(TALK)
    for one in found:
        seconds, fraction = struct.unpack_from("<II", data, one[BEGIN])
        assert (one[TICKS], one[WHICH]) == (seconds * 1_000_000 + fraction, 0)


def test_a_walk_stops_before_a_direction_for_which_there_is_no_room(memory: Memory) -> None:
    data = pcap(FRAMES)
    memory.frame[MOST] = 1
    walked(memory, skimmer.skim_at, data, 24, (ETHERNET, 16))

    assert (memory.frame[PASSED], memory.frame[STOPPED]) == (1, 1)
    assert memory.frame[AT] == 24 + 16 + len(FRAMES[0])


@pytest.mark.parametrize("cut", [1, 15, 16, 40])
def test_a_walk_over_blocks_stops_before_one_that_is_not_whole(cut: int, memory: Memory) -> None:
    data = pcapng(FRAMES)
    first = data.index(struct.pack("<I", 6), 28)
    found = walked(memory, skimmer.skim_blocks_at, data[:-cut], first, (memory.put([ETHERNET]), 1))
    end = memory.frame[AT]

    assert memory.frame[PASSED] == len(FRAMES) - 1
    assert len(data) - end == struct.unpack_from("<I", data, end + 4)[0]
    assert 3 <= len(found) < len(TALK)
    assert START * 1_000_000 <= found[0][TICKS] < START * 1_000_000 + len(FRAMES)


def test_a_walk_over_blocks_leaves_interfaces_it_does_not_know(memory: Memory) -> None:
    data = pcapng(FRAMES)
    first = data.index(struct.pack("<I", 6), 28)
    links = memory.put([ETHERNET])

    for at, known in ((0, 1), (first, 0)):
        assert walked(memory, skimmer.skim_blocks_at, data, at, (links, known)) == []
        assert (memory.frame[AT], memory.frame[PASSED]) == (at, 0)


def test_a_walk_over_a_batch_goes_by_its_places(memory: Memory) -> None:
    head = len(FRAMES) * 16
    data, at = b"".join(FRAMES), head
    places = b""
    for one in FRAMES:
        places += struct.pack("<IIII", 1, 2, at, len(one))
        at += len(one)
    whole = np.frombuffer(places + data, np.uint8)
    memory.frame[ROOM] = 3
    found = walked(memory, skimmer.skim_batch_at, places + data, 0, (ETHERNET, memory.put(whole)))

    assert len(found) == 3
    assert memory.frame[AT] == memory.frame[PASSED] * 16 < head
    assert all(one[BEGIN] % 16 == 0 and one[TICKS] == 1_000_002 for one in found)
