"""Reads CEF (version 0 and 1) and LEEF (1.0 and 2.0), with their escapes; alone on a line, or inside syslog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from sentinel.detect.fields import MAX_FIELDS, MAX_NAME
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import MAX_LINE, lines
from sentinel.detect.readers.stamps import Clock, read_stamp
from sentinel.detect.times import read_time
from sentinel.model.events import Event, Fields, Value
from sentinel.model.skipped import Skipped, Tally

HEADER = ("deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId")
"""The names of the head's parts, for both formats, so that one rule can mean both."""

_CEF_HEADER = (*HEADER, "name", "severity")
_TIMES = ("rt", "end", "start", "deviceReceiptTime", "endTime", "startTime", "devTime")
_PART = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_CEF_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z0-9_][\w.@\[\]-]*)=")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LINE_ENDS = {"n": "\n", "r": "\r"}
_DELIMITER = re.compile(r"(?:0?x)([0-9A-Fa-f]{1,4})|(.)")
_LEEF_DELIMITED = 2


def looks_like_cef(head: Head) -> bool:
    """Say whether one of the first lines is CEF or LEEF from its first letter on."""
    return head.is_text and any(begins(line) == 0 for line in head.text.split("\n", 20)[:20])


def read_cef(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a line that is CEF or LEEF; whatever stands before its beginning is left out.

    Skipped: `too-long` (over 4 MiB), `not-a-record`. Blank lines are nothing.
    """
    for number, line in lines(chunks):
        if line is None:
            tally.skip(Skipped(name, str(number), "too-long", f"longer than {MAX_LINE:,} bytes"))
            continue
        text = decode(line).strip("\ufeff\r\n ")
        if not text:
            continue
        fields = parse(text[max(start, 0) :]) if (start := begins(text)) >= 0 else None
        if fields is None:
            tally.skip(Skipped(name, str(number), "not-a-record", "it is neither CEF nor LEEF"))
            continue
        yield Event(name, str(number), written_at(fields), fields)


def decode(line: bytes) -> str:
    """Return the text of a line: UTF-8, or where it is not, Latin-1, in which every byte is a letter."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def begins(text: str) -> int:
    """Return where CEF or LEEF begins in a line, or -1."""
    found = _BEGIN.search(text)
    return found.start() if found else -1


def parse(text: str) -> dict[str, Value] | None:
    """Return the fields of a text that begins with `CEF:` or `LEEF:`; None where its head is broken."""
    for mark, read in _FORMATS.items():
        if text.startswith(mark):
            return read(text.removeprefix(mark))
    return None


def written_at(fields: Fields) -> datetime | None:
    """Return the time that the event itself tells: since 1970, ISO 8601, or as words; UTC without a zone."""
    texts = (fields.get(key) for key in _TIMES)
    return next((time for text in texts if (time := read_time(text) or read_stamp(text, Clock()))), None)


def _parse_cef(text: str) -> dict[str, Value] | None:
    head = _head(text, 7)
    if head is None:
        return None
    (_, *parts), rest = head
    fields: dict[str, Value] = {"event.dataset": "cef.log", **dict(zip(_CEF_HEADER, parts, strict=True))}
    keys = list(_CEF_KEY.finditer(rest))[:MAX_FIELDS]
    starts = [*(key.start() for key in keys), len(rest)]
    for key, end in zip(keys, starts[1:], strict=True):
        if len(key[1]) <= MAX_NAME:
            fields.setdefault(key[1], _plain(rest[key.end() : end].rstrip()))
    return _with_labels(fields)


def _parse_leef(text: str) -> dict[str, Value] | None:
    """Version 2 names the sign between its pairs in a sixth part; version 1 has tabs."""
    version = text.partition("|")[0]
    delimited = version.startswith(f"{_LEEF_DELIMITED}.")
    head = _head(text, 6 if delimited else 5) or _head(text, 5)
    if head is None:
        return None
    (_, *parts), rest = head
    sign = _delimiter(parts[4]) if len(parts) > len(HEADER) else "\t"
    fields: dict[str, Value] = {"event.dataset": "leef.log", **dict(zip(HEADER, parts, strict=False))}
    for pair in rest.split(sign)[:MAX_FIELDS]:
        key, equals, value = pair.partition("=")
        if equals and 0 < len(key.strip()) <= MAX_NAME:
            fields.setdefault(key.strip(), value.strip())
    return fields


_FORMATS: dict[str, Callable[[str], dict[str, Value] | None]] = {"CEF:": _parse_cef, "LEEF:": _parse_leef}
_BEGIN = re.compile(r"(?<![\w])(?:CEF:\s?[01]\||LEEF:\s?[12](?:\.\d)?\|)")


def _head(text: str, count: int) -> tuple[list[str], str] | None:
    r"""Return the parts of a head, `\|` and `\\` resolved, and what follows."""
    parts: list[str] = []
    at = 0
    while len(parts) < count:
        part = _PART.match(text, at)
        if part is None:
            return None
        parts.append(_plain(part[1]).strip())
        at = part.end()
    return parts, text[at:]


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda sign: _LINE_ENDS.get(sign[1], sign[1]), text) if "\\" in text else text


def _delimiter(text: str) -> str:
    found = _DELIMITER.fullmatch(text)
    if found is None:
        return "\t"
    return chr(int(found[1], 16)) if found[1] else found[2]


def _with_labels(fields: dict[str, Value]) -> dict[str, Value]:
    """Add custom fields by the names that their labels give them (`cs1Label=Rule cs1=7` is also `Rule`)."""
    for key in [key for key in fields if key.endswith("Label")]:
        name, own = fields[key], key.removesuffix("Label")
        if own in fields and isinstance(name, str) and name.strip() and len(fields) < MAX_FIELDS:
            fields.setdefault(name.strip()[:MAX_NAME], fields[own])
    return fields
