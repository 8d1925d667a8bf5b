"""ASN.1 values by the basic encoding rules (X.690), as far as SNMP and Kerberos need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_MAX_VALUES = 64
_MAX_ARCS = 64
INTEGER, OCTETS, OID, SEQUENCE = 0x02, 0x04, 0x06, 0x30


class Value(NamedTuple):
    """A tag of one byte, and what it holds. `whole`: nothing of it was cut off."""

    tag: int
    body: bytes
    whole: bool


def values(data: bytes) -> Iterator[Value]:
    """Yield the values one after the other; what has no definite length, or a tag of many bytes, ends them."""
    at = 0
    for _ in range(_MAX_VALUES):
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
            return
        tag, size, at = data[at], data[at + 1], at + 2
        if size == 0x80 or size > 0x84:
            return
        if size > 0x80:
            width = size & 0x7F
            if at + width > len(data):
                return
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        yield Value(tag, data[at : at + size], at + size <= len(data))
        at += size


def inside(data: bytes, *tags: int) -> bytes:
    """Return what the first value with the first tag holds of the next, and so on; empty where one is not there."""
    for tag in tags:
        data = next((body for found, body, _ in values(data) if found == tag), b"")
    return data


def number(body: bytes) -> int:
    """Return an INTEGER; what has no bytes, or more than nine, is -1."""
    return int.from_bytes(body, "big", signed=True) if 0 < len(body) <= 9 else -1


def dotted(body: bytes) -> str:
    """Return an OBJECT IDENTIFIER in dotted form; empty where it is none (X.690, 8.19)."""
    arcs, value = [], 0
    for byte in body[:256]:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs or body[-1] & 0x80 or len(arcs) > _MAX_ARCS or max(arcs) > 0xFFFFFFFF:
        return ""
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
