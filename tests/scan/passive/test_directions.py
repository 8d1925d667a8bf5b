"""The table that machine code keeps, as it is in Python; what it comes to is in test_skimming.py."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sentinel.scan.passive import directions
from sentinel.scan.passive.directions import AT, COUNT, DATA, END, FOUND, LONGEST, MORE, ROW, SEED, SIZE, SLOTS, WALK
from sentinel.scan.passive.streams import DONE, FRESH, LIVE
from tests.scan.passive.pointed import Memory, table

WIDTHS = (12, LONGEST)


def keys_of(rng: random.Random, count: int) -> list[bytes]:
    return [bytes((10, rng.randrange(256))) + rng.randbytes(rng.choice(WIDTHS) - 2) for _ in range(count)]


def parts(key: bytes, data: bytes) -> tuple[tuple[int, int, int], tuple[int, int]]:
    """Return where addresses lie in data, which holds the key, and its ports."""
    at, half = data.index(key), (len(key) - 4) // 2
    return (at, at + half, half), (int.from_bytes(key[-4:-2]), int.from_bytes(key[-2:]))


def add(memory: Memory, key: bytes, state: int) -> None:
    ends, ports = parts(key, key)
    slot = directions.slot_of(key, ends, ports, memory.frame)
    assert directions.row_at(slot, memory.frame) == -1
    directions.put(directions.added(slot, key, ends, ports, memory.frame), state, memory.frame)


def state_of(memory: Memory, key: bytes) -> int:
    memory.frame[DATA], memory.frame[MORE] = memory.put(key), len(key)
    return directions.find_at(memory.frame)


@pytest.mark.parametrize("seed", [0, 1, 1 << 31])
def test_every_key_finds_its_own_row_again(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, memory = random.Random(seed), Memory(monkeypatch, 2_000)
    memory.frame[SEED] = seed
    keys = keys_of(rng, 2_000)
    for number, key in enumerate(keys):
        add(memory, key, number)

    assert memory.rows() == keys
    assert [state_of(memory, key) for key in keys] == list(range(2_000))
    assert {state_of(memory, b"\x0b" + key[1:]) for key in keys} == {FRESH}


def test_keys_that_begin_alike_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of IPv4 is no beginning of one of IPv6, and every byte counts."""
    memory = Memory(monkeypatch)
    add(memory, bytes(LONGEST), 7)

    assert state_of(memory, bytes(12)) == FRESH
    assert {state_of(memory, bytes(at) + b"\1" + bytes(LONGEST - at - 1)) for at in range(LONGEST)} == {FRESH}


def test_where_two_keys_meet_both_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directions, "_mixed", lambda *_: 0)  # all meet in one slot
    memory, keys = Memory(monkeypatch), keys_of(random.Random(1), 50)
    for number, key in enumerate(keys):
        add(memory, key, number)

    assert [state_of(memory, key) for key in keys] == list(range(50))


def test_states_are_put_for_keys_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, keys = Memory(monkeypatch), [bytes((number,)) * 12 for number in range(5)]
    for key in keys:
        add(memory, key, FRESH)
    frame = memory.frame
    frame[DATA], frame[END], frame[MORE] = memory.put(b"".join([*keys[:3], b"\xff" * 12])), 4, 12
    frame[FOUND] = memory.put([DONE, LIVE, 9, 8])

    assert directions.put_at(frame) == 4
    assert [state_of(memory, key) for key in (*keys, b"\xff" * 12)] == [DONE, LIVE, 9, FRESH, FRESH, FRESH]


def test_who_has_the_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has it where bytes are put together, and for one walk where it was handed some."""
    memory = Memory(monkeypatch)
    for number, state in enumerate((DONE, LIVE, FRESH)):
        add(memory, bytes((number,)) * 12, state)
    frame = memory.frame
    assert [directions.is_held(row, frame) for row in (-1, 0, 1, 2)] == [False, False, True, False]
    directions.hold(2, frame)
    assert directions.is_held(2, frame)
    frame[WALK] += 1
    assert not directions.is_held(2, frame)


@pytest.mark.parametrize("seed", range(5))
def test_forgetting_leaves_what_a_dict_would_be_left_with(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, memory = random.Random(seed), Memory(monkeypatch)
    states = {key: rng.choice((DONE, FRESH, LIVE, 77)) for key in keys_of(rng, 64)}
    for key, state in states.items():
        add(memory, key, state)
    live = [key for key, state in states.items() if state == LIVE]
    rng.shuffle(live)
    spare = table(64)
    for number, key in enumerate(live):
        spare[number * ROW : number * ROW + len(key)] = np.frombuffer(key, np.uint8)
        spare[number * ROW + SIZE] = len(key)
    frame = memory.frame
    frame[DATA], frame[END], frame[AT], frame[WALK] = memory.put(spare), len(live), 32, 2
    frame[FOUND] = memory.put(np.zeros(SLOTS, np.int32))
    expected = dict.fromkeys(live, LIVE) | dict(list(states.items())[32:])

    assert directions.forget_at(frame) == len(expected) == frame[COUNT]
    assert memory.rows() == list(expected)
    assert {key: state_of(memory, key) for key in states} == {key: expected.get(key, FRESH) for key in states}
