"""The functions that machine code is made of, as they are in Python; what they come to is in test_skimming.py."""

from __future__ import annotations

import random
import struct

import pytest

from sentinel.scan.passive import frames
from sentinel.scan.passive.frames import FAMILIES, NOWHERE
from sentinel.scan.passive.packets import (
    ARP,
    IPV4,
    IPV6,
    LINKS,
    TCP,
    Datagram,
    Segment,
    ipv4,
    ipv6,
    repeatable,
    tcp,
)
from tests.scan.passive.craft import LINK_TYPES, Connection, arp, frame, ip, udp
from tests.scan.passive.letters import LETTERS
from tests.scan.passive.test_observing import damage

CHAIN = {0: b"\0" * 7, 43: b"\0\0\1" + b"\0" * 4, 60: b"\0" * 7, 51: b"\1" + b"\0" * 10, 44: b"\0\0\0" + b"\0" * 4}


class Exact(bytes):
    """The bytes of one frame, of which none before the first may be asked for."""

    def __getitem__(self, place: int) -> int:  # type: ignore[override]  # no slices: machine code has none
        assert place >= 0
        return super().__getitem__(place)


def plain(data: bytes, link: int, wire: int) -> tuple[Segment | None, bytes]:
    """Return what Python makes of a frame: its segment of TCP, and what may be repeated."""
    end = len(data)
    kind, at = LINKS[link](data, 0, end)
    said = repeatable(kind, data, at, end)
    look = {IPV4: ipv4, IPV6: ipv6}.get(kind)
    found = look(data, at, end, max(wire, end)) if look else ""
    if isinstance(found, Datagram) and found.protocol == TCP:
        segment = tcp(data, found)
        return (segment if isinstance(segment, Segment) else None), said
    return None, said


def quick(data: bytes, link: int, wire: int) -> tuple[Segment | None, bytes]:
    """Return the same as machine code would."""
    exact = Exact(data)
    start, stop, kind = frames.repeatable_in(exact, 0, len(data), FAMILIES[link])
    said = b"" if start == NOWHERE else bytes((kind,)) + data[start:stop]
    at, size, begin, end, missing = frames.segment_in(exact, 0, len(data), wire, FAMILIES[link])
    if at == NOWHERE:
        return None, said
    key = data[at : at + size] + data[begin : begin + 4]
    payload = data[begin + (data[begin + 12] >> 4) * 4 : end]
    return Segment(key, int.from_bytes(data[begin + 4 : begin + 8]), data[begin + 13], payload, missing), said


def chained(rng: random.Random, packet: bytes) -> bytes:
    """Put extension headers into an IPv6 packet, or options and fragments into an IPv4 one."""
    if packet[0] >> 4 == 4:
        options = bytes(4 * rng.randrange(11))
        fragment = rng.choice((0, 0, 0x2000, 0x4000, 0x2001, 0x0007))
        head = bytes((0x45 + len(options) // 4,)) + packet[1:2] + struct.pack(">H", len(packet) + len(options))
        return head + packet[4:6] + struct.pack(">H", fragment) + packet[8:20] + options + packet[20:]
    kind, body = packet[6], packet[40:]
    for _ in range(rng.choice((0, 1, 2, 3, 15, 16, 17))):
        which = rng.choice(list(CHAIN))
        more = rng.choice((0, 0, 0, 1, 8)) if which == 44 else 0
        header = bytes((kind,)) + CHAIN[which]
        body = (header[:3] + bytes((more,)) + header[4:] if which == 44 else header) + body
        kind = which
    return packet[:4] + struct.pack(">H", len(body)) + bytes((kind,)) + packet[7:40] + body


def packets() -> tuple[list[bytes], list[bytes]]:
    talks = [
        Connection(**ends).talk([("client", b"a" * 300), ("server", bytes(90))])  # type: ignore[arg-type]  # a table
        for ends in ({}, {"client": "2001:db8::7", "server": "2001:db8::8"})
    ]
    letters = [ip(one, other, 17, udp(ports, said)) for said, ports in LETTERS.values()
               for one, other in (("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8::2"))]  # fmt: skip
    return [packet for talk in talks for packet in talk], letters


@pytest.mark.fuzz
@pytest.mark.parametrize("link", LINK_TYPES)
def test_frames_are_taken_apart_as_in_python(link: str) -> None:
    """Whole, cut, damaged, with options, extension headers, fragments and tags; no byte beyond the frame is read."""
    rng, every, segments, letters = random.Random(5), packets(), 0, 0
    for _ in range(4_000):
        packet = rng.choice(rng.choice(every))
        one = frame(chained(rng, packet) if rng.random() < 0.5 else packet, link)
        one = rng.choice((one, one, damage(rng, one), frame(arp(), link, 0x0806) if "raw" not in link else one))
        one = one[: rng.choice((len(one), len(one), rng.randrange(len(one) + 1)))]
        wire = len(one) + rng.choice((0, 0, 5, 100, -1))
        found = quick(one, LINK_TYPES[link], wire)
        assert found == plain(one, LINK_TYPES[link], wire), one.hex(" ")
        segments += found[0] is not None
        letters += bool(found[1])

    assert segments > 400
    assert letters > 400


def test_every_link_type_that_is_read_is_walked_over() -> None:
    assert FAMILIES.keys() == LINKS.keys()
    assert frames.located(Exact(b"\x08\0" * 20), 0, 40, 0)[0] not in (IPV4, IPV6, ARP)


def test_numbers_in_both_orders() -> None:
    assert [frames.number_at(b"\1\2\3\xff", 0, 1), frames.number_at(b"\1\2\3\xff", 0, 0)] == [0x010203FF, 0xFF030201]
    assert frames.short_at(b"\0\xfe\1", 1) == 0xFE01
