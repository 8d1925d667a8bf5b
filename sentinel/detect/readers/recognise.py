"""The formats we read, one line each, and which of them a log is: its content says it, never its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sentinel.detect.readers.access import looks_like_access, looks_like_squid, read_access, read_squid
from sentinel.detect.readers.auditd import looks_like_auditd, read_auditd
from sentinel.detect.readers.cef import looks_like_cef, read_cef
from sentinel.detect.readers.csvtable import looks_like_csv, read_csv
from sentinel.detect.readers.eslogger import looks_like_eslogger, read_eslogger
from sentinel.detect.readers.evtx import looks_like_evtx, read_evtx
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.journal import looks_like_journal, read_journal
from sentinel.detect.readers.jsonarray import looks_like_json, read_json
from sentinel.detect.readers.jsonl import looks_like_jsonl, read_jsonl
from sentinel.detect.readers.parquet import looks_like_parquet, read_parquet
from sentinel.detect.readers.stamps import Clock
from sentinel.detect.readers.syslog import looks_like_syslog, read_syslog
from sentinel.detect.readers.w3c import looks_like_w3c, read_w3c
from sentinel.detect.readers.weberror import looks_like_weberror, read_weberror
from sentinel.detect.readers.winxml import looks_like_winxml, read_winxml
from sentinel.detect.readers.zeek import looks_like_zeek, read_zeek
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

Reader = Callable[[Iterator[bytes], str, Tally], Iterator[Event]]
"""Unpacked bytes, the name of the source, and its tally for what is skipped, to events."""

ClockReader = Callable[[Iterator[bytes], str, Tally, Clock], Iterator[Event]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, whether the beginning of a log looks like it, and its reader.

    UTF-16 with a byte-order mark is made UTF-8 before either sees it. `read_by` is the reader where the times of the
    log lack a year or a zone, and a clock must say it.
    """

    name: str
    looks_like: Callable[[Head], bool]
    read: Reader
    read_by: ClockReader | None = None


_IN_ORDER = (
    Format("evtx", looks_like_evtx, read_evtx),
    Format("parquet", looks_like_parquet, read_parquet),
    Format("winxml", looks_like_winxml, read_winxml),
    Format("journal", looks_like_journal, read_journal),
    Format("eslogger", looks_like_eslogger, read_eslogger),
    Format("json", looks_like_json, read_json),
    Format("jsonl", looks_like_jsonl, read_jsonl),
    Format("zeek", looks_like_zeek, read_zeek),
    Format("auditd", looks_like_auditd, read_auditd),
    Format("w3c", looks_like_w3c, read_w3c, read_w3c),
    Format("access", looks_like_access, read_access),
    Format("squid", looks_like_squid, read_squid),
    Format("weberror", looks_like_weberror, read_weberror, read_weberror),
    Format("cef", looks_like_cef, read_cef),
    Format("syslog", looks_like_syslog, read_syslog, read_syslog),
    Format("csv", looks_like_csv, read_csv),
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
_TAR_BLOCK, _TAR_SUM = 512, slice(148, 156)
_CONTROL = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")  # not those that text is laid out or coloured with
_NO_TEXT = "is no text (UTF-8, or UTF-16 with its mark) and of no binary format we read"
_MARKUP = re.compile(r"<[A-Za-z_!?]")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")


def read(kind: str, chunks: Iterator[bytes], name: str, tally: Tally, clock: Clock) -> Iterator[Event]:
    """Return the events of a format, lazily; what its times lack, `clock` says."""
    known = FORMATS[kind]
    if known.read_by is not None:
        return known.read_by(chunks, name, tally, clock)
    return known.read(chunks, name, tally)


def recognise(head: Head, name: str) -> Format:
    """Return the format of a log; InputError: none, and what it seems to be instead."""
    if not head.data.strip():
        raise InputError(Location(name), "holds nothing but blank lines" if head.data else "is empty")
    if _is_tar(head.data[:_TAR_BLOCK]):
        raise InputError(Location(name), "is no log but a tar archive; unpack it first")
    for candidate in FORMATS.values():
        if candidate.looks_like(head):
            return candidate
    raise InputError(Location(name), _stranger(head))


def _is_tar(block: bytes) -> bool:
    """Say whether a tar's first header is here: the logs in it would lose the line that stands behind each header.

    Its sum decides, and a zero byte, which no text has there: what an event says cannot make a log a tar.
    """
    try:
        said = int(block[_TAR_SUM].strip(b"\0 "), 8)
    except ValueError:
        return False
    return said == sum(block) - sum(block[_TAR_SUM]) + 8 * ord(" ") and 0 in block and len(block) == _TAR_BLOCK


def _stranger(head: Head) -> str:
    for magic, what in _STRANGERS.items():
        if head.data.startswith(magic):
            return f"is no log but {what}"
    if not _seems_text(head):
        return _NO_TEXT
    start = head.text.lstrip()
    if _MARKUP.match(start) and re.search(r"<!(?:DOCTYPE|ENTITY)", start):
        return "declares a document type or an entity; such XML is refused"
    if _MARKUP.match(start):
        root = found[1] if (found := _ROOT.search(start)) else "nothing"
        return f"is XML, but of <{root[:40]}>, not of Windows events"
    return "is text, but of no format we read: " + ", ".join(FORMATS)


def _seems_text(head: Head) -> bool:
    """Say whether a person would call it text: of noise a tenth are controls, and half of it cannot be decoded.

    In Norwegian text of an older encoding hardly one letter in ten is outside ASCII.
    """
    length = len(head.text)
    return head.is_text and head.text.count("\ufffd") * 4 <= length and len(_CONTROL.findall(head.text)) * 20 <= length
