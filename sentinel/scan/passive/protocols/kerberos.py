"""Kerberos: the realm, over UDP and TCP (RFC 4120). The names of users and services are not read."""

from __future__ import annotations

from sentinel.scan.passive.protocols.ber import SEQUENCE, inside
from sentinel.scan.passive.reading import NOTHING, Excerpt, Message, Reading, Statement, text

PORTS = (88,)
_GENERAL_STRING = 0x1B
_REQUESTS, _REPLIES, _ERROR = (0x6A, 0x6C), (0x6B, 0x6D), 0x7E
_MOST = 1 << 16


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read a datagram."""
    return _statements(message.payload)


def dissect_stream(excerpt: Excerpt) -> Reading | None:
    """Read the first message of a connection, which a length of four bytes precedes (RFC 4120, 7.2.2)."""
    data = excerpt.data
    if data[:2] != b"\0\0"[: len(data)] or (len(data) > 4 and data[4] not in (*_REQUESTS, *_REPLIES, _ERROR)):
        return NOTHING
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + min(size, _MOST) and not excerpt.ended:
        return None
    said = _statements(data[4 : 4 + size])
    return Reading(said) if said else NOTHING


def _statements(data: bytes) -> tuple[Statement, ...]:
    tag = data[0] if data else 0
    body = inside(data, tag, SEQUENCE)
    if tag in _REQUESTS:
        realm = inside(body, 0xA4, SEQUENCE, 0xA2, _GENERAL_STRING)
    elif tag in _REPLIES:
        realm = inside(body, 0xA3, _GENERAL_STRING)
    else:
        realm = inside(body, 0xA9, _GENERAL_STRING) if tag == _ERROR else b""
    if not realm or b"\0" in realm:
        return ()
    if tag in _REQUESTS:
        return (Statement("kerberos.client", {"realm": text(realm)}, role="client"),)
    return (Statement("kerberos.server", {"realm": text(realm)}, role="server"),)
