"""Telnet: that it is spoken, and what a server shows in front of its prompt (RFC 854). Nothing that anybody types."""

from __future__ import annotations

import re

from sentinel.scan.passive.reading import NOTHING, Excerpt, Reading, Statement, present, text

_IAC, _SUBNEGOTIATION, _END = 0xFF, 0xFA, 0xF0
_WILL_WONT_DO_DONT = (0xFB, 0xFC, 0xFD, 0xFE)
_PROMPT = re.compile(rb"(?:login|user ?name|user|password|passord|brukernavn)\s{0,3}:", re.IGNORECASE)
_WELCOME = re.compile(rb"\s*(Welcome to [^\r\n]{1,150})[\r\n]")
_MOST = 1_024


def dissect(excerpt: Excerpt) -> Reading | None:
    """Read a direction that begins with option negotiation; its text is used only up to a prompt, or as a welcome."""
    data = excerpt.data
    if data[0] != _IAC or (len(data) > 1 and data[1] not in (*_WILL_WONT_DO_DONT, _SUBNEGOTIATION)):
        return NOTHING
    shown = _shown(data)
    prompt = _PROMPT.search(shown)
    if prompt is None and len(shown) < _MOST and not excerpt.ended:
        return None
    if len(data) < 3:
        return NOTHING
    welcome = _WELCOME.match(shown)
    banner = shown[: prompt.start()] if prompt and excerpt.opened else welcome[1] if welcome else b""
    return Reading((Statement("telnet.banner", {"options": "yes"} | present(banner=text(banner[-400:]))),))


def _shown(data: bytes) -> bytes:
    """Return the text without commands."""
    parts, at = [], 0
    while at < len(data):
        if data[at] != _IAC:
            end = data.find(b"\xff", at)
            parts.append(data[at : end if end >= 0 else len(data)])
            at = end if end >= 0 else len(data)
        elif data[at + 1 : at + 2] == bytes((_SUBNEGOTIATION,)):
            end = data.find(bytes((_IAC, _END)), at)
            at = end + 2 if end >= 0 else len(data)
        else:
            at += 3 if data[at + 1 : at + 2] and data[at + 1] in _WILL_WONT_DO_DONT else 2
    return b"".join(parts)
