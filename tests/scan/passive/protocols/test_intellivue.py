from __future__ import annotations

from tests.scan.passive.craft import SERVER
from tests.scan.passive.letters import SECRET, intellivue, letter


def test_a_monitor_broadcasts_its_own_address() -> None:
    (found,) = letter(intellivue(), (24005, 24005), target="10.20.30.255")

    assert (found.kind, found.address, found.mac) == ("intellivue.indication", "10.20.30.77", "00:10:19:aa:bb:cc")
    assert SECRET not in repr(found)


def test_without_the_attribute_the_sender_counts() -> None:
    (found,) = letter(intellivue().replace(b"\xf1\0\0\x0e", b"\xf1\x09\0\x0e"), (24005, 24005))

    assert (found.address, found.mac) == (SERVER, None)


def test_another_port_another_start_or_a_cut_say_nothing() -> None:
    assert letter(intellivue(), (24005, 24006)) == []
    assert letter(b"\1" + intellivue()[1:], (24005, 24005)) == []
    assert letter(intellivue()[:-1], (24005, 24005)) == []
