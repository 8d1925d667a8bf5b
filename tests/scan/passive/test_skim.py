"""The functions that machine code is made of, as they are in Python; what they come to is in test_skimming.py."""

from __future__ import annotations

import random

from sentinel.scan.passive import skim
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.observing import _settler
from sentinel.scan.passive.streams import DONE
from tests.scan.passive.craft import Connection, frame
from tests.scan.passive.test_observing import damage

WIRE = Interface(1)


def table_of(*keys: bytes) -> bytearray:
    table = bytearray(skim.SLOTS * 16)
    for key in keys:
        slot = skim._slot(key, 0, table)
        table[slot * 16 : slot * 16 + 12], table[slot * 16 + 12] = key, 1
    return table


def test_every_key_finds_its_own_slot_again() -> None:
    rng = random.Random(1)
    keys = [bytes((10, 0, 0, rng.randrange(256), 10, 0, 0, 1)) + rng.randbytes(4) for _ in range(2_000)]
    table = table_of(*keys)

    assert all(skim._is_known(key, 0, table) for key in keys)
    assert not any(skim._is_known(b"\x0b" + key[1:], 0, table) for key in keys)
    assert len({skim._slot(key, 0, table) for key in keys}) == len(set(keys))


def test_numbers_in_both_orders() -> None:
    assert [skim._number(b"\1\2\3\4", 0, 1), skim._number(b"\1\2\3\4", 0, 0)] == [0x01020304, 0x04030201]


def test_it_says_what_the_quick_look_says() -> None:
    rng, link = random.Random(2), Connection()
    packets = link.talk([("client", bytes(9_000)), ("server", b"x" * 200)], size=500)
    key = packets[0][12:20] + packets[0][20:24]
    states, table = {key: DONE}, table_of(key)
    settled = _settler(states)
    both = []
    for _ in range(20_000):
        one = damage(rng, frame(rng.choice(packets), rng.choice(("ethernet", "vlan"))))
        wire = len(one) + rng.choice((0, 0, 5))
        plain = settled((WIRE, 0, one, 0, len(one), wire))
        assert skim._settled(one, 0, len(one), wire, 12, table) == plain
        both.append(plain)

    assert 500 < sum(both) < 19_500
