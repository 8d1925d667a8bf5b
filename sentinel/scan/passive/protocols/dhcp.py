"""DHCP for IPv4: name, vendor class and hardware address of clients (RFC 2131, 2132, 4702)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sentinel.scan.passive.packets import address, hardware
from sentinel.scan.passive.reading import present, text

UNKNOWN = "0.0.0.0"  # noqa: S104 -- the unspecified address, as the client itself sends it
_COOKIE = b"\x63\x82\x53\x63"
_HOSTNAME, _REQUESTED, _MESSAGE, _VENDOR_CLASS, _NAME = 12, 50, 53, 60, 81
_MESSAGES = {1: "discover", 2: "offer", 3: "request", 4: "decline", 5: "ack", 6: "nak", 7: "release", 8: "inform"}
_MAX_OPTIONS = 128


@dataclass(frozen=True, slots=True)
class Lease:
    """What one message says about a client. `address` is 0.0.0.0 while it has none."""

    address: str
    mac: str
    facts: dict[str, str]


def dissect(payload: bytes) -> Lease | None:
    """Read a DHCP message, recognised by its cookie; None for anything else."""
    if len(payload) < 244 or payload[236:240] != _COOKIE or payload[1:3] != b"\x01\x06" or payload[0] not in (1, 2):
        return None
    options = dict(_options(payload))
    message = _MESSAGES.get(options.get(_MESSAGE, b"\0")[0])
    mac = hardware(payload[28:34])
    if message is None or mac is None:
        return None
    asked = payload[0] == 1
    facts = present(
        hostname=text(options.get(_HOSTNAME, b"").rstrip(b"\0")) or _name(options.get(_NAME, b"")),
        vendor_class=text(options.get(_VENDOR_CLASS, b"").rstrip(b"\0")) if asked else "",
        message=message,
    )
    return Lease(_client_address(payload, options, message), mac, facts)


def _options(payload: bytes) -> Iterator[tuple[int, bytes]]:
    at = 240
    for _ in range(_MAX_OPTIONS):
        while at < len(payload) and payload[at] == 0:
            at += 1
        if at + 1 >= len(payload) or payload[at] == 255:
            return
        size = payload[at + 1]
        if size and at + 2 + size <= len(payload):
            yield payload[at], payload[at + 2 : at + 2 + size]
        at += 2 + size


def _client_address(payload: bytes, options: dict[int, bytes], message: str) -> str:
    """Return the address the client has; what it merely wishes for in a discover, or is refused, is not its own."""
    current, granted = payload[12:16], payload[16:20]
    if message == "ack" and any(granted):
        return address(granted)
    requested = options.get(_REQUESTED, b"")
    if message == "request" and not any(current) and len(requested) == 4:
        return address(requested)
    return address(current) if message != "nak" else UNKNOWN


def _name(option: bytes) -> str:
    """Return the name of the client FQDN option: labels with lengths where bit 2 is set, else plain text."""
    if len(option) < 4:
        return ""
    if not option[0] & 4:
        return text(option[3:].rstrip(b"\0"))
    labels, at = [], 3
    while at < len(option) and option[at]:
        labels.append(option[at + 1 : at + 1 + option[at]])
        at += 1 + option[at]
    return text(b".".join(labels))
