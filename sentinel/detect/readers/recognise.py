"""The formats we read, one line each, and which of them a log is: its content says it, never its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sentinel.detect.readers.evtx import looks_like_evtx, read_evtx
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import looks_like_jsonl, read_jsonl
from sentinel.detect.readers.winxml import looks_like_winxml, read_winxml
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

Reader = Callable[[Iterator[bytes], str, Tally], Iterator[Event]]
"""Unpacked bytes, the name of the source, and its tally for what is skipped, to events."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, whether the beginning of a log looks like it, and its reader.

    UTF-16 with a byte-order mark is made UTF-8 before either sees it.
    """

    name: str
    looks_like: Callable[[Head], bool]
    read: Reader


_IN_ORDER = (
    Format("evtx", looks_like_evtx, read_evtx),
    Format("winxml", looks_like_winxml, read_winxml),
    Format("jsonl", looks_like_jsonl, read_jsonl),
)
FORMATS = {known.name: known for known in _IN_ORDER}
"""By name, in the order in which they are asked: the first that says yes has it."""

_PACKED = "packed more than twice; unpack it first"
_STRANGERS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"BZh": "packed with bzip2; unpack it first",
    b"SQLite format 3": "a database",
    b"\xd4\xc3\xb2\xa1": "a network capture",
    b"\xa1\xb2\xc3\xd4": "a network capture",
    b"\x0a\x0d\x0d\x0a": "a network capture",
    b"\x1f\x8b": _PACKED,
    b"\x28\xb5\x2f\xfd": _PACKED,
    b"\xfd7zXZ": _PACKED,
    b"PK\x03\x04": _PACKED,
}
_TAR = slice(257, 262)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")


def recognise(head: Head, name: str) -> Format:
    """Return the format of a log; InputError: none, and what it seems to be instead."""
    if not head.data.strip():
        raise InputError(Location(name), "holds nothing but blank lines" if head.data else "is empty")
    for candidate in FORMATS.values():
        if candidate.looks_like(head):
            return candidate
    raise InputError(Location(name), _stranger(head))


def _stranger(head: Head) -> str:
    for magic, what in _STRANGERS.items():
        if head.data.startswith(magic):
            return f"is no log but {what}"
    if head.data[_TAR] == b"ustar":
        return "is no log but a tar archive; unpack it first"
    start = head.text.lstrip()
    if start.startswith("<") and re.search(r"<!(?:DOCTYPE|ENTITY)", start):
        return "declares a document type or an entity; such XML is refused"
    if start.startswith("<"):
        root = found[1] if (found := _ROOT.search(start)) else "nothing"
        return f"is XML, but of <{root[:40]}>, not of Windows events"
    if not head.is_text:
        return "is no log of a kind we read (binary data)"
    if start.startswith(("{", "[")):
        return "is JSON, but no line of it is an object by itself; JSON lines are read"
    return "is text, but of no format we read: " + ", ".join(FORMATS)
