"""Finds the documents of a feed: a file, a folder of files, an archive of them, packed or not, one inside another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.clean import clean
from sentinel.scan.knowledge.archives import BLOCK, ArchiveError, is_tar, tar_members
from sentinel.scan.knowledge.stream import Allowance, Stream, plain, unpacked
from sentinel.scan.knowledge.zips import ZIP, zip_members

MOST_DOCUMENTS = 3_000_000
DEEPEST = 4
"""gzip in tar in xz in a folder is more than any feed needs."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document, by the name that people know it by, and its bytes."""

    label: str
    stream: Stream


@dataclass(slots=True)
class _Walk:
    """What one walk through a feed has spent. Not frozen: it is a counter."""

    tally: Tally
    allowance: Allowance
    documents: int = 0


def documents(path: Path, name: str, tally: Tally, allowance: Allowance | None = None) -> Iterator[Document]:
    """Yield the documents of a file or folder in the order of their names; each must be read before the next.

    Skipped: `unreadable`, `broken-archive`, `encrypted`, `unsupported`, `link`, `too-deep`, `too-many`. InputError: the
    feed itself cannot be opened.
    """
    walk = _Walk(tally, allowance or Allowance())
    try:
        is_folder = path.is_dir()
        if not is_folder:
            path.open("rb").close()
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error
    for label, file in _files(path, name) if is_folder else ((name, path),):
        yield from _opened(file, label, walk)


def _files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder; links to folders are not followed, and hidden folders are no part of a feed."""
    for place, below, names in os.walk(folder):
        below[:] = sorted(one for one in below if not one.startswith("."))
        for one in sorted(names):
            path = Path(place) / one
            yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _opened(path: Path, label: str, walk: _Walk) -> Iterator[Document]:
    try:
        file = path.open("rb") if path.is_file() else None
    except OSError as error:
        walk.tally.skip(Skipped(label, "", "unreadable", error.strerror or ""))
        return
    if file is None:
        walk.tally.skip(Skipped(label, "", "unreadable", "no file"))
        return
    with file:
        yield from _inside(label, Stream(plain(file)), walk, 0, file)


def _inside(label: str, stream: Stream, walk: _Walk, depth: int, file: IO[bytes] | None) -> Iterator[Document]:
    """Yield the document that a stream is, or those that are in it."""
    if walk.documents >= MOST_DOCUMENTS:
        walk.tally.skip(Skipped(label, "", "too-many"))
        return
    inner = unpacked(stream, walk.allowance)
    archive = inner is None and (stream.peek(len(ZIP)) == ZIP or is_tar(stream.peek(BLOCK)))
    if depth >= DEEPEST and (inner is not None or archive):
        walk.tally.skip(Skipped(label, "", "too-deep"))
    elif inner is not None:
        yield from _inside(label, inner, walk, depth + 1, None)
    elif archive:
        yield from _members(label, stream, walk, depth + 1, file)
    else:
        walk.documents += 1
        yield Document(label, stream)


def _members(label: str, stream: Stream, walk: _Walk, depth: int, file: IO[bytes] | None) -> Iterator[Document]:
    is_zip = stream.peek(len(ZIP)) == ZIP
    try:
        for name, member in zip_members(stream, file, walk.allowance) if is_zip else tar_members(stream):
            place = f"{label}/{clean(name.removeprefix('./'))}"
            if isinstance(member, str):
                walk.tally.skip(Skipped(place, "", member))
            else:
                yield from _inside(place, member, walk, depth, None)
    except ArchiveError as error:
        walk.tally.skip(Skipped(label, "", "broken-archive", str(error)))
