"""Builds packets, conversations and capture files byte by byte, independent of the code under test."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.passive import observe

CLIENT, SERVER = "10.20.30.51", "10.20.30.21"
CLIENT6, SERVER6 = "2001:db8::51", "2001:db8::21"
NOWHERE = "0.0.0.0"  # noqa: S104 -- the address of a client that has none
START = 1_790_000_000
MAC = bytes.fromhex("001019aabbcc")

Side = Literal["client", "server"]
Turn = tuple[Side, bytes]


def ip(source: str, target: str, protocol: int, payload: bytes, options: bytes = b"", fragment: int = 0) -> bytes:
    """Return an IP packet of the family of its addresses; options are an IPv4 thing here."""
    here, there = ip_address(source), ip_address(target)
    if here.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + here.packed + there.packed + payload
    first = 0x45 + len(options) // 4
    total = 20 + len(options) + len(payload)
    head = struct.pack(">BBHHHBBH", first, 0, total, 7, fragment, 64, protocol, 0)
    return head + here.packed + there.packed + options + payload


def tcp(ports: tuple[int, int], sequence: int, flags: int, payload: bytes = b"", options: bytes = b"") -> bytes:
    offset = (20 + len(options)) // 4 << 4
    return struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, 0, offset, flags, 8192, 0, 0) + options + payload


def udp(ports: tuple[int, int], payload: bytes) -> bytes:
    return struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload


@dataclass(frozen=True, slots=True)
class Connection:
    """Two ends of a TCP connection, and the first sequence number of each."""

    client: str = CLIENT
    server: str = SERVER
    client_port: int = 50_000
    server_port: int = 4242
    client_start: int = 1_000
    server_start: int = 0xFFFFFFF0  # wraps around within the first bytes

    def segment(self, side: Side, offset: int, flags: int, payload: bytes = b"") -> bytes:
        """Return an IP packet; `offset` counts from the handshake's sequence number."""
        ends, start = (self.client, self.server), self.client_start
        ports = (self.client_port, self.server_port)
        if side == "server":
            ends, ports, start = ends[::-1], ports[::-1], self.server_start
        return ip(*ends, 6, tcp(ports, start + offset, flags, payload))

    def handshake(self) -> list[bytes]:
        return [self.segment("client", 0, 0x02), self.segment("server", 0, 0x12), self.segment("client", 1, 0x10)]

    def talk(self, turns: Iterable[Turn], size: int = 1400) -> list[bytes]:
        """Return a whole connection: handshake, what each side says in turn, and an orderly end."""
        return [*self.handshake(), *self.say(turns, size), *self.end(turns)]

    def say(self, turns: Iterable[Turn], size: int = 1400) -> list[bytes]:
        at: dict[Side, int] = {"client": 1, "server": 1}
        packets = []
        for side, said in turns:
            for start in range(0, len(said), size):
                piece = said[start : start + size]
                packets.append(self.segment(side, at[side], 0x18, piece))
                at[side] += len(piece)
        return packets

    def end(self, turns: Iterable[Turn]) -> list[bytes]:
        turns = list(turns)
        sides: tuple[Side, Side] = ("client", "server")
        return [self.segment(s, 1 + sum(len(said) for who, said in turns if who == s), 0x11) for s in sides]


LINK_TYPES = {
    "ethernet": 1, "vlan": 1, "qinq": 1, "three-tags": 1, "cooked": 113, "cooked2": 276,
    "cooked-vlan": 113, "cooked2-vlan": 276, "null-le": 0, "null-be": 0, "loop": 108, "raw": 101, "raw-12": 12,
}  # fmt: skip


def frame(packet: bytes, link: str = "ethernet", kind: int = 0) -> bytes:
    """Wrap an IP packet (or one of `kind`) as captured on a link."""
    kind = kind or (0x86DD if packet[0] >> 4 == 6 else 0x0800)
    ether = struct.pack(">H", kind)
    macs = bytes.fromhex("020000000001") + MAC
    family = 30 if kind == 0x86DD else 2
    return {
        "ethernet": macs + ether,
        "vlan": macs + b"\x81\x00\x00\x0a" + ether,
        "qinq": macs + b"\x88\xa8\x00\x64\x81\x00\x00\x0a" + ether,
        "three-tags": macs + b"\x91\x00\x00\x64\x81\x00\x00\x0a\x81\x00\x00\x0b" + ether,
        "cooked": struct.pack(">HHH", 0, 1, 6) + MAC + b"\0\0" + ether,
        "cooked-vlan": struct.pack(">HHH", 0, 1, 6) + MAC + b"\0\0" + b"\x81\x00\x00\x0a" + ether,
        "cooked2": ether + struct.pack(">HIHBB", 0, 3, 1, 0, 6) + MAC + b"\0\0",
        "cooked2-vlan": b"\x81\x00" + struct.pack(">HIHBB", 0, 3, 1, 0, 6) + MAC + b"\0\0" + b"\x00\x0a" + ether,
        "null-le": struct.pack("<I", family),
        "null-be": struct.pack(">I", family),
        "loop": struct.pack(">I", family),
        "raw": b"",
        "raw-12": b"",
    }[link] + packet


