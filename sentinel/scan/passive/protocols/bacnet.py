"""BACnet/IP: maker and model of building equipment (ASHRAE 135, annex J and clause 20).

Measured values are not read.
"""

from __future__ import annotations

from sentinel.scan.passive.reading import Message, Statement, present, text

PORTS = (47808,)
_BVLC, _UNICAST, _BROADCAST, _FORWARDED = 0x81, 0x0A, 0x0B, 0x04
_I_AM, _READ_PROPERTY = 0, 12
_UNCONFIRMED, _COMPLEX_ACK = 0x10, 0x30
_PROPERTIES = {12: "software", 44: "firmware", 70: "model", 77: "name", 121: "vendor"}
_DEVICE = 8
_CHARACTERS, _EXTENDED = 7, 5


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read an I-Am, or the answer to ReadProperty with one of five named properties of a device."""
    payload = message.payload
    if len(payload) < 8 or payload[0] != _BVLC or int.from_bytes(payload[2:4], "big") != len(payload):
        return ()
    start = {_UNICAST: 4, _BROADCAST: 4, _FORWARDED: 10}.get(payload[1], 0)
    service = _application(payload, start) if start else b""
    if service[:2] == bytes((_UNCONFIRMED, _I_AM)):
        facts = _i_am(service[2:])
    elif len(service) > 3 and service[0] == _COMPLEX_ACK and service[2] == _READ_PROPERTY:
        facts = _property(service[3:])
    else:
        return ()
    return (Statement("bacnet.device", facts, role="server"),) if facts else ()


def _application(payload: bytes, at: int) -> bytes:
    """Return what lies behind the network layer's header, which may name networks at both ends (clause 6.2)."""
    if len(payload) < at + 2 or payload[at] != 1 or payload[at + 1] & 0x80:
        return b""
    control, at = payload[at + 1], at + 2
    hops = bool(control & 0x20)
    for bit in (0x20, 0x08):
        if control & bit:
            if len(payload) < at + 3:
                return b""
            at += 3 + payload[at + 2]
    return payload[at + hops :]


def _i_am(data: bytes) -> dict[str, str]:
    """Read device instance and vendor number; between them stand the largest message and the segmentation."""
    if len(data) < 9 or data[0] != 0xC4 or int.from_bytes(data[1:5], "big") >> 22 != _DEVICE:
        return {}
    instance, at = int.from_bytes(data[1:5], "big") & 0x3FFFFF, 5
    numbers = []
    for _ in range(3):
        size = data[at] & 7 if at < len(data) else 0
        numbers.append(int.from_bytes(data[at + 1 : at + 1 + size], "big") if 1 <= size <= 4 else -1)
        at += 1 + size
    fits = at <= len(data) and numbers[2] >= 0
    return {"instance": str(instance), "vendor_id": str(numbers[2])} if fits else {}


def _property(data: bytes) -> dict[str, str]:
    """Read object, property and value; only texts of the device object."""
    if len(data) < 10 or data[0] != 0x0C or int.from_bytes(data[1:5], "big") >> 22 != _DEVICE:
        return {}
    name = _PROPERTIES.get(data[6]) if data[5] == 0x19 else None
    if name is None or data[7] != 0x3E or data[8] >> 4 != _CHARACTERS:
        return {}
    size, at = data[8] & 7, 9
    if size == _EXTENDED:
        size, at = data[9], 10
    value = data[at + 1 : at + size] if data[at : at + 1] == b"\0" else b""  # 0: UTF-8
    return present(**{name: text(value)}) if at + size <= len(data) else {}
