"""SMB2: negotiate a dialect, and ask for the NTLM challenge, in which a server names its build (MS-SMB2 2.2.3, 2.2.5).

The challenge is never answered: without the AUTHENTICATE message (MS-NLMP 2.2.1.3), which this module cannot write,
there is no attempt to log in, and no name or password of anyone.
"""

from __future__ import annotations

import struct

from sentinel.scan.passive.protocols.smb import dissect
from sentinel.scan.passive.reading import Excerpt, Statement
from sentinel.scan.probes import ber
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

_MAGIC = b"\xfeSMB"
_NEGOTIATE, _SESSION_SETUP = 0, 1
_DIALECTS = (0x0202, 0x0210, 0x0300, 0x0302, 0x0311)
_SIGNING_ENABLED = 1
_GUID = bytes.fromhex("b09a4f5a2d6c4b7f9f0e5345 4e54494e")
_SALT = b"Sentinel inventory, no secret..."
_PREAUTH_INTEGRITY, _SHA512 = 1, 1
_SPNEGO, _NTLMSSP = "1.3.6.1.5.5.2", "1.3.6.1.4.1.311.2.2.10"
_FLAGS = 0x0000_0001 | 0x0000_0004 | 0x0000_0200 | 0x0000_8000 | 0x0008_0000 | 0x0200_0000 | 0x2000_0000 | 0x8000_0000
"""Unicode, request target, NTLM, always sign, extended session security, version, 128 and 56 bits (MS-NLMP 2.2.2.5)."""


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Learn dialect, signing and build; a server that refuses to negotiate is told with its status."""
    answer = yield from ask(negotiate(), _is_whole)
    first, rest = _cut(answer)
    said = _statement(first)
    if said is None:
        status = int.from_bytes(first[12:16], "little")
        if first[4:8] == _MAGIC and _is_whole(first) and len(first) >= 68 and status:
            return (Fact("smb.server", {"refused": f"{status:08x}"}),)
        return unlearnt(answer, begun=answer[:1] == b"\0" and _MAGIC.startswith(answer[4:8]))
    second, _ = _cut((yield from ask(session_setup(), _is_whole, rest)))
    challenge = _statement(second)
    facts = (Fact(said.kind, said.facts),)
    return (*facts, Fact(challenge.kind, challenge.facts)) if challenge else facts


def negotiate() -> bytes:
    """Return the NEGOTIATE request: every dialect from 2.0.2 to 3.1.1, and never SMB 1."""
    salted = struct.pack("<HHH", 1, len(_SALT), _SHA512) + _SALT
    context = struct.pack("<HHI", _PREAUTH_INTEGRITY, len(salted), 0) + salted
    dialects = struct.pack(f"<{len(_DIALECTS)}H", *_DIALECTS)
    start = 64 + 36 + len(dialects)
    offset = start + -start % 8
    body = struct.pack("<HHHHI16sIHH", 36, len(_DIALECTS), _SIGNING_ENABLED, 0, 0, _GUID, offset, 1, 0)
    return _framed(_NEGOTIATE, 0, body + dialects + bytes(offset - start) + context)


def session_setup() -> bytes:
    """Return the SESSION_SETUP request with an NTLM NEGOTIATE message that names nobody (MS-NLMP 2.2.1.1)."""
    ntlm = b"NTLMSSP\0" + struct.pack("<II", 1, _FLAGS) + bytes(16) + b"\0\0\0\0\0\0\0\x0f"
    mechanisms = ber.value(0xA0, ber.value(ber.SEQUENCE, ber.identifier(_NTLMSSP)))
    inner = ber.value(ber.SEQUENCE, mechanisms + ber.value(0xA2, ber.value(ber.OCTETS, ntlm)))
    token = ber.value(0x60, ber.identifier(_SPNEGO) + ber.value(0xA0, inner))
    body = struct.pack("<HBBIIHHQ", 25, 0, _SIGNING_ENABLED, 0, 0, 64 + 24, len(token), 0)
    return _framed(_SESSION_SETUP, 1, body + token)


def _framed(command: int, message: int, body: bytes) -> bytes:
    header = struct.pack("<4sHHIHHIIQIIQ16s", _MAGIC, 64, 0, 0, command, 31, 0, 0, message, 0, 0, 0, bytes(16))
    return struct.pack(">I", len(header) + len(body)) + header + body


def _cut(answer: bytes) -> tuple[bytes, bytes]:
    """Return the first message, and what came behind it."""
    size = 4 + int.from_bytes(answer[1:4], "big")
    return answer[:size], answer[size:]


def _is_whole(answer: bytes) -> bool:
    return len(answer) >= 4 and len(answer) >= 4 + int.from_bytes(answer[1:4], "big")


def _statement(message: bytes) -> Statement | None:
    reading = dissect(Excerpt(message)) if message and _is_whole(message) else None
    return reading.statements[0] if reading and reading.statements else None
