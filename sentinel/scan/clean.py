"""Makes text from the network safe to keep, compare and print."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

LIMIT = 200
_WIDE = LIMIT * 8
_SHORT = 64
MASK = "[11 digits]"
_DIGITS = 11
_IDENTITY = re.compile(r"(?<!\d)\d{6}[ .-]?\d{5}(?!\d)")
_NAMES_SOMEONE = re.compile(r"\d{5}|[^/]{40}|[=@]")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


def clean(text: str, limit: int = LIMIT) -> str:
    """Return printable text of at most `limit` characters, without terminal escapes or invisible characters."""
    return _remembered(text, limit) if len(text) <= _SHORT else _cleaned(text, limit)


def _cleaned(text: str, limit: int) -> str:
    if len(text) > limit * 8:
        text = text[: limit * 8]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in _ESCAPES.sub("", text))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


_remembered = lru_cache(maxsize=8192)(_cleaned)  # scans repeat a few words (open, http, probed) thousands of times


def without_identities(text: str) -> str:
    """Hide what may be a national identity number; names and titles are free text, and people write anything."""
    return _IDENTITY.sub(MASK, text) if len(text) >= _DIGITS else text


def masked(text: str) -> str:
    """Return clean text without identities; they are hidden before the cut, which would leave a part of one."""
    return _masked_remembered(text) if len(text) <= _SHORT else _masked(text)


def _masked(text: str) -> str:
    return _cut(_hidden(text))


_masked_remembered = lru_cache(maxsize=8192)(_masked)  # machines say the same few things all day


def place(location: str) -> str:
    """Return where a redirect leads: no user, no query, and no part of a path that may name a person or a session."""
    location = _hidden(location.partition("?")[0])
    if len(location) >= _WIDE:
        return ""  # cut, perhaps in front of the end of a user's name and password
    try:
        parts = urlsplit(location)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    steps = (step.partition(";")[0] for step in parts.path.split("/"))
    path = "/".join("…" if _NAMES_SOMEONE.search(step) else step for step in steps)
    return _cut((f"{parts.scheme}://{host}" if host else "") + path)


def _hidden(text: str) -> str:
    """Return far more text than is kept, identities hidden; a number at the very end of what is read may be cut."""
    if len(text) > _WIDE * 8:
        text = text[: _WIDE * 8].rstrip("0123456789 .-")
    return without_identities(clean(text, _WIDE))


def _cut(text: str) -> str:
    return text if len(text) <= LIMIT else clean(text)
