"""Logs as events: one file a format, and one line a format in FORMATS."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from sentinel.detect.readers.evtx import FILE_MAGIC, read_evtx
from sentinel.detect.readers.jsonl import read_jsonl
from sentinel.detect.readers.unpack import GZIP, ZSTD, open_log, peek
from sentinel.detect.readers.winxml import read_winxml
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

Reader = Callable[[Iterator[bytes], str, Tally], Iterator[Event]]
"""Unpacked bytes, the name of the source, and its tally for what is skipped, to events."""

FORMATS: dict[str, Reader] = {"jsonl": read_jsonl, "evtx": read_evtx, "winxml": read_winxml}

HEAD_BYTES = 64 * 1024
_STRANGERS = {
    b"PK\x03\x04": "a zip archive; unpack it first",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"7z\xbc\xaf": "a 7z archive; unpack it first",
    b"BZh": "packed with bzip2; unpack it first",
    b"\xfd7zXZ": "packed with xz; unpack it first",
    b"SQLite format 3": "a database",
    b"\xd4\xc3\xb2\xa1": "a network capture",
    b"\xa1\xb2\xc3\xd4": "a network capture",
    b"\x0a\x0d\x0d\x0a": "a network capture",
    b"PAR1": "a Parquet file",
    GZIP: "packed twice; unpack it once first",
    ZSTD: "packed twice; unpack it once first",
}
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
# What an event says must not choose the format: XML stays XML, whatever its lines hold. `<13>` begins a syslog line.
_MARKUP = re.compile(r"\s*<[A-Za-z_!?]")
_TYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)")


def read_log(path: Path, name: str, tally: Tally, format: str | None = None) -> Iterator[Event]:  # noqa: A002 - the word users know
    """Return the events of a log, lazily; what is handled and skipped is counted in `tally` as they are taken.

    `format` is a key of FORMATS; without it the content decides. InputError, at once: it cannot be opened, or
    nothing in it is a format we read.
    """
    return recognise(path, name, tally, format)[1]


def recognise(
    path: Path,
    name: str,
    tally: Tally,
    format: str | None = None,  # noqa: A002 - the word users know
) -> tuple[str, Iterator[Event]]:
    """Return the format of a log and its events, as `read_log`; opened once, since a pipe gives its bytes only once."""
    head, chunks = peek(open_log(path, name, tally), HEAD_BYTES)
    kind = format or _recognise(head, name)
    return kind, _counted(FORMATS[kind](chunks, name, tally), tally)


def _counted(events: Iterator[Event], tally: Tally) -> Iterator[Event]:
    for event in events:
        tally.handled += 1
        yield event


def _recognise(head: bytes, name: str) -> str:
    found, problem = _look(head[:HEAD_BYTES], whole=len(head) < HEAD_BYTES)
    if not found:
        raise InputError(Location(name), problem)
    return found


def _look(head: bytes, *, whole: bool) -> tuple[str, str]:
    """Return the format, or what is wrong."""
    if head.startswith(FILE_MAGIC):
        return "evtx", ""
    if not head.strip():
        return "", "holds nothing but blank lines" if head else "is empty"
    if not _MARKUP.match(text := _text(head)) and _holds_json(head, whole=whole):
        return "jsonl", ""
    for magic, what in _STRANGERS.items():
        if head.startswith(magic):
            return "", f"is no log but {what}"
    return _look_at_text(text)


def _holds_json(head: bytes, *, whole: bool) -> bool:
    """Say whether a line is a JSON object, or the last one may become one where the file goes on."""
    *lines, last = head.removeprefix(codecs.BOM_UTF8).split(b"\n")
    if whole:
        lines.append(last)
    elif last.lstrip().startswith(b"{") and not lines:
        return True
    return any(_is_object(line) for line in lines)


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _look_at_text(text: str) -> tuple[str, str]:
    start = text.lstrip()
    if _TYPE.search(text) and start.startswith("<"):
        return "", "declares a document type or an entity; such XML is refused"
    if start.startswith("<"):
        found = _ROOT.search(start)
        root = found[1] if found else "nothing"
        ours = root in {"Event", "Events"}
        return ("winxml", "") if ours else ("", f"is XML, but of <{root[:40]}>, not of Windows events")
    if "\0" in text:
        return "", "is no log of a kind we read (binary data)"
    if start.startswith(("{", "[")):
        return "", "is JSON, but no line of it is an object by itself; JSON lines are read"
    return "", "is text, but neither JSON lines nor Windows events as XML"
