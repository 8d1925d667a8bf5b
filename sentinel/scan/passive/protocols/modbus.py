"""Modbus/TCP: a device's answer to "read device identification" (Modbus Application Protocol 1.1b3, 6.21).

No register is read.
"""

from __future__ import annotations

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present, text

_FUNCTION, _IDENTIFICATION = 0x2B, 0x0E
_OBJECTS = {0: "vendor", 1: "code", 2: "revision", 4: "product", 5: "model"}
_FIXED = 14


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the first message of a device if it is that answer."""
    data = excerpt.data
    if len(data) < 9:
        return NOTHING if excerpt.ended or data[2:4] not in (b"", b"\0", b"\0\0") else None
    size = 6 + int.from_bytes(data[4:6], "big")
    fits = data[2:4] == b"\0\0" and data[7] == _FUNCTION and data[8] == _IDENTIFICATION
    if not fits or not _FIXED < size <= 260:
        return NOTHING
    if len(data) < size:
        return NOTHING if excerpt.ended else None
    facts = _objects(data[:size])
    return Reading((Statement("modbus.device", facts, role="server"),)) if facts else NOTHING


def _objects(data: bytes) -> dict[str, str]:
    facts, at = {}, _FIXED
    for _ in range(data[13]):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            break
        name = _OBJECTS.get(data[at])
        if name:
            facts[name] = text(data[at + 2 : at + 2 + data[at + 1]])
        at += 2 + data[at + 1]
    return present(**facts)
