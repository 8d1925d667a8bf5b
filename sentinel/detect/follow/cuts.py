"""Where a log that is still written may be cut: its pieces, read one by one, are what reading the whole gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sentinel.detect.readers import auditd, csvtable, weberror
from sentinel.detect.readers.head import UTF16
from sentinel.detect.readers.syslog import is_counted

_LINES = frozenset({"journal", "eslogger", "jsonl", "access", "squid", "cef", "syslog"})
_DIRECTIVE = re.compile(rb"^(?:\xef\xbb\xbf)?[\0\r ]*(#([A-Za-z_]+(?: Format)?)[^\n]*)(?:\n|\Z)", re.MULTILINE)
_KEPT = {
    "w3c": frozenset({b"fields", b"software", b"time format"}),
    "zeek": frozenset({b"separator", b"set_separator", b"empty_field", b"unset_field", b"path", b"fields", b"types"}),
}
MOST_HELD = 16 * 1024 * 1024
"""Bytes without a place to cut, after which they are cut at the end of a line all the same."""


@dataclass(frozen=True, slots=True)
class Cut:
    """So many bytes may be read now, after `lead`; those that follow them are read after `context`."""

    end: int
    lead: bytes = b""
    context: bytes = b""


def can_be_cut(kind: str, head: bytes) -> bool:
    """Say whether a log of a format, which begins with `head`, can be read in pieces."""
    if head.startswith(UTF16) or (kind == "syslog" and is_counted(head)):
        return False
    return kind in _LINES or kind in _CUTS


def cut(kind: str, context: bytes, data: bytes, *, last: bool = False) -> Cut:
    """Return how much of `data`, which comes behind what left `context`, holds whole records.

    All of it does where it is the `last`, or where no record ends in MOST_HELD.
    """
    end = len(data) if last else data.rfind(b"\n") + 1
    if kind not in _CUTS:
        return Cut(end)
    made = _CUTS[kind](context, data[:end])
    if last or (not made.end and end > MOST_HELD):
        return replace(made, end=end)
    return made


def context_events(kind: str, context: bytes) -> int:
    """Return how many events a reader gives for the context alone; they were judged before."""
    return int(kind == "weberror" and bool(context))


def _directives(kind: str) -> Callable[[bytes, bytes], Cut]:
    def keep(context: bytes, data: bytes) -> Cut:
        if b"#" not in data:
            return Cut(len(data), context, context)
        found: dict[bytes, bytes] = {}
        for line, name in _DIRECTIVE.findall(context + data):
            key = name.lower()
            if key in _KEPT[kind]:
                found.pop(key, None)  # the last of each, in their order
                found[key] = line
        return Cut(len(data), context, b"".join(line + b"\n" for line in found.values()))

    return keep


def _table(context: bytes, data: bytes) -> Cut:
    names = context or csvtable.header_of(data)
    lead = context or names[: names.find(b"\n") + 1]  # it says the delimiter, so that all pieces have the same
    return Cut(csvtable.settled(names, data) if names else 0, lead, names)


def _errors(context: bytes, data: bytes) -> Cut:
    return Cut(len(data), context, weberror.last_headed(data) or context)


def _audit(_context: bytes, data: bytes) -> Cut:
    return Cut(auditd.settled(data))


_CUTS: dict[str, Callable[[bytes, bytes], Cut]] = {
    "w3c": _directives("w3c"),
    "zeek": _directives("zeek"),
    "csv": _table,
    "weberror": _errors,
    "auditd": _audit,
}
