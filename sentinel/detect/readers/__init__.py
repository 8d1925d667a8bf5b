"""Logs as events: a path is one stream or several (a folder, an archive), and each stream is of one format."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sentinel.detect.readers.head import HEAD_BYTES, UTF16, as_utf8, head_of
from sentinel.detect.readers.recognise import read, recognise
from sentinel.detect.readers.unpack import Stream, files_below, open_streams, peek
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

MARK_BYTES = len(codecs.BOM_UTF8)


def open_chunks(stream: Stream, format: str | None = None) -> tuple[str, Iterator[bytes]]:  # noqa: A002 - the word users know
    """Return the format of a stream and its unpacked bytes, UTF-16 made UTF-8; nothing is read twice.

    `format` is a key of FORMATS; without it the content decides. InputError, at once: nothing in it is a format we
    read, or it cannot be read.
    """
    head, chunks = peek(stream.chunks, MARK_BYTES if format else HEAD_BYTES)
    if head.startswith(UTF16):
        head, chunks = peek(as_utf8(chunks), MARK_BYTES if format else HEAD_BYTES)
    if not head and stream.packed:
        raise InputError(Location(stream.name), "is empty, or cut off before anything could be unpacked")
    return format or recognise(head_of(head), stream.name).name, chunks


def open_events(
    stream: Stream,
    tally: Tally,
    format: str | None = None,  # noqa: A002 - the word users know
) -> tuple[str, Iterator[Event]]:
    """Return the format of a stream and its events, lazily; `open_chunks` says the rest.

    What is handled and skipped is counted in `tally` as the events are taken.
    """
    kind, chunks = open_chunks(stream, format)
    return kind, _counted(read(kind, chunks, stream.name, tally, stream.clock), tally)


def read_log(path: Path, name: str, tally: Tally, format: str | None = None) -> Iterator[Event]:  # noqa: A002 - as above
    """Return the events of all streams of a path, one after another; the first is opened at once.

    InputError: one of them cannot be read, or is of no format we read.
    """
    files = ((file, f"{name}{below}") for file, below in files_below(path, tally))
    streams = (stream for file, label in files for stream in open_streams(file, label, tally))
    opened = (open_events(stream, tally, format)[1] for stream in streams)
    return chain(next(opened, ()), chain.from_iterable(opened))


def _counted(events: Iterator[Event], tally: Tally) -> Iterator[Event]:
    for event in events:
        tally.handled += 1
        yield event
