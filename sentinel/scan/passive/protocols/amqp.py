"""AMQP: the version a client asks for, and a broker's product (AMQP 0-9-1, 4.2, 1.4.2.1; AMQP 1.0, 2.2).

No message is read.
"""

from __future__ import annotations

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present, text

_MAGIC = b"AMQP"
_START = b"\x01\0\0"  # a method, on channel 0
_CONNECTION_START = b"\0\x0a\0\x0a"
_NAMES = ("product", "version", "platform")
_PROTOCOLS = {0: "amqp", 2: "tls", 3: "sasl"}
_MOST = 4_096


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read the eight bytes a connection begins with, or the broker's first method."""
    data = excerpt.data
    if data.startswith(_START[: len(data)]):
        return _broker(excerpt)
    if not data.startswith(_MAGIC[: len(data)]):
        return NOTHING
    if len(data) < 8:
        return NOTHING if excerpt.ended else None
    layer = _PROTOCOLS.get(data[4])
    version = f"{data[5]}.{data[6]}" if data[5] else f"0.{data[6]}.{data[7]}"
    if layer is None or data[5] > 1:
        return NOTHING
    return Reading((Statement("amqp.header", {"layer": layer, "version": version}),))


def _broker(excerpt: Excerpt) -> Reading | None:
    data = excerpt.data
    if len(data) < 13:
        return NOTHING if excerpt.ended else None
    size = 7 + int.from_bytes(data[3:7], "big")
    if data[7:11] != _CONNECTION_START or data[11:13] != b"\0\x09" or size > _MOST:
        return NOTHING
    if len(data) < size and not excerpt.ended:
        return None
    facts = present(**{name: _text(data[13:size], name.encode()) for name in _NAMES})
    return Reading((Statement("amqp.server", facts, role="server"),)) if facts else NOTHING


def _text(table: bytes, name: bytes) -> str:
    """Return one long string of the server's properties: name with its length, `S`, length, text."""
    at = table.find(bytes((len(name),)) + name + b"S")
    if at < 0:
        return ""
    at += len(name) + 2
    size = int.from_bytes(table[at : at + 4], "big")
    return text(table[at + 4 : at + 4 + min(size, 200)]) if at + 4 + size <= len(table) else ""
