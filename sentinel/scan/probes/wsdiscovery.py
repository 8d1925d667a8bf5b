"""WS-Discovery: one Probe for anything, by multicast or to one address (OASIS WS-Discovery 1.1, 5.2; IEEE 11073-20702).

By multicast each answer comes from a device of its own: the wire runs one exchange for every address that answers,
giving it that address's datagram. The location in an answer may tell a bed: see SENSITIVE in probes/catalogue.py.
"""

from __future__ import annotations

import uuid

from sentinel.scan.passive.protocols.wsdiscovery import dissect
from sentinel.scan.passive.reading import Message
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask_datagram, unlearnt

GROUP, GROUP6, PORT = "239.255.255.250", "ff02::c", 3702
_SOAP, _ADDRESSING = "http://www.w3.org/2003/05/soap-envelope", "http://www.w3.org/2005/08/addressing"
_DISCOVERY = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"
_EVERYONE = "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01"


def begin(target: Target, caller: Caller) -> Exchange:
    """Ask once; learn types, device type and location."""
    mark = message_id(target, caller).encode()

    def ours(datagram: bytes) -> bool:
        return b"ProbeMatches" in datagram and mark in datagram

    answer = yield from ask_datagram(probe(target, caller), ours)
    said = dissect(Message(answer, b"", PORT, 0)) if ours(answer) else ()
    return tuple(Fact(one.kind, one.facts) for one in said) or unlearnt(answer, begun=False)


def message_id(target: Target, caller: Caller) -> str:
    """Return the id of our Probe, which an answer must name as what it relates to (5.3.1)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{target.address} {target.port} {caller.contact} {caller.run}").urn


def probe(target: Target, caller: Caller) -> bytes:
    """Return the Probe without types or scopes; its id is made of target, caller and run, so a plan can show it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="{_SOAP}" xmlns:a="{_ADDRESSING}" xmlns:d="{_DISCOVERY}"><s:Header>'
        f"<a:Action>{_DISCOVERY}/Probe</a:Action><a:MessageID>{message_id(target, caller)}</a:MessageID>"
        f"<a:To>{_EVERYONE}</a:To></s:Header><s:Body><d:Probe/></s:Body></s:Envelope>"
    ).encode("ascii")
