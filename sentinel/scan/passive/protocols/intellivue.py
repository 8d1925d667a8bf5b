"""Philips IntelliVue: the connect indication that a monitor broadcasts (Data Export Interface Programming Guide).

The start was seen in public code; the number of the address attribute is general knowledge, not yet seen on a wire.
"""

from __future__ import annotations

from sentinel.scan.passive.packets import address, hardware
from sentinel.scan.passive.reading import Message, Statement

PORTS = (24005,)
_START = b"\0\0\1\0\0\1"
_ADDRESS = b"\xf1\x00\x00\x0e"
_LEAST = 24


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read the monitor's own address and MAC out of the indication."""
    payload = message.payload
    if message.target not in PORTS or payload[:6] != _START or len(payload) < _LEAST:
        return ()
    if int.from_bytes(payload[6:8], "big") + 8 > len(payload):
        return ()
    at = payload.find(_ADDRESS, 8)
    own = payload[at + 4 : at + 14] if at > 0 else b""
    if len(own) < 10 or not any(own[6:10]):
        return (Statement("intellivue.indication", {"message": "connect"}),)
    where = address(own[6:10])
    return (Statement("intellivue.indication", {"message": "connect"}, address=where, mac=hardware(own[:6])),)
