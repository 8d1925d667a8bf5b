"""NTLM: what a server says of itself in its challenge, before anybody logs in (MS-NLMP 2.2.1.2, 2.2.2.10).

The message in which a client answers names a person, and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.scan.passive.reading import Statement, present, text

_SIGNATURE = b"NTLMSSP\0\x02\0\0\0"
_VERSION = 0x02000000
_NAMES = {1: "name", 2: "domain", 3: "dns_name", 4: "dns_domain"}
_MAX_PAIRS = 16


def challenge(data: bytes) -> dict[str, str]:
    """Return build and names out of the first challenge in `data`; nothing where there is none."""
    start = data.find(_SIGNATURE)
    message = data[start:] if start >= 0 else b""
    if len(message) < 48:
        return {}
    flags = int.from_bytes(message[20:24], "little")
    size, offset = int.from_bytes(message[40:42], "little"), int.from_bytes(message[44:48], "little")
    names = {_NAMES[kind]: _wide(body) for kind, body in _pairs(message[offset : offset + size]) if kind in _NAMES}
    build = ""
    if flags & _VERSION and len(message) >= 56 and any(message[48:52]):
        build = f"{message[48]}.{message[49]}.{int.from_bytes(message[50:52], 'little')}"
    return present(build=build, **names)


def statement(data: bytes) -> tuple[Statement, ...]:
    """Return a challenge as a fact about its sender."""
    facts = challenge(data)
    return (Statement("ntlm.challenge", facts, role="server"),) if facts else ()


def _pairs(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_PAIRS):
        kind, size = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        if at + 4 + size > len(data) or kind == 0:
            return
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _wide(raw: bytes) -> str:
    return text(raw[:512].decode("utf-16-le", "replace").encode("utf-8", "replace"))
