"""VNC: protocol version and whether a server asks for any authentication (RFC 6143, 7.1.1–7.1.2)."""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present

_VERSION = re.compile(rb"RFB (\d{3})\.(\d{3})\n")
_MAGIC = b"RFB "
_NONE = 1
_NAMES = {1: "none", 2: "vnc", 16: "tight", 18: "tls", 19: "vencrypt", 30: "apple"}
_LISTS = (3, 7)  # before it the server decides, and says so with four bytes; 3.5 counts as 3.3


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the version, and of a server the kinds of security it offers; a client sends one byte there."""
    data, ended = excerpt.data, excerpt.ended
    if not data.startswith(_MAGIC[: len(data)]):
        return NOTHING
    if len(data) < 13 and not ended:
        return None
    version = _VERSION.match(data)
    if version is None:
        return NOTHING
    major, minor = int(version[1]), int(version[2])
    offered = data[12:]
    old = (major, minor) < _LISTS
    if not old and offered and len(offered) < 1 + offered[0] and not ended:
        return None
    if old and offered and len(offered) < 4 and not ended:
        return None
    facts = present(version=f"{major}.{minor}", security=_security(offered, old=old))
    return Reading((Statement("vnc.banner", facts),))


def _security(offered: bytes, *, old: bool) -> str:
    """Return what may be chosen, by name; nothing for a list that is not whole, or is a client's choice."""
    if old:
        return _NAMES.get(int.from_bytes(offered[:4], "big"), "other") if len(offered) >= 4 else ""
    count = offered[0] if offered else 0
    kinds = offered[1 : 1 + count]
    if not count or len(kinds) < count:
        return ""
    return " ".join(sorted({_NAMES.get(kind, "other") for kind in kinds}))
