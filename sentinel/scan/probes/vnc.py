"""VNC: answer the server's version with one it knows, and read what security it offers (RFC 6143, 7.1.1–7.1.2).

None is chosen, so no connection to a screen comes about.
"""

from __future__ import annotations

import re

from sentinel.scan.passive.protocols.vnc import dissect
from sentinel.scan.passive.reading import Excerpt
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

_VERSION = re.compile(rb"RFB (\d{3})\.(\d{3})\n")
_MAGIC = b"RFB "
_LENGTH = 12


def begin(_target: Target, _caller: Caller) -> Exchange:
    """Wait for the server's version, answer it, and learn the kinds of security it offers."""
    said = yield from ask(b"", lambda data: len(data) >= _LENGTH)
    version = _VERSION.match(said)
    if version is None:
        return unlearnt(said, begun=said.startswith(_MAGIC[: len(said)]) and len(said) < _LENGTH)
    major, minor = int(version[1]), int(version[2])
    agreed = _reply(major, minor)  # what follows is in the form of the version agreed on
    offered = yield from ask(
        agreed, lambda data: dissect(Excerpt(agreed + data, ended=False)) is not None, said[_LENGTH:]
    )
    reading = dissect(Excerpt(agreed + offered))
    facts = reading.statements[0].facts if reading and reading.statements else {}
    return (Fact("vnc.banner", facts | {"version": f"{major}.{minor}", "role": "server"}),)


def _reply(major: int, minor: int) -> bytes:
    """Return the highest version that both know: 3.3, 3.7 or 3.8; anything newer is answered with 3.8."""
    known = 8 if (major, minor) >= (3, 8) else 7 if (major, minor) == (3, 7) else 3
    return b"RFB 003.%03d\n" % known
