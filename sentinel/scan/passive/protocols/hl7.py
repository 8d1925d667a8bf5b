"""HL7 v2 over MLLP: fields of the message header, MSH, and the identifiers of devices.

Of other segments only these fields are ever cut out: PRT-10, -16 and -22, and OBX-18, which name equipment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Role, Statement, present, text

_START = b"\x0b"
_MARK = rb"[!-/:-@\[-`{-~]"
_HEADER = re.compile(rb"[\x0b\r\n]MSH(" + _MARK + rb")(" + _MARK + rb"{1,5}?)\1([^\r\n\x0b\x1c]*)([\r\n\x1c]?)")
_SHORTEST = len(b"\x0bMSH|^~\\&|")
SURE = 2 * _SHORTEST
"""From so many bytes on it is known whether they are HL7, and what asks for more goes on doing so until the end."""
_MAX_MESSAGES = 64
_MAX_SEGMENTS = 400
_SEGMENT = re.compile(rb"[\r\n]((?:PRT|OBX)[^\r\n\x1c]*)(?=[\r\n\x1c])")
_LEAST = 11  # fields that a segment has at least, of which one is wanted
_WANTED = {
    3: "sending_application",
    4: "sending_facility",
    5: "receiving_application",
    6: "receiving_facility",
    9: "message_type",
    12: "version",
    18: "charset",
}
_MISSING = (b"",) * 16  # in the place of fields that a header does not have
_wanted = itemgetter(*(number - 3 for number in _WANTED))
_DEVICE = {(b"PRT", 10): "device", (b"PRT", 16): "udi", (b"PRT", 22): "type", (b"OBX", 18): "device"}
_ENCODINGS = {b"8859/1": "iso8859-1", b"8859/15": "iso8859-15", b"UNICODE UTF-8": "utf-8", b"UNICODE": "utf-8"}


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the headers of all messages at the start of a direction, in one frame or several."""
    data = excerpt.data
    if not (_START + b"MSH").startswith(data[:4]):
        return NOTHING
    if len(data) >= SURE and not _HEADER.match(data):
        return NOTHING
    if not excerpt.ended:
        return None  # a connection carries many messages; wait for all that fit
    found = list(islice(headers(data), _MAX_MESSAGES))
    if not found or found[0].start():
        return NOTHING
    whole = [header for header in found if header[4]]  # the last may be cut; alone, it still tells what it can
    said = [_statement(header) for header in whole or found]
    if b"PRT" in data or b"OBX" in data:
        ends = [*(header.start() for header in found[1:]), len(data)]
        for header, end in zip(found, ends, strict=True):
            if header[4]:
                said += _devices(data[header.end() - 1 : end], header)
    return Reading(tuple(said))


def headers(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the message headers in some bytes. What else is there, mostly bulk data, is passed over quickly."""
    at = 0
    while (name := data.find(b"MSH", at + 1)) > 0:
        header = _HEADER.match(data, name - 1)
        if header is not None:
            yield header
        at = name if header is None else header.end()


def _devices(body: bytes, header: re.Match[bytes]) -> Iterator[Statement]:
    """Yield the equipment that a message names; a segment without an end may be cut inside an identifier."""
    separator, component = header[1], header[2][:1]
    for segment in islice(_SEGMENT.finditer(body), _MAX_SEGMENTS):
        fields = segment[1].split(separator)
        if len(fields) < _LEAST:
            continue
        facts = {
            name: text(fields[number].replace(component, b"^"))
            for (kind, number), name in _DEVICE.items()
            if fields[0] == kind and len(fields) > number and fields[number]
        }
        if present(**facts):
            yield Statement("hl7.device", present(**facts))


def _statement(header: re.Match[bytes]) -> Statement:
    separator, encoding, rest, stop = header.groups()
    fields = rest.split(separator)
    if not stop:
        fields.pop()  # the capture, or our own limit, ends inside this field
    return _said(_wanted((*fields, *_MISSING)), encoding[:1])


@lru_cache(maxsize=256)  # a system says the same of itself in every message
def _said(wanted: tuple[bytes, ...], component: bytes) -> Statement:
    coding = _ENCODINGS.get(wanted[-1].upper(), "")
    told = [text(field.replace(component, b"^"), coding) for field in wanted]
    facts = present(**dict(zip(_WANTED.values(), told, strict=True)))
    kind = facts.get("message_type", "")
    role: Role = "server" if kind.startswith("ACK") else ""
    return Statement("hl7.header", facts, role=role)
