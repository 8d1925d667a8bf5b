"""Reads JSON lines: one object a line, in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from sentinel.detect.fields import Unusable, flatten
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsontext import loads
from sentinel.detect.times import event_time
from sentinel.model.events import Event, Value
from sentinel.model.skipped import Skipped, Tally

MAX_LINE = 4 * 1024 * 1024
BOM = b"\xef\xbb\xbf"


# What an event says must not choose the format: XML stays XML, whatever its lines hold. `<13>` begins a syslog line.
_MARKUP = re.compile(r"\s*<[A-Za-z_!?]")


def looks_like_jsonl(head: Head) -> bool:
    """Say whether a line is a JSON object, or the only one may become one where the log goes on."""
    if _MARKUP.match(head.text):
        return False
    lines = head.lines
    if not lines:
        return head.text.lstrip().startswith("{")
    return any(_is_object(line) for line in lines)


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def read_jsonl(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a line. Blank lines are nothing and are not counted; lines end at LF, a CR before it is dropped.

    Skipped: `too-long` (over 4 MiB), `not-utf8`, `not-json`, `not-an-object`, `too-deep`, `too-large`.
    """
    for number, line in lines(chunks):
        if line is None:
            tally.skip(too_long(name, number))
            continue
        text = line.removeprefix(BOM) if number == 1 else line
        if not text.strip():
            continue
        result = parse_line(text, name, str(number))
        if isinstance(result, Skipped):
            tally.skip(result)
        else:
            yield result


def lines(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines without their ends; None stands for one that is longer than MAX_LINE."""
    number, length = 1, 0
    held: list[bytes] = []
    for chunk in chunks:
        first, *more = chunk.split(b"\n")
        length += len(first)
        held.append(first)
        if length > MAX_LINE:
            held.clear()
        for piece in more:
            yield number, b"".join(held) if length <= MAX_LINE else None
            number, held, length = number + 1, [piece], len(piece)
    if length:
        yield number, b"".join(held) if length <= MAX_LINE else None


def too_long(name: str, number: int) -> Skipped:
    """Return what stands for a line that is longer than MAX_LINE."""
    return Skipped(name, str(number), "too-long", f"longer than {MAX_LINE:,} bytes")


def parse_line(line: bytes, name: str, place: str) -> Event | Skipped:
    """Read one line that is not blank."""
    record = decode(line, name, place)
    return record if isinstance(record, Skipped) else as_event(record, name, place)


def decode(text: bytes, name: str, place: str) -> dict[str, Any] | Skipped:
    """Return the JSON object that a text is, or why it is none."""
    try:
        record = loads(text)
    except orjson.JSONDecodeError as error:
        return Skipped(name, place, _reason(text, error), f"column {error.colno}")
    if not isinstance(record, dict):
        return Skipped(name, place, "not-an-object", f"it is {type(record).__name__}")
    return record


def as_event(record: dict[str, Any], name: str, place: str) -> Event | Skipped:
    """Return the event that a JSON object is, or why it has no usable fields."""
    fields = fields_of(record)
    if isinstance(fields, str):
        return Skipped(name, place, fields)
    return Event(name, place, event_time(fields), fields)


def fields_of(record: dict[str, Any]) -> dict[str, Value] | Unusable:
    """Return the fields of a JSON object; of a document as Elasticsearch gives it out, those of what was put in."""
    return flatten(put_in(record))


def put_in(record: dict[str, Any]) -> dict[str, Any]:
    """Return what was put into Elasticsearch, of a document as it gives it out; anything else as it is."""
    source = record.get("_source") if "_index" in record else None
    return source if isinstance(source, dict) else record


def _reason(line: bytes, error: orjson.JSONDecodeError) -> str:
    if "depth" in error.msg or "recursion" in error.msg:
        return "too-deep"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "not-utf8"
    return "not-json"
