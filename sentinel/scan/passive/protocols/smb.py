"""SMB: dialect and signing of a server, and its NTLM challenge (MS-SMB2 2.2.4, MS-SMB 2.2.4.5).

No share, file or user is read.
"""

from __future__ import annotations

from sentinel.scan.passive.protocols import ntlm
from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement

_OLD, _NEW = b"\xffSMB", b"\xfeSMB"
_RESPONSE_OLD, _RESPONSE_NEW = 0x80, 0x01
_NEGOTIATE_OLD, _NEGOTIATE, _SETUP = 0x72, 0, 1
_SIGNING = 2
_HEADER = 4 + 64
_ENOUGH = 1_500
_DIALECTS = {0x0202: "2.0.2", 0x0210: "2.1", 0x0300: "3.0", 0x0302: "3.0.2", 0x0311: "3.1.1", 0x02FF: "2.x"}
_NO_DIALECT = b"\xff\xff"


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read one message of a server, behind the length that TCP needs (MS-SMB2 2.1); a client's are passed over."""
    data = excerpt.data
    magic = data[4:8]
    if data[0] or not (_OLD.startswith(magic) or _NEW.startswith(magic)):
        return NOTHING
    size = 4 + int.from_bytes(data[1:4], "big")
    if len(data) < min(size, _ENOUGH) and not excerpt.ended:
        return None
    if len(data) < 40:
        return NOTHING
    said = _old(data[:size]) if magic == _OLD else _new(data[:size])
    if magic == _NEW and not data[20] & _RESPONSE_NEW:
        return NOTHING
    more = size if magic == _NEW and size <= len(data) else 0
    return Reading(said, used=more) if said or more else NOTHING


def _old(data: bytes) -> tuple[Statement, ...]:
    """Say that a server still agrees to SMB 1: it answered a negotiation and chose a dialect."""
    if data[8] != _NEGOTIATE_OLD or not data[13] & _RESPONSE_OLD or data[37:39] == _NO_DIALECT or any(data[9:13]):
        return ()
    return (Statement("smb.server", {"dialect": "1"}, role="server"),)


def _new(data: bytes) -> tuple[Statement, ...]:
    command = int.from_bytes(data[16:18], "little")
    if command == _SETUP:
        return ntlm.statement(data[_HEADER:])
    if command != _NEGOTIATE or len(data) < _HEADER + 6 or data[_HEADER] != 65 or any(data[12:16]):
        return ()
    dialect = _DIALECTS.get(int.from_bytes(data[_HEADER + 4 : _HEADER + 6], "little"))
    if dialect is None:
        return ()
    required = "yes" if data[_HEADER + 2] & _SIGNING else "no"
    return (Statement("smb.server", {"dialect": dialect, "signing_required": required}, role="server"),)
