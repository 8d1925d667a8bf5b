"""Writes ASN.1 values by the distinguished rules (X.690), as far as SNMP and SPNEGO need them."""

from __future__ import annotations

INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
_LONG = 0x80


def value(tag: int, body: bytes) -> bytes:
    """Return one value with a definite length in its shortest form (X.690, 8.1.3)."""
    size = len(body)
    if size < _LONG:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + body


def integer(number: int) -> bytes:
    """Return an INTEGER in the fewest bytes of two's complement (X.690, 8.3)."""
    return value(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def identifier(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER (X.690, 8.19)."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    return value(OID, b"".join(_arc(arc) for arc in (40 * first + second, *others)))


def _arc(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(_LONG | number & 0x7F)
    return bytes(reversed(groups))
