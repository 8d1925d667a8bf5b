"""Shows each datagram, and each announcement below IP, to the protocols that may have sent it.

Ports choose whom to ask first, since most of these protocols have no mark of their own; content decides.
"""

from __future__ import annotations

from functools import lru_cache

from sentinel.scan.passive.protocols import (
    bacnet,
    capsule,
    carescape,
    cdp,
    dhcp,
    dhcpv6,
    dns,
    intellivue,
    kerberos,
    lldp,
    nbns,
    sip,
    snmp,
    ssdp,
    wsdiscovery,
)
from sentinel.scan.passive.reading import Message, Reader, Statement


def read(message: Message) -> tuple[Statement, ...]:
    """Return what a datagram lets be known; nothing for what no protocol here says."""
    payload, _, source, target, cut, _ = message
    if len(payload) > _SHORT or target in carescape.PORTS:  # whose readers ask who sent it
        return _read(message)
    return _remembered(payload, source if source in _BY_PORT else 0, target if target in _BY_PORT else 0, cut)


def _read(message: Message) -> tuple[Statement, ...]:
    for reader in (*_BY_PORT.get(message.source, ()), *_BY_PORT.get(message.target, ()), *_ANYWHERE):
        said = reader(message)
        if said:
            return said
    return ()


@lru_cache(maxsize=1_024)  # many machines of a kind announce themselves with the same words
def _remembered(payload: bytes, source: int, target: int, cut: bool) -> tuple[Statement, ...]:  # noqa: FBT001 -- parts of a message
    return _read(Message(payload, b"", source, target, cut))


def _dhcp(message: Message) -> tuple[Statement, ...]:
    lease = dhcp.dissect(message.payload)
    return (Statement("dhcp", lease.facts, address=lease.address, mac=lease.mac),) if lease else ()


_SHORT = 600
_BY_PORT: dict[int, tuple[Reader, ...]] = {}
for _module in (
    bacnet, capsule, carescape, dhcpv6, dns, intellivue, kerberos, nbns, sip, snmp, ssdp, wsdiscovery,
):  # fmt: skip
    for _port in _module.PORTS:
        _BY_PORT[_port] = (*_BY_PORT.get(_port, ()), _module.dissect)
# Those with a mark of their own, which are known on any port.
_ANYWHERE: tuple[Reader, ...] = (_dhcp, sip.dissect, capsule.dissect)

LLDP, CDP = 0x88CC, 0x2000
BELOW_IP: dict[int, Reader] = {LLDP: lldp.dissect, CDP: cdp.dissect}
"""Announcements between neighbours, by EtherType; CDP's is that of its SNAP header."""
