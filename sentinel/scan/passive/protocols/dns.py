"""DNS, multicast DNS and LLMNR: names of local machines and what they offer (RFC 1035, 6762, 6763, 4795).

Only answers about private addresses are read, never questions: what people look up is nobody's business here. The
instance names of services, which are often people's, are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from sentinel.scan.passive.packets import address
from sentinel.scan.passive.reading import Message, Statement, present, text

DNS, MULTICAST, LLMNR = 53, 5353, 5355
PORTS = (DNS, MULTICAST, LLMNR)
_A, _PTR, _TXT, _AAAA, _SRV = 1, 12, 16, 28, 33
_MAX_RECORDS = 64
_MAX_LABELS = 64
_MAX_JUMPS = 16
_NAME = re.compile(rb"[\w-]{1,63}(\.[\w-]{1,63}){0,15}")
_SERVICE = re.compile(rb"(_[\w-]{1,30}\._(?:tcp|udp))\.local$", re.IGNORECASE)
_MODEL = re.compile(rb"(?:md|model|ty|usb_mdl|product)=(.{1,100})", re.IGNORECASE | re.DOTALL)
_COMMONEST = (b"\x0a", b"\xc0\xa8")  # of private networks: 10.0.0.0/8 and 192.168.0.0/16
_KINDS = {DNS: "dns", MULTICAST: "mdns", LLMNR: "llmnr"}


class Answer(NamedTuple):
    """One resource record: its owner, its type, and where its data lies."""

    name: bytes
    kind: int
    start: int
    end: int


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read the answers of one message."""
    payload, source = message.payload, message.source
    if len(payload) < 12 or not payload[2] & 0x80 or payload[2] & 0x78 or source not in PORTS:
        return ()
    kind = _KINDS[source]
    found: list[Statement] = []
    for answer in _answers(payload):
        found += _said(payload, answer, kind)
    serves = [Statement("dns.server", {}, role="server")] if source == DNS else []
    return (*serves, *found)


def _said(payload: bytes, answer: Answer, kind: str) -> Iterator[Statement]:
    name, what, start, end = answer
    if what in (_A, _AAAA) and end - start == (4 if what == _A else 16):
        raw = payload[start:end]
        if _is_local(raw) and _NAME.fullmatch(name):
            yield Statement(f"{kind}.name", {"name": text(name)}, address=address(raw))
    elif kind == "mdns" and what in (_PTR, _SRV, _TXT) and (service := _SERVICE.search(name)):
        model = _model(payload[start:end]) if what == _TXT else ""
        yield Statement("mdns.service", present(service=text(service[1].lower()), model=model))
    elif what == _PTR and kind != "mdns":
        yield from _reverse(payload, answer, kind)


def _reverse(payload: bytes, answer: Answer, kind: str) -> Iterator[Statement]:
    """Yield the name of an address, of which the owner name is the reverse (RFC 1035, 3.5)."""
    parts = answer.name.lower().removesuffix(b".in-addr.arpa").split(b".")
    if not answer.name.lower().endswith(b".in-addr.arpa") or len(parts) != 4:
        return
    if not all(part.isdigit() and len(part) <= 3 and int(part) <= 255 for part in parts):
        return
    raw = bytes(int(part) for part in reversed(parts))
    name, _ = _name(payload, answer.start)
    if _is_local(raw) and _NAME.fullmatch(name):
        yield Statement(f"{kind}.name", {"name": text(name)}, address=address(raw))


def _is_local(raw: bytes) -> bool:
    if len(raw) == 4 and raw.startswith(_COMMONEST):
        return True
    machine = ip_address(raw)
    return machine.is_private and not (machine.is_loopback or machine.is_unspecified)


def _model(data: bytes) -> str:
    """Return the model that a TXT record names."""
    at = 0
    while at < len(data):
        found = _MODEL.fullmatch(data[at + 1 : at + 1 + data[at]])
        if found:
            return text(found[1])
        at += 1 + data[at]
    return ""


def _answers(payload: bytes) -> Iterator[Answer]:
    """Yield the records behind the questions, as far as they are whole."""
    questions = int.from_bytes(payload[4:6], "big")
    records = sum(int.from_bytes(payload[at : at + 2], "big") for at in (6, 8, 10))
    at = 12
    for _ in range(min(questions, _MAX_RECORDS)):
        _, at = _name(payload, at)
        at += 4
    for _ in range(min(records, _MAX_RECORDS)):
        name, at = _name(payload, at)
        if at + 10 > len(payload):
            return
        end = at + 10 + int.from_bytes(payload[at + 8 : at + 10], "big")
        if end > len(payload):
            return
        yield Answer(name, int.from_bytes(payload[at : at + 2], "big"), at + 10, end)
        at = end


def _name(payload: bytes, at: int) -> tuple[bytes, int]:
    """Return the name at `at` and where it ends; a name that loops or is cut is empty."""
    labels: list[bytes] = []
    behind = jumps = 0
    while at < len(payload) and len(labels) < _MAX_LABELS:
        size = payload[at]
        if size == 0:
            return b".".join(labels), behind or at + 1
        if size & 0xC0 == 0xC0 and at + 1 < len(payload) and jumps < _MAX_JUMPS:
            behind = behind or at + 2
            at, jumps = (size & 0x3F) << 8 | payload[at + 1], jumps + 1
        elif size & 0xC0:
            break
        else:
            labels.append(payload[at + 1 : at + 1 + size])
            at += 1 + size
    return b"", behind or len(payload)
