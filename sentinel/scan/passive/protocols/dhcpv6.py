"""DHCPv6: name, vendor class and hardware address of clients (RFC 8415, 4704)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from sentinel.scan.passive.packets import hardware
from sentinel.scan.passive.reading import Message, Statement, present, text

PORTS = (546, 547)
_MESSAGES = {1: "solicit", 3: "request", 4: "confirm", 5: "renew", 6: "rebind", 8: "release", 11: "information"}
_CLIENT_ID, _IA_NA, _IA_ADDRESS, _VENDOR_CLASS, _NAME = 1, 3, 5, 16, 39
_ETHERNET = b"\0\1"
_MAX_OPTIONS = 64


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read what a client sends; relayed messages and what servers answer are not looked at."""
    payload = message.payload
    kind = _MESSAGES.get(payload[0]) if len(payload) >= 8 else None
    if kind is None or message.source != PORTS[0]:
        return ()
    options = dict(_options(payload, 4))
    if _CLIENT_ID not in options:
        return ()
    vendor = options.get(_VENDOR_CLASS, b"")
    facts = present(
        hostname=_hostname(options.get(_NAME, b"")),
        vendor_class=text(vendor[6:]),
        enterprise=str(int.from_bytes(vendor[:4], "big")) if len(vendor) >= 4 else "",
        message=kind,
    )
    address = _address(options.get(_IA_NA, b"")) if kind != "solicit" else ""
    return (Statement("dhcpv6", facts, role="client", address=address, mac=_mac(options[_CLIENT_ID])),)


def _options(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    for _ in range(_MAX_OPTIONS):
        if at + 4 > len(data):
            return
        end = at + 4 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end <= len(data):
            yield int.from_bytes(data[at : at + 2], "big"), data[at + 4 : end]
        at = end


def _mac(identifier: bytes) -> str | None:
    """Return the hardware address inside a client's id: of type 1 (with time) and 3 (RFC 8415, 11)."""
    start = {b"\0\1": 8, b"\0\3": 4}.get(identifier[:2], 0)
    fits = start and identifier[2:4] == _ETHERNET and len(identifier) == start + 6
    return hardware(identifier[start:]) if fits else None


def _address(association: bytes) -> str:
    """Return the first address that a client has or asks to keep."""
    found = next((body for kind, body in _options(association, 12) if kind == _IA_ADDRESS), b"")
    return str(IPv6Address(found[:16])) if len(found) >= 24 and any(found[:16]) else ""


def _hostname(option: bytes) -> str:
    labels, at = [], 1
    while at < len(option) and option[at]:
        labels.append(option[at + 1 : at + 1 + option[at]])
        at += 1 + option[at]
    return text(b".".join(labels))
