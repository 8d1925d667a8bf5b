"""SSH: read the server's identification, say ours, and take leave (RFC 4253, 4.2 and 11.1).

Both sides must identify themselves, so we do, and a message of disconnection before any key exchange tells the
server's log who was there and that nothing more was wanted. Nobody tries to log in.
"""

from __future__ import annotations

import struct

from sentinel.scan.passive.protocols.ssh import dissect
from sentinel.scan.passive.reading import Excerpt
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target, ask, unlearnt

_DISCONNECT, _BY_APPLICATION = 1, 11
_BLOCK = 8
_MAGIC = b"SSH-"
_SPEAKS_TWO = (b"SSH-2.0-", b"SSH-1.99-")
_MAX_LINES = 50


def begin(_target: Target, caller: Caller) -> Exchange:
    """Wait for the server's line; answer it only where it speaks version 2."""
    said = yield from ask(b"", lambda data: bool(_line(data)))
    line = _line(said)
    reading = dissect(Excerpt(line)) if line else None
    if reading is None or not reading.statements:
        last = said.rpartition(b"\n")[2][: len(_MAGIC)]
        return unlearnt(said, begun=bool(last) and _MAGIC.startswith(last))
    if line.startswith(_SPEAKS_TWO):
        yield farewell(caller)
    facts = reading.statements[0].facts | {"role": "server", "protocol": line[4:].partition(b"-")[0].decode("ascii")}
    return (Fact("ssh.banner", facts),)


def farewell(caller: Caller) -> bytes:
    """Return our identification and SSH_MSG_DISCONNECT in a packet that is not yet encrypted (RFC 4253, 6)."""
    why = f"inventory, no login wanted; {caller.contact}".encode("ascii")
    payload = struct.pack(">BII", _DISCONNECT, _BY_APPLICATION, len(why)) + why + struct.pack(">I", 0)
    padding = _BLOCK - (5 + len(payload)) % _BLOCK
    padding += _BLOCK if padding < 4 else 0
    packet = struct.pack(">IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)
    return b"SSH-2.0-SentinelInventory\r\n" + packet


def _line(said: bytes) -> bytes:
    """Return the identification line; a server may send other lines before it, and these are not ours to keep."""
    for line in said.split(b"\n")[:-1][:_MAX_LINES]:
        if line.startswith(_MAGIC):
            return line + b"\n"
    return b""
