"""NetBIOS name service: machine and workgroup names (RFC 1002, 4.2).

User names, which stand beside them, are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from sentinel.scan.passive.packets import hardware
from sentinel.scan.passive.reading import Message, Statement, present, text

PORTS = (137,)
_MACHINE, _SERVER = 0x00, 0x20
_GROUP = 0x80
_STATUS, _NAME_RECORD = 0x21, 0x20
_REGISTRATION, _REFRESH = (5, 6), (8, 9)
_ENCODED = 32
_MAX_NAMES = 32


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read a registration, a refresh, an answer to a query, or a node's status."""
    payload = message.payload
    if len(payload) < 12 + 34 + 4 or message.source != PORTS[0] or payload[12] != _ENCODED:
        return ()
    name, suffix = _decoded(payload[13:45])
    if payload[45]:
        return ()  # a scope behind the name: not used, and everything would stand elsewhere
    answer, operation = payload[2] >> 7, payload[2] >> 3 & 15
    if not answer and operation in (*_REGISTRATION, *_REFRESH):
        return _registered(payload, name, suffix)
    if answer and operation == 0 and payload[46:48] == b"\0\x21":
        return tuple(_status(payload[56:]))
    return ()


def _registered(payload: bytes, name: bytes, suffix: int) -> tuple[Statement, ...]:
    """Read the name and the address that a machine claims; the record's name points back to the question's."""
    record = payload[50:]
    if len(record) < 18 or record[0] & 0xC0 != 0xC0 or suffix not in (_MACHINE, _SERVER):
        return ()
    group, address = record[12] & _GROUP, record[14:18]
    if not any(address) or not name:
        return ()
    facts = {"workgroup" if group else "name": text(name)}
    return (Statement("nbns.name", facts, address=str(IPv4Address(address))),)


def _status(data: bytes) -> Iterator[Statement]:
    """Read a node's table of names, and the hardware address behind it."""
    count = data[0] if data else 0
    facts: dict[str, str] = {}
    for number in range(min(count, _MAX_NAMES)):
        entry = data[1 + 18 * number : 19 + 18 * number]
        if len(entry) == 18 and entry[15] == _MACHINE:
            facts.setdefault("workgroup" if entry[16] & _GROUP else "name", text(entry[:15].rstrip(b" \0")))
    behind = data[1 + 18 * count : 7 + 18 * count]
    mac = hardware(behind) if len(behind) == 6 else None
    if present(**facts):
        yield Statement("nbns.name", present(**facts), mac=mac)


def _decoded(raw: bytes) -> tuple[bytes, int]:
    """Return name and suffix from the first-level encoding, two letters a byte (RFC 1001, 14.1)."""
    if any(not 0x41 <= letter <= 0x50 for letter in raw):
        return b"", -1
    plain = bytes((raw[at] - 0x41) << 4 | raw[at + 1] - 0x41 for at in range(0, _ENCODED, 2))
    return plain[:15].rstrip(b" \0"), plain[15]
