"""Reads the first members of a JSON object that may be cut off: only those that are asked for leave this module."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_MAX_MEMBERS = 500
_MAX_DIGITS = 15


def members(body: bytes, wanted: Collection[str]) -> dict[str, str | dict[str, str]]:
    """Return the wanted top-level members that are whole: texts and numbers, and objects as their own of those."""
    found: dict[str, str | dict[str, str]] = {}
    for name, value in _walk(body.decode("utf-8", "replace")):
        if name not in wanted or name in found:
            continue
        if isinstance(value, dict):
            found[name] = {str(key): _plain(inner) for key, inner in value.items() if _plain(inner)}
        elif _plain(value):
            found[name] = _plain(value)
    return found


def text_of(found: dict[str, str | dict[str, str]], name: str, inner: str = "") -> str:
    """Return one member as text, or that of the object in it; empty where it is absent or something else."""
    value = found.get(name, "")
    if isinstance(value, dict):
        return value.get(inner, "") if inner else ""
    return "" if inner else value


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return str(value) if isinstance(value, str) or abs(value) < 10**_MAX_DIGITS else ""


def _walk(text: str) -> Iterator[tuple[str, object]]:
    """Yield name and value of each member until the object, the text or our patience ends."""
    at = _after_space(text, 1 if text.startswith("\ufeff") else 0)
    for number in range(_MAX_MEMBERS):
        if text[at : at + 1] != (",{"[number == 0]):
            return
        try:
            name, at = _DECODER.raw_decode(text, _after_space(text, at + 1))
            at = _after_space(text, at)
            if not isinstance(name, str) or text[at : at + 1] != ":":
                return
            value, at = _DECODER.raw_decode(text, _after_space(text, at + 1))
        except (ValueError, RecursionError):
            return
        yield name, value
        at = _after_space(text, at)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
