"""SNMP: what an agent says it is (RFC 1157, 3416, 3411, 3418).

The community is a password and is never kept; that it is the factory's is a fact, since then it is no password.
sysContact and sysLocation name people and rooms and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.scan.passive.protocols.ber import INTEGER, OCTETS, OID, SEQUENCE, dotted, inside, number, values
from sentinel.scan.passive.reading import Message, Statement, present, text

PORTS = (161, 162)
_VERSIONS = {0: "1", 1: "2c", 3: "3"}
_RESPONSE, _TRAP = 0xA2, 0xA4
_FACTORY = {b"public": "public", b"private": "private"}
_NAMES = {"1.3.6.1.2.1.1.1.0": "description", "1.3.6.1.2.1.1.2.0": "object_id", "1.3.6.1.2.1.1.5.0": "name"}
_ENTERPRISES = "1.3.6.1.4.1."
_AUTHORITATIVE = 161


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read an answer or a trap of an agent; what a manager asks says nothing about the agent."""
    parts = [(tag, body) for tag, body, _ in values(inside(message.payload, SEQUENCE))]
    if len(parts) < 3 or parts[0][0] != INTEGER:
        return ()
    version = _VERSIONS.get(number(parts[0][1]))
    if version == "3":
        return _engine(message, parts)
    if version is None or parts[1][0] != OCTETS:
        return ()
    community, (tag, pdu) = parts[1][1], parts[2]
    if tag == _TRAP:
        enterprise = dotted(inside(pdu, OID))
        return (Statement("snmp.trap", present(enterprise=_enterprise(enterprise), version=version), role="client"),)
    if tag != _RESPONSE or message.source != _AUTHORITATIVE:
        return ()
    said = present(version=version, community=_FACTORY.get(community, "other"), **dict(_bound(pdu)))
    said |= present(enterprise=_enterprise(said.get("object_id", "")))
    return (Statement("snmp.agent", said, role="server"),)


def _bound(pdu: bytes) -> Iterator[tuple[str, str]]:
    """Yield what the named objects among an answer's variable bindings hold."""
    for tag, binding, whole in values(inside(pdu, SEQUENCE)):
        pair = list(values(binding))
        if tag != SEQUENCE or len(pair) != 2 or not whole:
            continue
        name = _NAMES.get(dotted(pair[0].body))
        if name is not None and pair[1].tag in (OCTETS, OID):
            yield name, dotted(pair[1].body) if pair[1].tag == OID else text(pair[1].body)


def _engine(message: Message, parts: list[tuple[int, bytes]]) -> tuple[Statement, ...]:
    """Read the enterprise number of the engine id, with which an agent begins every answer (RFC 3411, 5)."""
    security = next((body for tag, body in parts[2:] if tag == OCTETS), b"")
    engine = inside(security, SEQUENCE, OCTETS)
    if message.source != _AUTHORITATIVE or not 5 <= len(engine) <= 32:
        return ()
    enterprise = str(int.from_bytes(engine[:4], "big") & 0x7FFFFFFF)
    return (Statement("snmp.agent", present(version="3", enterprise=enterprise), role="server"),)


def _enterprise(oid: str) -> str:
    return oid.removeprefix(_ENTERPRISES).partition(".")[0] if oid.startswith(_ENTERPRISES) else ""
