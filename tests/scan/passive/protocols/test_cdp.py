from __future__ import annotations

import struct

from tests.scan.passive.craft import MAC, SERVER, look, pcap
from tests.scan.passive.letters import SECRET, cdp, cdp_frame


def test_a_switch_says_what_it_is() -> None:
    (found,) = look(pcap([cdp_frame()]))[0]

    assert (found.kind, found.address, found.mac) == ("cdp", SERVER, "00:10:19:aa:bb:cc")
    assert found.facts == {"name": "lv-sw2", "platform": "cisco WS-C2960", "software": "Cisco IOS 15.2"}
    assert SECRET not in repr(found)


def test_other_protocols_behind_snap_are_not_ip() -> None:
    frame = cdp_frame().replace(b"\x0c\x20\0", b"\x0c\x20\x04")
    observations, tally = look(pcap([frame]))

    assert (observations, tally.skipped) == ([], {"not-ip": 1})


def test_a_part_of_no_length_ends_the_walk() -> None:
    body = b"\xaa\xaa\x03\0\0\x0c\x20\0" + cdp()[:4] + b"\0\x01\0\0" * 40

    assert look(pcap([bytes.fromhex("01000ccccccc") + MAC + struct.pack(">H", len(body)) + body]))[0] == []
