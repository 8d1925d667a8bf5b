"""SIP: product names of telephones, nurse call and social alarms (RFC 3261; SCAIP is SS 91100).

Who calls whom is not read.
"""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Message, Reading, Statement, present, text

PORTS = (5060,)
_METHODS = (
    b"OPTIONS sip", b"REGISTER sip", b"INVITE sip", b"MESSAGE sip", b"SUBSCRIBE sip", b"NOTIFY sip", b"ACK sip",
    b"BYE sip", b"PUBLISH sip", b"INFO sip",
)  # fmt: skip
_ANSWER = b"SIP/2.0 "
_STARTS = (*_METHODS, _ANSWER)
_LONGEST = max(map(len, _STARTS))
_HEADER = re.compile(rb"^(user-agent|server|content-type|c):[ \t]*([^\r\n]{1,300})\r?$", re.IGNORECASE | re.MULTILINE)
_SCAIP = b"scaip"


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read one datagram."""
    payload = message.payload
    return _statements(payload.partition(b"\r\n\r\n")[0]) if payload.startswith(_STARTS) else ()


def dissect_stream(excerpt: Excerpt) -> Reading | None:
    """Read the first message of a connection."""
    data = excerpt.data
    if not data.startswith(_STARTS):
        short = len(data) < _LONGEST and any(start.startswith(data) for start in _STARTS)
        return None if short and not excerpt.ended else NOTHING
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end and not excerpt.ended:
        return None
    said = _statements(head)
    return Reading(said) if said else NOTHING


def _statements(head: bytes) -> tuple[Statement, ...]:
    lines = head.split(b"\r\n") if head.endswith(b"\r\n") else head.split(b"\r\n")[:]
    headers = {name.lower(): value for name, value in _HEADER.findall(b"\r\n".join(lines))}
    scaip = any(_SCAIP in headers.get(name, b"").lower() for name in (b"content-type", b"c"))
    said = {"scaip": "yes"} if scaip else {}
    if head.startswith(_ANSWER):
        facts = present(server=text(headers.get(b"server", headers.get(b"user-agent", b"")))) | said
        return (Statement("sip.server", facts, role="server"),) if facts else ()
    facts = present(user_agent=text(headers.get(b"user-agent", b""))) | said
    return (Statement("sip.client", facts, role="client"),) if facts else ()
