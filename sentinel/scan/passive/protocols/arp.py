"""ARP: which hardware address says it has which IPv4 address (RFC 826)."""

from __future__ import annotations

from sentinel.scan.passive.packets import address, hardware

_ETHERNET_IPV4 = b"\x00\x01\x08\x00\x06\x04"


def dissect(data: bytes, at: int, end: int) -> tuple[str, str] | None:
    """Return the sender's address and MAC; None for probes, other address families and packets that are too short."""
    if end - at < 28 or data[at : at + 6] != _ETHERNET_IPV4:
        return None
    mac, sender = hardware(data[at + 8 : at + 14]), data[at + 14 : at + 18]
    if mac is None or not any(sender):
        return None
    return address(sender), mac
