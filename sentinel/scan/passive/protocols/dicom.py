"""DICOM upper layer: who associates with whom, and the software they name (PS3.8, 9.3; PS3.7, D.3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sentinel.scan.passive.reading import NOTHING, Dissector, Excerpt, Reading, Statement, present, text

REQUEST, ACCEPT, REJECT, ABORT = 1, 2, 3, 7
_FIXED = 74  # PDU header and the fixed fields of a request or an acceptance
_MAX_LENGTH = 1 << 20
_APPLICATION_CONTEXT, _USER_INFORMATION = 0x10, 0x50
_MAX_PDU, _CLASS_UID, _VERSION_NAME = 0x51, 0x52, 0x55
_MAX_ITEMS = 1024
_SHORT = 512
_UID = re.compile(rb"[0-9]+(\.[0-9]+)+")


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the first PDU of a direction, an association request or the answer to one."""
    data = excerpt.data
    read = _READERS.get(data[0])
    if read is None or data[1:2] not in (b"", b"\0"):
        return NOTHING
    if len(data) < 6:
        return NOTHING if excerpt.ended else None
    return read(excerpt)


def _association(excerpt: Excerpt) -> Reading | None:
    data, ended = excerpt.data, excerpt.ended
    length = 6 + int.from_bytes(data[2:6], "big")
    if not _FIXED < length <= _MAX_LENGTH or (len(data) > 7 and not data[7] & 1):
        return NOTHING
    if len(data) <= _FIXED + 4:
        return NOTHING if ended else None
    if not _is_context(data):
        return NOTHING
    if len(data) < length and not ended:
        return None
    facts = _facts(data[:length])
    if data[0] == REQUEST:
        return Reading((Statement("dicom.request", facts, role="client"),), asked="dicom")
    return Reading((Statement("dicom.accept", facts, role="server"),))


def _is_context(data: bytes) -> bool:
    """Say whether the first item is an application context: that and the version make the recognition certain."""
    size = data[_FIXED + 2] << 8 | data[_FIXED + 3]
    name = data[_FIXED + 4 : _FIXED + 4 + size].rstrip(b"\0")
    return data[_FIXED] == _APPLICATION_CONTEXT and 0 < size <= 64 and not name.strip(b"0123456789.")


def _facts(pdu: bytes) -> dict[str, str]:
    titles = present(calling_ae=_title(pdu[26:42]), called_ae=_title(pdu[10:26]))
    items = pdu[_FIXED:]
    return titles | (_software(items) if len(items) <= _SHORT else _software_of(items))


def _software_of(items: bytes) -> dict[str, str]:
    user = next((body for kind, body in _items(items) if kind == _USER_INFORMATION), b"")
    said = dict(_items(user))
    limit = said.get(_MAX_PDU, b"")
    uid = said.get(_CLASS_UID, b"").strip(b"\0 ")
    return present(
        implementation_uid=uid.decode("ascii") if len(uid) <= 64 and _UID.fullmatch(uid) else "",
        implementation_version=text(said.get(_VERSION_NAME, b"")[:16].strip(b"\0 ")),
        max_pdu=str(int.from_bytes(limit, "big")) if len(limit) == 4 else "",
    )


_software = lru_cache(maxsize=1_024)(_software_of)  # machines with the same software ask for, and say, the same


def _title(raw: bytes) -> str:
    """Return an AE title; spaces at both ends carry no meaning, and sixteen of them are no title (PS3.5, 6.2)."""
    return text(raw.strip(b"\0 "))


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield items as type and body; an item that the capture cut is left out."""
    at = 0
    for _ in range(_MAX_ITEMS):
        if at + 4 > len(data):
            return
        size = data[at + 2] << 8 | data[at + 3]
        if at + 4 + size <= len(data):
            yield data[at], data[at + 4 : at + 4 + size]
        at += 4 + size


def _rejection(excerpt: Excerpt) -> Reading | None:
    """Read a rejection or an abort: ten bytes that mean something only where an association was asked for."""
    data, ended, asked, _ = excerpt
    if data[2:6] != b"\0\0\0\x04":
        return NOTHING
    if len(data) < 10 or asked != "dicom":
        return NOTHING if ended else None
    if data[0] == ABORT:
        facts = {"source": str(data[8]), "reason": str(data[9])}
        return Reading((Statement("dicom.abort", facts, role="server"),))
    facts = {"result": str(data[7]), "source": str(data[8]), "reason": str(data[9])}
    return Reading((Statement("dicom.reject", facts, role="server"),))


_READERS: dict[int, Dissector] = {
    REQUEST: _association,
    ACCEPT: _association,
    REJECT: _rejection,
    ABORT: _rejection,
}
