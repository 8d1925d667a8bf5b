"""LLDP: what a switch, telephone or device tells its neighbour (IEEE 802.1AB; ANSI/TIA-1057 for the inventory)."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.scan.passive.packets import address, hardware
from sentinel.scan.passive.reading import Message, Statement, present, text

_CHASSIS, _NAME, _DESCRIPTION, _CAPABILITIES, _MANAGEMENT, _OWN = 1, 5, 6, 7, 8, 127
_MED = b"\x00\x12\xbb"
_INVENTORY = {6: "firmware", 7: "software", 9: "manufacturer", 10: "model"}
_ABILITIES = {2: "bridge", 3: "access-point", 4: "router", 5: "telephone", 7: "station"}
_MAC_SUBTYPE = 4
_FAMILIES = {1: 4, 2: 16}
_MAX_PARTS = 64


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read one announcement; it stands under its management address, or under none. The sender is its MAC."""
    parts = list(_parts(message.payload))
    if not parts or parts[0][0] != _CHASSIS:
        return ()
    said = dict(reversed([(kind, body) for kind, body in parts if kind != _OWN]))
    own = {body[3]: body[4:] for kind, body in parts if kind == _OWN and body[:3] == _MED and len(body) > 4}
    facts = present(
        name=text(said.get(_NAME, b"")),
        description=text(said.get(_DESCRIPTION, b"")),
        capabilities=_capabilities(said.get(_CAPABILITIES, b"")),
        **{name: text(own.get(kind, b"")) for kind, name in _INVENTORY.items()},
    )
    chassis = said[_CHASSIS]
    mac = hardware(chassis[1:]) if chassis[:1] == bytes((_MAC_SUBTYPE,)) and len(chassis) == 7 else None
    mac = mac or (hardware(message.sender) if len(message.sender) == 6 else None)
    return (Statement("lldp", facts, address=_management(said.get(_MANAGEMENT, b"")), mac=mac),) if facts else ()


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_PARTS):
        if at + 2 > len(data):
            return
        head = int.from_bytes(data[at : at + 2], "big")
        kind, size = head >> 9, head & 0x1FF
        if kind == 0 or at + 2 + size > len(data):
            return
        if size:
            yield kind, data[at + 2 : at + 2 + size]
        at += 2 + size


def _capabilities(body: bytes) -> str:
    """Return what is switched on, not what the thing could be."""
    on = int.from_bytes(body[2:4], "big") if len(body) == 4 else 0
    return " ".join(name for bit, name in _ABILITIES.items() if on >> bit & 1)


def _management(body: bytes) -> str:
    size = body[0] - 1 if body else 0
    raw = body[2 : 2 + size] if len(body) > 2 and _FAMILIES.get(body[1]) == size else b""
    return address(raw) if any(raw) and len(raw) == size else ""
