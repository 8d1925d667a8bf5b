"""SNMP: one GET of sysDescr, sysObjectID and sysName, by version 2c (RFC 3416, 4.2.1; RFC 3418).

The community is a password: only one that the scope file names is ever sent, and none is guessed. Nothing can be set.
"""

from __future__ import annotations

from sentinel.scan.passive.protocols.snmp import dissect
from sentinel.scan.passive.reading import Message
from sentinel.scan.probes import ber
from sentinel.scan.probes.exchange import UNASKED, Caller, Exchange, Fact, Target, ask_datagram, unlearnt

SECRET = "snmp_community"  # noqa: S105 -- the name under which the caller keeps it
_OBJECTS = ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0")
_VERSION_2C, _GET = 1, 0xA0
_REQUEST_ID = 0x53454E54
_AGENT = 161


def begin(_target: Target, caller: Caller) -> Exchange:
    """Ask once; learn what the agent says it is."""
    community = caller.secrets.get(SECRET, "")
    if not community:
        return UNASKED
    answer = yield from ask_datagram(get(community), _answers)
    said = dissect(Message(answer, b"", _AGENT, 0)) if _answers(answer) else ()
    return tuple(Fact(one.kind, one.facts) for one in said) or unlearnt(answer, begun=False)


def get(community: str) -> bytes:
    """Return the GetRequest; the community as UTF-8, as agents compare bytes."""
    bindings = b"".join(ber.value(ber.SEQUENCE, ber.identifier(oid) + ber.value(ber.NULL, b"")) for oid in _OBJECTS)
    numbers = ber.integer(_REQUEST_ID) + ber.integer(0) + ber.integer(0)
    pdu = ber.value(_GET, numbers + ber.value(ber.SEQUENCE, bindings))
    return ber.value(ber.SEQUENCE, ber.integer(_VERSION_2C) + ber.value(ber.OCTETS, community.encode()) + pdu)


def _answers(datagram: bytes) -> bool:
    """Say whether a datagram carries our request's number, as an answer must (RFC 3416, 4.2.4)."""
    return ber.integer(_REQUEST_ID) in datagram[:300]
