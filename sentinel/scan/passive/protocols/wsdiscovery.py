"""WS-Discovery: what a device says it is, medical devices among them (OASIS WS-DD 1.1; IEEE 11073-20701, -20702).

The location in the scopes may tell a bed: it is kept as one fact of its own, and no claim is made of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from sentinel.scan.clean import place
from sentinel.scan.passive.reading import Message, Statement, decoded, present, text

PORTS = (3702,)
_SPOKEN = re.compile(rb"<(?:[\w.-]{1,30}:)?(Hello|Bye|ProbeMatches|ResolveMatches)[\s>/]")
_ELEMENT = rb"<(?:[\w.-]{1,30}:)?%s(?:\s[^<>]{0,600})?>([^<]{1,2000})</"
_TYPES, _SCOPES, _PLACES, _ADDRESS = (
    re.compile(_ELEMENT % name) for name in (b"Types", b"Scopes", b"XAddrs", b"Address")
)
_NAMESPACE = re.compile(rb"xmlns:([\w.-]{1,30})=[\"']([^\"'<>]{1,200})[\"']")
_MEDICAL = b"http://standards.ieee.org/downloads/11073/11073-20702-"
_IHE = b"urn:ihe-pcd:"  # of an older convention, in which the type has no namespace but is one
_LOCATION = re.compile(rb"sdc\.ctxt\.loc:[^?\s]{0,300}\?([\w=&%.~+-]{1,300})")
_DEVICE_TYPE = re.compile(rb"sdc\.cdc\.type:/?(?:urn:oid:)?[^\s/]{0,80}//?(\d{1,12})")
_PURPOSE = re.compile(rb"sdc\.mds\.pkp:([\d.]{1,64})")
_HARDWARE = re.compile(rb"onvif://www\.onvif\.org/hardware/([^\s/]{1,80})")
_ENDPOINT = re.compile(rb"urn:uuid:[0-9a-fA-F-]{36}")
_PARTS = (b"fac", b"bldng", b"flr", b"poc", b"rm", b"bed")
_MOST = 16_384


def dissect(message: Message) -> tuple[Statement, ...]:
    """Read what a device announces or answers; what others search for is not kept."""
    payload = message.payload[:_MOST]
    spoken = _SPOKEN.search(payload)
    if b"Envelope" not in payload[:400] or spoken is None:
        return ()
    names = dict(_NAMESPACE.findall(payload))
    types = _first(_TYPES, payload).split()[:16]
    scopes = _first(_SCOPES, payload)
    facts = present(
        types=text(b" ".join(one if one.startswith(_IHE) else one.rpartition(b":")[2] for one in types)),
        medical="yes" if any(_is_medical(one, names) for one in types) else "",
        endpoint=text(next(iter(_ENDPOINT.findall(_first(_ADDRESS, payload))), b"")),
        location=_location(scopes),
        device_type=text(_first(_DEVICE_TYPE, scopes)),
        purpose=text(b" ".join(_PURPOSE.findall(scopes)[:8])),
        hardware=text(unquote_to_bytes(_first(_HARDWARE, scopes))),
        place=" ".join(_places(_first(_PLACES, payload))),
    )
    if spoken[1] == b"Bye" or not facts:
        return ()
    return (Statement("wsd.device", facts),)


def _first(pattern: re.Pattern[bytes], data: bytes) -> bytes:
    found = pattern.search(data)
    return found[1] if found else b""


def _is_medical(name: bytes, names: dict[bytes, bytes]) -> bool:
    """Say whether a type is MedicalDevice of the standard's own namespace; the word alone is anybody's."""
    prefix, _, local = name.rpartition(b":")
    return local == b"MedicalDevice" and names.get(prefix, b"").startswith(_MEDICAL)


def _location(scopes: bytes) -> str:
    """Return the parts of a location in the order of the standard: `fac=HOSP&poc=INT3&bed=Bed1`."""
    query = html.unescape(decoded(_first(_LOCATION, scopes.replace(b"&amp;", b"&")))).encode("utf-8", "replace")
    parts = dict(part.partition(b"=")[::2] for part in query.split(b"&"))
    kept = ((name, text(unquote_to_bytes(parts[name]))) for name in _PARTS if parts.get(name))
    return text("&".join(f"{name.decode()}={value}" for name, value in kept).encode())


def _places(raw: bytes) -> Iterator[str]:
    for one in raw.split()[:4]:
        where = place(decoded(one))
        if where:
            yield where
