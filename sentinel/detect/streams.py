"""The streams of the files of a log; what is no log is counted and named, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sentinel.detect.readers.unpack import STDIN, Stream, files_below, open_streams
from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally


def streams_of(path: Path, tally: Tally, unreadable: list[str]) -> Iterator[Stream]:
    """Yield the streams of a file, or of all files in a folder or archive."""
    found = False
    for file, below in files_below(path, tally):
        found = True
        try:
            yield from open_streams(file, f"{name_of(path)}{below}", tally)
        except InputError as error:
            refuse(error, tally, unreadable)
    if not found:
        refuse(InputError(Location(name_of(path)), "is a folder without files"), tally, unreadable)


def refuse(error: InputError, tally: Tally, unreadable: list[str]) -> None:
    """Count a file that is no log as skipped, and name it."""
    unreadable.append(str(error))
    tally.skip(Skipped(error.fault.location.path, "file", "unreadable", error.fault.what))


def name_of(path: Path) -> str:
    """Return what a path is called in alerts and summaries."""
    return "standard input" if path == STDIN else path.name or str(path)
