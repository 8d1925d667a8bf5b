"""SQL Server: the PRELOGIN message, whose answer names the exact build before anyone logs in (MS-TDS 2.2.6.5)."""

from __future__ import annotations

import struct

from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

_PRELOGIN, _RESPONSE, _LAST = 0x12, 0x04, 0x01
_HEADER = 8
_VERSION, _ENCRYPTION, _INSTANCE, _THREAD, _MARS, _END = 0, 1, 2, 3, 4, 0xFF
_ENCRYPTIONS = {0: "login-only", 1: "on", 2: "none", 3: "required"}
_MAX_OPTIONS = 16


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Ask once; learn build and encryption."""
    answer = yield from ask(prelogin(), _is_whole)
    options = _options(answer)
    version = options.get(_VERSION, b"")
    if len(version) != 6 or not version[0]:
        return unlearnt(answer, begun=answer[:1] == bytes((_RESPONSE,)))
    major, minor, build = struct.unpack(">BBH", version[:4])
    facts = {"version": f"{major}.{minor}.{build}"}
    encryption = _ENCRYPTIONS.get(options.get(_ENCRYPTION, b"\xff")[0] if options.get(_ENCRYPTION) else -1)
    return (Fact("mssql.prelogin", facts | ({"encryption": encryption} if encryption else {})),)


def prelogin() -> bytes:
    """Return the message: the five options of the standard's own example (4.1), encryption as the server wants it."""
    values = ((_VERSION, bytes(6)), (_ENCRYPTION, b"\0"), (_INSTANCE, b"\0"), (_THREAD, bytes(4)), (_MARS, b"\0"))
    at = 5 * len(values) + 1
    table, data = b"", b""
    for token, body in values:
        table += struct.pack(">BHH", token, at + len(data), len(body))
        data += body
    message = table + bytes((_END,)) + data
    return struct.pack(">BBHHBB", _PRELOGIN, _LAST, _HEADER + len(message), 0, 1, 0) + message


def _is_whole(answer: bytes) -> bool:
    return len(answer) >= _HEADER and len(answer) >= int.from_bytes(answer[2:4], "big")


def _options(answer: bytes) -> dict[int, bytes]:
    """Return the options of a whole answer in one packet, by their token."""
    if not _is_whole(answer) or answer[0] != _RESPONSE or answer[1] & _LAST == 0:
        return {}
    data = answer[_HEADER : int.from_bytes(answer[2:4], "big")]
    options: dict[int, bytes] = {}
    for at in range(0, 5 * _MAX_OPTIONS, 5):
        if at >= len(data) or data[at] == _END or at + 5 > len(data):
            break
        token, offset, size = struct.unpack_from(">BHH", data, at)
        if offset + size <= len(data):
            options.setdefault(token, data[offset : offset + size])
    return options
