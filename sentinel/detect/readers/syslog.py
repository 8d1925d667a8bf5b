"""Reads syslog: a message a line, or counted octets (RFC 6587), with what programs put inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detect.readers.cef import decode
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import MAX_LINE, lines
from sentinel.detect.readers.payload import read_payload
from sentinel.detect.readers.stamps import UNKNOWN, Clock
from sentinel.detect.readers.syslog_message import Message, looks_headed, read_message
from sentinel.detect.readers.sysmon_linux import holds_event, read_sysmon
from sentinel.detect.readers.unpack import peek
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

_COUNT = re.compile(rb"([1-9]\d{0,8}) (?=<\d{1,3}>)")
_LONGEST_HEAD = len("123456789 <191>")
_LINES_LOOKED_AT = 20

Frame = tuple[str, bytes | Skipped]
"""Where a message stands, and its bytes or why there are none."""


def looks_like_syslog(head: Head) -> bool:
    """Say whether one of the first lines has the head of a syslog message, or a count of octets is before the first."""
    if not head.is_text:
        return False
    lines = head.text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]
    return _COUNT.match(head.data) is not None or any(looks_headed(line) for line in lines)


def is_counted(head: bytes) -> bool:
    """Say whether a stream that begins so counts the octets of its messages."""
    return _COUNT.match(head) is not None


def read_syslog(chunks: Iterator[bytes], name: str, tally: Tally, clock: Clock = UNKNOWN) -> Iterator[Event]:
    """Yield an event a message. A line without a head is an event too: by RFC 3164 it is all message.

    `clock` says what times without a year or a zone mean; without it a time without a year is None, and one without
    a zone is UTC. Bytes that are not UTF-8 are read as Latin-1. Skipped: `too-long` (over 4 MiB), `truncated` (the
    file ends inside a counted message), `not-counted` (a counted stream goes on without a count), and what the XML
    of Sysmon for Linux can be skipped for. Blank lines are nothing.
    """
    for place, frame in frames(chunks, name):
        event = _event(frame, name, place, clock) if isinstance(frame, bytes) else frame
        if isinstance(event, Skipped):
            tally.skip(event)
        elif event is not None:
            yield event


def frames(chunks: Iterator[bytes], name: str) -> Iterator[Frame]:
    """Yield messages; the first one says whether the stream counts its octets, so that no later one can change it."""
    head, chunks = peek(chunks, _LONGEST_HEAD)
    return _counted(_Stream(chunks), name) if is_counted(head) else _lines(chunks, name)


def _lines(chunks: Iterator[bytes], name: str) -> Iterator[Frame]:
    for number, line in lines(chunks):
        yield str(number), _too_long(name, str(number)) if line is None else line


class _Stream:
    """Bytes that are taken in pieces of asked lengths."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.held = b""
        self.at = 0

    def ahead(self, size: int) -> bytes:
        """Return up to `size` next bytes and leave them; fewer only at the end."""
        while len(self.held) - self.at < size and (chunk := next(self.chunks, None)) is not None:
            self.held, self.at = self.held[self.at :] + chunk, 0
        return self.held[self.at : self.at + size]

    def take(self, size: int) -> bytes:
        """Return up to `size` next bytes."""
        taken = self.ahead(size)
        self.at += len(taken)
        return taken

    def drop(self, size: int) -> int:
        """Throw away up to `size` bytes without holding them, and return how many there were."""
        left = size
        while left and (gone := len(self.take(min(left, MAX_LINE)))):
            left -= gone
        return size - left


def _counted(stream: _Stream, name: str) -> Iterator[Frame]:
    number = 0
    while head := stream.ahead(_LONGEST_HEAD):
        if head[:1] in b"\r\n":
            stream.take(1)
            continue
        number += 1
        count = _COUNT.match(head)
        if count is None:
            yield str(number), Skipped(name, str(number), "not-counted", "from here on no count of octets is found")
            return
        stream.take(count.end())
        yield str(number), _message(stream, int(count[1]), name, str(number))


def _message(stream: _Stream, size: int, name: str, place: str) -> bytes | Skipped:
    if size > MAX_LINE:
        return _too_long(name, place) if stream.drop(size) == size else _truncated(name, place)
    message = stream.take(size)
    return message if len(message) == size else _truncated(name, place)


def _truncated(name: str, place: str) -> Skipped:
    return Skipped(name, place, "truncated", "the file ends inside a counted message")


def _too_long(name: str, place: str) -> Skipped:
    return Skipped(name, place, "too-long", f"longer than {MAX_LINE:,} bytes")


def _event(frame: bytes, name: str, place: str, clock: Clock) -> Event | Skipped | None:
    text = decode(frame).strip("\ufeff\r\n\0")
    return read_event(read_message(text, clock), name, place) if text.strip() else None


def read_event(message: Message, name: str, place: str) -> Event | Skipped:
    """Return the event of a message. A time that a record inside tells goes before the one of its carrier."""
    if holds_event(message):
        return read_sysmon(message, name, place)
    fields, own = read_payload(message)
    time = own or message.time
    if time is not None:
        fields.setdefault("@timestamp", time.isoformat())
    return Event(name, place, time, fields)
