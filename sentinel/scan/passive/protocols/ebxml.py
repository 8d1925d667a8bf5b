"""ebXML messages of the Norwegian message profile: the systems that send them (HIS 1210:2018). No party, no content.

The four names are public; whether a system writes them as elements or attributes is not confirmed, so both are read.
"""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import Statement, present, text

_FIELDS = {
    "msh_system": b"MshSystem",
    "msh_version": b"MshVersion",
    "app_system": b"AppSystem",
    "app_version": b"AppVersion",
}
_READ = {
    name: re.compile(rb"<(?:[\w.-]{1,30}:)?%s(?:\s[^<>]{0,200})?>([^<]{1,200})<|\b%s=\"([^\"<>]{1,200})\"" % (tag, tag))
    for name, tag in _FIELDS.items()
}
_HEADER, _HEADER_END = b"MessageHeader", re.compile(rb"</(?:[\w.-]{1,30}:)?Envelope>")
_NEXT_PART = re.compile(rb"\r?\n--")


def may_be(kind: bytes) -> bool:
    """Say whether a body of this content type may be such a message."""
    return kind.lower().startswith((b"multipart/related", b"text/xml", b"application/xml"))


def whole(data: bytes) -> bool:
    """Say whether the envelope has been seen to its end."""
    return _HEADER_END.search(data) is not None


def statements(data: bytes) -> tuple[Statement, ...]:
    """Return the four names out of the start of a message."""
    if _HEADER not in data:
        return ()
    end = _HEADER_END.search(data) or _NEXT_PART.search(data, data.index(_HEADER))
    envelope = data[: end.end()] if end else data
    facts = present(**{name: _value(envelope, pattern) for name, pattern in _READ.items()})
    return (Statement("ebxml.sender", facts, role="client"),) if facts else ()


def _value(envelope: bytes, pattern: re.Pattern[bytes]) -> str:
    found = pattern.search(envelope)
    return text(found[1] or found[2]) if found else ""
