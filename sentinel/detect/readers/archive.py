"""Reads the members of a zip archive, each as a stream of its own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally

ZIP = b"PK\x03\x04"
MOST_MEMBERS = 10_000
MOST_UNPACKED = 1024**4
READ_BYTES = 256 * 1024
_ENCRYPTED = 1
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def members(file: IO[bytes], name: str, tally: Tally) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the files in an archive by name, in its order; folders are nothing.

    Skipped: `encrypted`, `unsupported` (packed in a way whose memory cannot be bounded), `too-many` (over 10,000),
    `corrupt`, `too-large` (one of over 1 TiB unpacked). InputError: it has no table of contents.
    """
    try:
        archive = ZipFile(file)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(Location(name), f"is a zip archive, but broken: {error}") from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in islice(entries, MOST_MEMBERS):
        label = f"{name}/{entry.filename}"
        if reason := _unreadable(entry):
            tally.skip(Skipped(label, "file", reason))
        else:
            yield label, _read(archive, entry, label, tally)
    for entry in entries[MOST_MEMBERS:]:
        tally.skip(Skipped(f"{name}/{entry.filename}", "file", "too-many", f"of more than {MOST_MEMBERS:,} files"))


def _unreadable(entry: ZipInfo) -> str:
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted"
    return "" if entry.compress_type in {ZIP_STORED, ZIP_DEFLATED} else "unsupported"


def _read(archive: ZipFile, entry: ZipInfo, label: str, tally: Tally) -> Iterator[bytes]:
    length = 0
    try:
        with archive.open(entry) as member:
            while chunk := member.read(READ_BYTES):
                yield chunk
                length += len(chunk)
                if length > MOST_UNPACKED:
                    tally.skip(Skipped(label, "", "too-large", f"more than {MOST_UNPACKED:,} bytes unpacked"))
                    return
    except _BROKEN as error:
        tally.skip(Skipped(label, "", "corrupt", f"the packed stream is broken: {error}"))
