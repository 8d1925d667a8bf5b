"""SSDP: what a device announces of itself on the local network (UPnP Device Architecture 2.0, 1.2–1.3)."""

from __future__ import annotations

import re

from sentinel.scan.clean import place
from sentinel.scan.passive.reading import Message, Statement, decoded, present, text

PORTS = (1900,)
_NOTIFY, _ANSWER, _SEARCH = b"NOTIFY * HTTP/1.1\r\n", b"HTTP/1.1 200 ", b"M-SEARCH * HTTP/1.1\r\n"
_HEADER = re.compile(rb"^([A-Za-z-]{1,20}):[ \t]*([^\r\n]{1,300})\r?$", re.MULTILINE)
_TYPE = re.compile(rb"(?:urn:[\w:.-]{1,120}|upnp:rootdevice)")


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read an announcement, an answer to a search, or who searches; unique names are not kept."""
    payload = message.payload
    if not payload.startswith((_NOTIFY, _ANSWER, _SEARCH)):
        return ()
    headers = {name.lower(): value for name, value in _HEADER.findall(payload[:2048])}
    if payload.startswith(_SEARCH):
        facts = present(user_agent=text(headers.get(b"user-agent", b"")))
        return (Statement("ssdp.client", facts, role="client"),) if facts else ()
    kind = headers.get(b"nt", headers.get(b"st", b""))
    facts = present(
        server=text(headers.get(b"server", b"")),
        type=text(kind) if _TYPE.fullmatch(kind) else "",
        location=place(decoded(headers.get(b"location", b""))),
    )
    return (Statement("ssdp.device", facts),) if facts else ()
