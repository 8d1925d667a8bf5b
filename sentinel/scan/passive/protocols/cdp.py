"""Cisco Discovery Protocol: name, model and software of a switch or telephone (Cisco's published frame format)."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.scan.passive.packets import address, hardware
from sentinel.scan.passive.reading import Message, Statement, present, text

_DEVICE, _ADDRESSES, _SOFTWARE, _PLATFORM = 1, 2, 5, 6
_IPV4 = b"\x01\x01\xcc\x00\x04"
_MAX_PARTS = 64


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read one announcement: version, time to live and checksum come before the parts."""
    payload = message.payload
    if len(payload) < 8 or payload[0] not in (1, 2):
        return ()
    said = dict(_parts(payload))
    facts = present(
        name=text(said.get(_DEVICE, b"")),
        platform=text(said.get(_PLATFORM, b"")),
        software=text(said.get(_SOFTWARE, b"")[:400]),
    )
    mac = hardware(message.sender) if len(message.sender) == 6 else None
    return (Statement("cdp", facts, address=_address(said.get(_ADDRESSES, b"")), mac=mac),) if facts else ()


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 4
    for _ in range(_MAX_PARTS):
        if at + 4 > len(data):
            return
        end = at + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            return
        yield int.from_bytes(data[at : at + 2], "big"), data[at + 4 : end]
        at = end


def _address(body: bytes) -> str:
    """Return the first IPv4 address: protocol type and length, the protocol, length, and four bytes."""
    raw = body[9:13] if body[4:9] == _IPV4 else b""
    return address(raw) if len(raw) == 4 and any(raw) else ""
