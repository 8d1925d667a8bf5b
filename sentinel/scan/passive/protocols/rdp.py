"""RDP: which protection a server accepts before a connection goes on (MS-RDPBCGR 2.2.1.1, 2.2.1.2).

The client's cookie holds a user name, and is not read.
"""

from __future__ import annotations

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement

_CONFIRM = 0xD0
_RESPONSE, _FAILURE = 2, 3
_PROTOCOLS = {0: "rdp", 1: "tls", 2: "nla", 4: "rdstls", 8: "nla"}
_FAILURES = {1: "tls-required", 2: "tls-not-allowed", 3: "no-certificate", 5: "nla-required"}


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the server's confirmation; without the extension it speaks only the oldest protection."""
    data = excerpt.data
    size = int.from_bytes(data[2:4], "big")
    if data[:3] != b"\3\0\0"[: len(data)] or (len(data) > 5 and data[5] != _CONFIRM):
        return NOTHING
    if len(data) < 4 or (len(data) < size <= 19 and not excerpt.ended):
        return NOTHING if excerpt.ended else None
    if size not in (11, 19) or len(data) < size or data[4] != size - 5:
        return NOTHING
    security = "rdp" if size == 11 else _extension(data[11:19])
    return Reading((Statement("rdp.server", {"security": security}, role="server"),)) if security else NOTHING


def _extension(data: bytes) -> str:
    known = {_RESPONSE: _PROTOCOLS, _FAILURE: _FAILURES}.get(data[0], {})
    return known.get(int.from_bytes(data[4:8], "little"), "") if data[2:4] == b"\x08\0" else ""
