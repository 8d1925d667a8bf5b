"""The PROXY protocol: what a load balancer puts before a connection that it passes on (versions 1 and 2).

Nothing of it is kept; it is passed over, so that what stands behind it is recognised. Who really asked is in it, but
what was said came from the load balancer on this wire, as from any proxy.
"""

from __future__ import annotations

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading

_LINE, _SIGNATURE = b"PROXY ", b"\r\n\r\n\x00\r\nQUIT\n"
_LONGEST_LINE, _HEAD, _LONGEST = 107, 16, 1_024


def dissect(excerpt: Excerpt) -> Reading | None:
    """Say where the connection itself begins."""
    data = excerpt.data
    size = _of_line(data) if data.startswith(_LINE) else _of_binary(data)
    if size is None:
        return NOTHING if excerpt.ended else None
    return Reading(used=size, aside=True) if 0 < size <= _LONGEST else NOTHING


def _of_line(data: bytes) -> int | None:
    """Return the bytes of version 1, 0 where it is none; None where its end is yet to come."""
    end = data.find(b"\r\n", 0, _LONGEST_LINE)
    if end < 0:
        return None if len(data) < _LONGEST_LINE else 0
    return end + 2 if data[len(_LINE) :].startswith((b"TCP4 ", b"TCP6 ", b"UNKNOWN")) else 0


def _of_binary(data: bytes) -> int | None:
    """Return the bytes of version 2, 0 where it is none; None where its head is yet to come."""
    if not data.startswith(_SIGNATURE):
        return None if _SIGNATURE.startswith(data) or _LINE.startswith(data) else 0
    return _HEAD + (data[14] << 8 | data[15]) if len(data) >= _HEAD else None