def pcap(
    frames: Sequence[bytes], link: int = 1, order: str = "<", *, nano: bool = False, snaplen: int = 262_144
) -> bytes:
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for number, content in enumerate(frames):
        kept = content[:snaplen]
        fraction = number * (1000 if nano else 1)
        parts.append(struct.pack(order + "IIII", START, fraction, len(kept), len(content)) + kept)
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + length + body + length


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link: int, order: str = "<", options: bytes = b"", snaplen: int = 0) -> bytes:
    return block(1, struct.pack(order + "HHI", link, 0, snaplen) + options, order)


def enhanced(content: bytes, ticks: int, order: str = "<", which: int = 0) -> bytes:
    head = struct.pack(order + "IIIII", which, ticks >> 32, ticks & 0xFFFFFFFF, len(content), len(content))
    return block(6, head + content, order)


def pcapng(frames: Sequence[bytes], link: int = 1, order: str = "<") -> bytes:
    ticks = START * 1_000_000
    packets = (enhanced(content, ticks + number, order) for number, content in enumerate(frames))
    return section(order) + interface(link, order) + b"".join(packets)


def look(capture: bytes) -> tuple[list[Observation], Tally]:
    """Observe a capture that is in memory; who talks to whom is left out, since it is about every packet."""
    observations, tally = look_at_all(capture)
    return [o for o in observations if o.kind not in {"flow", "dicom.association"}], tally


def look_at_all(capture: bytes) -> tuple[list[Observation], Tally]:
    """Observe a capture that is in memory."""
    tally = Tally("net.pcap")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.pcap")
        path.write_bytes(capture)
        return list(observe(path, "net.pcap", tally)), tally


def heard(packets: Iterable[bytes], link: str = "ethernet") -> list[Observation]:
    """Observe IP packets."""
    return look(pcap([frame(packet, link) for packet in packets], LINK_TYPES[link]))[0]


def said(observations: Iterable[Observation], kind: str) -> list[dict[str, str]]:
    """Return the facts of one kind."""
    return [o.facts for o in observations if o.kind == kind]


def association(
    kind: int = 1, called: str = "LV_PACS", calling: str = "LV_RONTGEN", user: bytes | None = None
) -> bytes:
    """Return an A-ASSOCIATE-RQ (1) or AC (2) for Verification."""
    if user is None:
        user = (
            sub(0x51, struct.pack(">I", 16384))
            + sub(0x52, b"1.2.276.0.7230010.3.0.3.6.7")
            + sub(0x55, b"OFFIS_DCMTK_367")
        )
    syntax = sub(0x40, b"1.2.840.10008.1.2")
    if kind == 1:
        context = sub(0x20, b"\x01\0\0\0" + sub(0x30, b"1.2.840.10008.1.1") + syntax)
    else:
        context = sub(0x21, b"\x01\0\0\0" + syntax)
    body = struct.pack(">HH", 1, 0) + called.ljust(16).encode() + calling.ljust(16).encode() + bytes(32)
    body += sub(0x10, b"1.2.840.10008.3.1.1.1") + context + sub(0x50, user)
    return struct.pack(">BBI", kind, 0, len(body)) + body


def sub(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(body)) + body


def rejection(result: int = 1, source: int = 1, reason: int = 7) -> bytes:
    return bytes((3, 0, 0, 0, 0, 4, 0, result, source, reason))


def client_hello(name: str = "epj.lyngvik.example") -> bytes:
    host = name.encode()
    entry = b"\0" + struct.pack(">H", len(host)) + host
    server_name = struct.pack(">HHH", 0, len(entry) + 2, len(entry)) + entry
    extensions = struct.pack(">HH", 0x0017, 0) + server_name
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\xc0\x2f" + b"\1\0" + struct.pack(">H", len(extensions)) + extensions
    return record(handshake(1, body))


def server_flight(*certificates: bytes, size: int = 16_384) -> bytes:
    """Return ServerHello, Certificate and ServerHelloDone in records of at most `size` bytes."""
    hello = b"\3\3" + bytes(32) + b"\0\xc0\x2f\0"
    chain = b"".join(len(der).to_bytes(3, "big") + der for der in certificates)
    flight = handshake(2, hello) + handshake(11, len(chain).to_bytes(3, "big") + chain) + handshake(14, b"")
    return b"".join(record(flight[at : at + size]) for at in range(0, len(flight), size))


def handshake(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def record(body: bytes) -> bytes:
    return b"\x16\3\3" + struct.pack(">H", len(body)) + body


def dhcp(
    message: int, options: bytes = b"", *, operation: int = 1, current: str = NOWHERE, granted: str = NOWHERE
) -> bytes:
    head = (
        struct.pack(">BBBBIHH", operation, 1, 6, 0, 0x1234, 0, 0)
        + ip_address(current).packed
        + ip_address(granted).packed
    )
    head += bytes(8) + MAC + bytes(10 + 64 + 128)
    return head + b"\x63\x82\x53\x63" + option(53, bytes((message,))) + options + b"\xff"


def option(kind: int, body: bytes) -> bytes:
    return bytes((kind, len(body))) + body


def arp(address: str = CLIENT, mac: bytes = MAC, operation: int = 1) -> bytes:
    head = struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation)
    return head + mac + ip_address(address).packed + bytes(6) + ip_address(SERVER).packed
