"""POCT1-A: how a point-of-care instrument introduces itself, in its hello (CLSI POCT01, HEL.R01). No observation."""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present, text

_HELLO = re.compile(rb"<HEL\.R01[\s>]")
_END = b"</HEL.R01>"
_STARTS = (b"<HEL.R01", b"<?xml")
_FIELDS = {
    "vendor": b"DEV.vendor_id", "manufacturer": b"DEV.manufacturer_name", "model": b"DEV.model_id",
    "serial": b"DEV.serial_id", "version": b"DEV.sw_version", "name": b"DEV.device_name",
}  # fmt: skip


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the hello at the start of a direction; other messages carry results and are not read."""
    data = excerpt.data
    if not data.startswith(_STARTS):
        short = len(data) < 8 and any(start.startswith(data) for start in _STARTS)
        return None if short and not excerpt.ended else NOTHING
    hello = _HELLO.search(data, 0, 400)
    if hello is None:
        return None if len(data) < 400 and not excerpt.ended else NOTHING
    end = data.find(_END)
    if end < 0 and not excerpt.ended:
        return None
    body = data[hello.start() : end if end >= 0 else len(data)]
    facts = present(**{name: _value(body, tag) for name, tag in _FIELDS.items()})
    return Reading((Statement("poct1a.hello", facts),)) if facts else NOTHING


def _value(body: bytes, tag: bytes) -> str:
    found = re.search(rb"<" + re.escape(tag) + rb"\s+V\s*=\s*\"([^\"<>]{1,200})\"", body)
    return text(found[1]) if found else ""
