"""The functions that machine code is made of, as they are in Python; what they come to is in test_skimming.py."""

from __future__ import annotations

import random

from sentinel.scan.passive import skim
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.observing import Watcher
from sentinel.scan.passive.quick import NOTHING_NEW, glancing
from sentinel.scan.passive.streams import DONE
from tests.scan.passive.craft import Connection, frame
from tests.scan.passive.test_observing import damage

WIRE = Interface(1)
NOBODY = bytearray(skim.SLOTS * (skim.SIX + skim.STATE))


def table_of(*keys: bytes) -> bytearray:
    size = len(keys[0])
    row = size + skim.STATE
    table = bytearray(skim.SLOTS * row)
    for key in keys:
        slot = skim.slot_of(key, 0, table, size)
        table[slot * row : slot * row + size], table[slot * row + size] = key, 1
    return table


def test_every_key_finds_its_own_slot_again() -> None:
    rng = random.Random(1)
    for between in (8, 32):  # two addresses of either version
        keys = [bytes((10, rng.randrange(256))) + bytes(between - 2) + rng.randbytes(4) for _ in range(2_000)]
        table, size = table_of(*keys), between + 4

        assert all(skim.is_known(key, 0, table, size) for key in keys)
        assert not any(skim.is_known(b"\x0b" + key[1:], 0, table, size) for key in keys)
        assert len({skim.slot_of(key, 0, table, size) for key in keys}) == len(set(keys))


def test_numbers_in_both_orders() -> None:
    assert [skim.number_at(b"\1\2\3\4", 0, 1), skim.number_at(b"\1\2\3\4", 0, 0)] == [0x01020304, 0x04030201]


def test_it_says_what_the_quick_look_says() -> None:
    rng, link = random.Random(2), Connection()
    packets = link.talk([("client", bytes(9_000)), ("server", b"x" * 200)], size=500)
    key = packets[0][12:20] + packets[0][20:24]
    states, table = {key: DONE}, table_of(key)
    glance = glancing(states)
    passed, left = 0, 0
    for _ in range(20_000):
        one = damage(rng, frame(rng.choice(packets), rng.choice(("ethernet", "vlan"))))
        wire = len(one) + rng.choice((0, 0, 5))
        plain = glance((WIRE, 0, one, 0, len(one), wire))
        found = skim.look(one, 0, len(one), wire, 12, table, NOBODY)
        assert (found == skim.NOTHING_NEW) == (plain is NOTHING_NEW)
        assert (found > skim.ANYTHING) == (plain is not None and plain is not NOTHING_NEW)
        if found > skim.ANYTHING:
            assert found == one.index(b"\x45", 14)
            left += 1
        passed += plain is NOTHING_NEW

    assert passed > 500
    assert left > 500


def test_of_ipv6_it_says_so_only_where_a_closer_look_would_find_nothing() -> None:
    rng, link = random.Random(3), Connection(client="2001:db8::7", server="2001:db8::8")
    packets = link.talk([("client", bytes(9_000)), ("server", b"x" * 200)], size=500)
    key = packets[0][8:44]
    table, found = table_of(key), []
    four = bytearray(skim.SLOTS * (skim.FOUR + skim.STATE))
    for _ in range(20_000):
        one = damage(rng, frame(rng.choice(packets), rng.choice(("ethernet", "vlan")), kind=0x86DD))
        wire = len(one) + rng.choice((0, 0, 5))
        passed = skim.look(one, 0, len(one), wire, 12, four, table) == skim.NOTHING_NEW
        found.append(passed)
        if passed:
            watcher = Watcher("x")
            watcher.streams.states[key] = DONE
            assert not watcher.take((WIRE, 0, one, 0, len(one), wire))
            assert not list(watcher.gathered.drain())
            assert watcher.streams.states == {key: DONE}

    assert 500 < sum(found) < 19_500
