"""What is new in a file, in pieces that end where a record does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from sentinel.detect.follow.content import SAMPLE, Content, File, advanced, digest
from sentinel.detect.follow.cuts import can_be_cut, context_events, cut
from sentinel.detect.readers.archive import ZIP
from sentinel.detect.readers.head import HEAD_BYTES, UTF16, head_of
from sentinel.detect.readers.jsonl import BOM
from sentinel.detect.readers.recognise import read, recognise
from sentinel.detect.readers.stamps import Clock
from sentinel.detect.readers.unpack import READ_BYTES, UNPACKERS
from sentinel.detect.readers.weberror import last_headed
from sentinel.errors import InputError
from sentinel.model.events import Event
from sentinel.model.followed import Followed
from sentinel.model.skipped import Tally

PIECE_BYTES = 4 * 1024 * 1024
MOST_HELD = 64 * 1024 * 1024
"""Bytes without the end of a line that are taken as they are."""
WHOLE = "whole"
_TELLING = 64
"""So many bytes without the end of a line tell a format that has no lines from a line that is still written."""

Keep = Callable[[bytes, bytes], None]
"""Takes what is new, and what stands for it where nothing of the file stands before it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Records that were not judged yet, and what is known of their file once they were.

    `raw` is what stands in the file behind what was read. `data` may begin before it, where the last record had no
    end then. A reader sees `lead` before that, and its first line has the number `line`.
    """

    file: File
    known: Followed
    data: bytes
    raw: bytes
    lead: bytes = b""
    line: int = 1

    def events(self, tally: Tally, keep: Keep) -> Iterator[Event]:
        """Yield the records, counted in the tally; hand to `keep` what an archive must hold of them."""
        keep(self.raw, self._alone())
        shift = self.line - 1 - self.lead.count(b"\n")
        clock = Clock(latest=datetime.fromtimestamp(self.file.changed / 1e9, UTC))
        data = self.lead + (self.data if self.line > 1 else self.data.removeprefix(BOM))
        chunks = (data[start : start + READ_BYTES] for start in range(0, len(data), READ_BYTES))
        kind = self.known.format
        for event in islice(read(kind, chunks, self.file.name, tally, clock), context_events(kind, self.lead), None):
            tally.handled += 1
            yield _numbered(event, shift)

    def _alone(self) -> bytes:
        """Return the same with what a reader must see before it, and with the beginning of its first record."""
        whole = self.data if len(self.data) > len(self.raw) else self.raw
        first = whole[: whole.find(b"\n") + 1]
        if self.known.position == len(self.raw) or (self.known.format == "weberror" and last_headed(first)):
            return whole
        return self.lead + whole


class Rest:
    """What an open file holds behind what was read.

    Once there is nothing more to take now, `behind` counts the bytes that wait for the end of their record, `broken`
    says why a packed file has no end, and `changed` whether the file does not hold any more what was read of it.
    """

    def __init__(self, file: File, content: Content, known: Followed) -> None:
        self.file = file
        self.behind = 0
        self.broken = ""
        self.changed = False
        self._content = content
        self._known = known
        first = known.position - known.tail_length
        self._start = min(first, known.position if known.open_at is None else known.open_at)
        self._chunks = content.chunks(self._start)
        self._held = b""
        self._ended = False

    def pieces(self, *, final: bool) -> Iterator[Piece]:
        """Yield what can be judged now; `final`: the last record is taken as it is, since no end of it came."""
        self._fill(self._known.position - self._start)
        before, self._held = self._split(self._known.position - self._start)
        tail = before[len(before) - self._known.tail_length :]
        if digest(tail) != self._known.tail:
            self.changed = True
            return
        opened_at = self._known.open_at
        half = before[opened_at - self._start :] if opened_at is not None else b""
        while (piece := self._next(half, tail, final=final)) is not None:
            tail, half, self._known = (tail + piece.raw)[-SAMPLE:], b"", piece.known
            yield piece
        self.behind = len(self._held)

    def _next(self, half: bytes, tail: bytes, *, final: bool) -> Piece | None:
        most = PIECE_BYTES
        while True:
            self._fill(most)
            whole = self._ended and (final or (self._content.packed and not self.broken))
            piece = self._cut(half, tail, last=bool(self._held) and (whole or len(self._held) > MOST_HELD))
            if piece is not None or self._ended:
                return piece
            most += PIECE_BYTES

    def _cut(self, half: bytes, tail: bytes, *, last: bool) -> Piece | None:
        known = self._known
        ends = next((len(end) for end in (b"\n", b"\r\n") if half and self._held.startswith(end)), 0)
        if ends:  # the record that had no end was whole, and was judged
            half, known = b"", replace(known, lines=known.lines + 1)
        data = half + self._held[ends:]
        made = cut(known.format, known.context.encode("latin-1"), data, last=last)
        end = max(ends, made.end - len(half) + ends)
        if end <= 0 or (not ends and not made.end):
            return None
        data, raw, self._held = data[: made.end], self._held[:end], self._held[end:]
        start = data.rfind(b"\n") + 1
        after = replace(
            advanced(known, tail, raw),
            context=made.context.decode("latin-1"),
            lines=known.lines + data.count(b"\n"),
            open_at=known.position + len(raw) - len(data) + start if start < len(data) and self._ended else None,
        )
        return Piece(self.file, after, data, raw, made.lead, known.lines + 1)

    def _fill(self, size: int) -> None:
        held, length = [self._held], len(self._held)
        while length < size and not self._ended:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended, self.broken = True, self._content.broken
            else:
                held.append(chunk)
                length += len(chunk)
        self._held = b"".join(held)

    def _split(self, at: int) -> tuple[bytes, bytes]:
        return self._held[:at], self._held[at:]


def format_of(content: Content, *, final: bool) -> str:
    """Return the format of a file, WHOLE where it cannot be read in pieces, or nothing where it cannot be said yet.

    InputError: it is of no format we read.
    """
    head = content.first(HEAD_BYTES)
    if head.startswith((ZIP, *UTF16, *UNPACKERS)):
        return WHOLE
    is_whole = final or len(head) == HEAD_BYTES or (content.packed and not content.broken)
    known = head if is_whole else _lines(head)
    if not known.strip():  # also of a file that holds nothing but blank lines
        return WHOLE if len(head) >= _TELLING and _is_whole_kind(head, content.name) else ""
    kind = recognise(head_of(known), content.name).name
    return kind if can_be_cut(kind, head) else WHOLE


def _is_whole_kind(head: bytes, name: str) -> bool:
    """Say whether what has no line yet is of a format that has none."""
    try:
        return not can_be_cut(recognise(head_of(head), name).name, head)
    except InputError:
        return False


def _lines(head: bytes) -> bytes:
    return head[: head.rfind(b"\n") + 1]


def _numbered(event: Event, shift: int) -> Event:
    """Return an event with the number of its line in the whole file; some tell a number of their own."""
    if not shift or not event.record.isdecimal() or "EventRecordID" in event.fields:
        return event
    return Event(event.source, str(int(event.record) + shift), event.time, event.fields)
