"""Keeps a stream in a file of its own, for formats whose table of contents stands at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from sentinel.errors import InputError, Location

MOST_SPOOLED = 64 * 1024**3


@contextmanager
def spool(chunks: Iterator[bytes], name: str, most: int = MOST_SPOOLED) -> Iterator[IO[bytes]]:
    """Give a temporary file that holds the stream; InputError: longer than `most` bytes, or no room for it."""
    length = 0
    with TemporaryFile() as file:
        for chunk in chunks:
            length += len(chunk)
            if length > most:
                raise InputError(Location(name), f"is too large to be read: more than {most:,} bytes")
            try:
                file.write(chunk)
            except OSError as error:
                raise InputError(Location(name), f"cannot be kept in a temporary file: {error.strerror}") from error
        file.seek(0)
        yield file
