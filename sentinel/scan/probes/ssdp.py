"""SSDP: one search for root devices (UPnP Device Architecture 2.0, 1.3.2): one answer a machine, not one a part."""

from __future__ import annotations

from ipaddress import ip_address

from sentinel.scan.passive.protocols.ssdp import dissect
from sentinel.scan.passive.reading import Message
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask_datagram, unlearnt

GROUP, GROUP6, PORT = "239.255.255.250", "ff02::c", 1900
SECONDS = 3
"""Over how many seconds they are asked to spread their answers (MX)."""
_ANSWER = b"HTTP/1.1 200 "


def begin(target: Target, caller: Caller) -> Exchange:
    """Ask once; learn the software and the kind of whoever answers."""
    answer = yield from ask_datagram(search(target, caller), lambda datagram: datagram.startswith(_ANSWER))
    said = dissect(Message(answer, b"", PORT, 0)) if answer.startswith(_ANSWER) else ()
    return tuple(Fact(one.kind, one.facts) for one in said) or unlearnt(answer, begun=answer.startswith(_ANSWER))


def search(target: Target, caller: Caller) -> bytes:
    """Return the search; it says who asks."""
    host = target.address if ip_address(target.address).version == 4 else f"[{target.address}]"
    return (
        f'M-SEARCH * HTTP/1.1\r\nHOST: {host}:{target.port}\r\nMAN: "ssdp:discover"\r\nMX: {SECONDS}\r\n'
        f"ST: upnp:rootdevice\r\nUSER-AGENT: Sentinel (inventory; {caller.contact})\r\n\r\n"
    ).encode("ascii")
