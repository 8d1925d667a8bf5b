"""TLS: the server name a client asks for, and the certificate a server shows (RFC 8446, 5246, 6066).

A client's own certificate, which may name a person, comes after its hello and is never reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.scan.passive.protocols.certificate import certificate_facts
from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement

_HANDSHAKE = 22
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE, _HELLO_DONE = 1, 2, 11, 14
_MAX_RECORDS = 64
_MAX_MESSAGES = 8  # the certificate is the second, or the third
_MAX_RECORD = (1 << 14) + 2048
_SERVER_NAME = 0
_NAME = re.compile(rb"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){0,30}\.?")


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the first handshake messages of a direction."""
    data = excerpt.data
    if not _may_be(data):
        return NOTHING
    said, open_end = _handshake(data)
    wait = open_end and not excerpt.ended
    if not said:
        return None if wait else NOTHING
    if said[0] == _CLIENT_HELLO:
        return _client(said, wait=wait)
    if said[0] == _SERVER_HELLO:
        return _server(said, wait=wait)
    return NOTHING


def _may_be(data: bytes) -> bool:
    fits = data[0] == _HANDSHAKE and data[1:2] in (b"", b"\3") and data[2:3] <= b"\4"
    if len(data) < 6:
        return fits
    return fits and 4 <= data[3] << 8 | data[4] <= _MAX_RECORD and data[5] in (_CLIENT_HELLO, _SERVER_HELLO)


def _handshake(data: bytes) -> tuple[bytes, bool]:
    """Return the handshake bytes of the records, and whether the next record may carry more of them."""
    said: list[bytes] = []
    at = 0
    for _ in range(_MAX_RECORDS):
        if at + 5 > len(data):
            return b"".join(said), at >= len(data) or data[at] == _HANDSHAKE
        size = data[at + 3] << 8 | data[at + 4]
        if data[at] != _HANDSHAKE or size > _MAX_RECORD:
            return b"".join(said), False
        said.append(data[at + 5 : at + 5 + size])
        at += 5 + size
    return b"".join(said), at > len(data)


def _messages(said: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Yield type, body and completeness of each handshake message; the last may be cut."""
    at = 0
    for _ in range(_MAX_MESSAGES):
        if at + 4 > len(said):
            return
        end = at + 4 + int.from_bytes(said[at + 1 : at + 4], "big")
        yield said[at], said[at + 4 : end], end <= len(said)
        at = end


def _client(said: bytes, *, wait: bool) -> Reading | None:
    hello, complete = next(((body, whole) for _, body, whole in _messages(said)), (b"", False))
    if not complete and wait:
        return None
    name = next((body for kind, body in _extensions(hello) if kind == _SERVER_NAME), b"")
    host = name[5 : 5 + (name[3] << 8 | name[4])] if len(name) > 5 and name[2] == 0 else b""
    if not host or len(host) > 253 or not _NAME.fullmatch(host):
        return NOTHING
    facts = {"server_name": host.decode("ascii").lower().rstrip(".")}
    return Reading((Statement("tls.server_name", facts, role="server", about="receiver"),))


def _extensions(hello: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the extensions of a ClientHello that are whole."""
    at = 34
    for width in (1, 2, 1):  # session, cipher suites, compression methods
        at += width + int.from_bytes(hello[at : at + width], "big")
    at += 2
    while at + 4 <= len(hello):
        kind, size = hello[at] << 8 | hello[at + 1], hello[at + 2] << 8 | hello[at + 3]
        if at + 4 + size <= len(hello):
            yield kind, hello[at + 4 : at + 4 + size]
        at += 4 + size


def _server(said: bytes, *, wait: bool) -> Reading | None:
    for kind, body, whole in _messages(said):
        if kind == _CERTIFICATE:
            size = int.from_bytes(body[3:6], "big")  # the first of the list is the server's own
            if len(body) < 6 or len(body) < 6 + size:
                return None if wait and not whole else NOTHING
            facts = certificate_facts(body[6 : 6 + size])
            return Reading((Statement("tls.certificate", facts, role="server"),)) if facts else NOTHING
        if kind == _HELLO_DONE:
            return NOTHING
    return None if wait else NOTHING
