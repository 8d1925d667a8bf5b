"""The archive by day: what a watch over files has read, packed, on this machine, for its owner's eyes only."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

import orjson
import zstandard

from sentinel.detect.readers.unpack import READ_BYTES
from sentinel.errors import StoreError
from sentinel.model.archived import ArchivedFile
from sentinel.model.records import record_of
from sentinel.model.text import counted

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MANIFESTS = "manifests"
BLOCK_BYTES = 1024 * 1024
_LEVEL = 6
_PACKED = re.compile(r"\.(?:gz|zst|xz)\Z")
_UNSAFE = re.compile(r"[^\w.-]")
_ID_LETTERS = 8
_MOST_NAMES = 1_000_000


@dataclass(slots=True)
class Shelf:
    """What is added to one file of the archive in this step; only what is kept in the store counts afterwards."""

    path: Path
    file: ArchivedFile
    before: int
    changed: int = 0
    fresh: bool = False
    _held: bytearray = field(default_factory=bytearray)
    _out: IO[bytes] | None = None

    def put(self, data: bytes, alone: bytes) -> None:
        """Add what is new of a file, or where it is the first, what stands for it alone; StoreError: it cannot be."""
        self._held += alone if self.fresh else data
        self.fresh = False
        while len(self._held) >= BLOCK_BYTES:
            self._write(bytes(self._held[:BLOCK_BYTES]))
            del self._held[:BLOCK_BYTES]

    def count(self, records: int, times: Iterable[datetime | None]) -> None:
        """Count records, and note their outermost times."""
        known = [time for time in (*times, self.file.first, self.file.last) if time is not None]
        first, last = (min(known), max(known)) if known else (None, None)
        self.file = replace(self.file, records=self.file.records + records, first=first, last=last)

    def close(self) -> None:
        """Write the rest so that it is there after a loss of power; the file keeps the age of the log's own."""
        if self._held:
            self._write(bytes(self._held))
            self._held.clear()
        if self._out is not None:
            os.fsync(self._out.fileno())
            self._out.close()
            self._out = None
            os.utime(self.path, ns=(self.changed, self.changed))

    def drop(self) -> None:
        """Take back what was written in this step, as far as the disk allows; what is left is taken back later."""
        with suppress(OSError):
            if self._out is not None:
                self._out.close()
            if self.path.is_file():
                _cut_back(self.path, self.before)

    def _write(self, block: bytes) -> None:
        """Add one frame: each can be read by itself, so that one that was cut off costs no other."""
        frame = zstandard.ZstdCompressor(_LEVEL).compress(block)
        try:
            if self._out is None:
                self._out = _owned(self.path)
                self._out.truncate(self.file.bytes)
                self._out.seek(self.file.bytes)
            self._out.write(frame)
        except OSError as error:
            raise _unwritten(self.path, error) from error
        size, unpacked = self.file.bytes + len(frame), self.file.unpacked + len(block)
        self.file = replace(self.file, bytes=size, unpacked=unpacked)


class Archive:
    """One folder, of one watch at a time; a folder below it for each day (UTC) on which something was read.

    `files` are what the store says of it. `notes` gathers what a person should hear, `lost` what is missing in it.
    """

    def __init__(self, folder: Path, files: Iterable[ArchivedFile], keep_days: int | None = None) -> None:
        self.folder = folder
        self.keep_days = keep_days
        self._at = str(folder.absolute())
        self.files = {one.name: one for one in files if one.archive == self._at}
        self.notes: list[str] = []
        self.lost: list[str] = []
        self._shelves: dict[str, Shelf] = {}
        try:
            _folder(folder / MANIFESTS)
            self._lock = _locked(folder / MANIFESTS / ".lock")
        except OSError as error:
            raise StoreError(f"{folder}: no archive can be kept here: {error.strerror or error}") from error
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            self.notes.append(f"{folder}: others than its owner may look into the archive; chmod 700 ends that")

    def recover(self) -> list[str]:
        """Take back what was written and not kept in the store; return the keys of files that hold nothing."""
        empty = []
        for one in self.files.values():
            path = self.folder / one.name
            size = path.stat().st_size if path.is_file() else -1
            if size > one.bytes:
                _cut_back(path, one.bytes)
            if not one.bytes:
                empty.append(one.name)
            elif size < one.bytes:
                self.lost.append(f"{path}: {one.bytes - max(size, 0):,} bytes are missing, that were written")
        return [self.files.pop(name).key for name in empty]

    def place(self, day: date, log: str, source: str, content: str, *, whole: bool) -> ArchivedFile:
        """Return the file that holds what is read of a content on a day; a new one must be kept before it is used."""
        here = [one for one in self.files.values() if (one.day, one.content) == (day, content)]
        usable = [one for one in here if not one.sealed and not self._is_short(one)]
        if usable:
            return usable[-1]
        base = _PACKED.sub("", source.rpartition("/")[2])
        stem, end = f"{day}/{_safe(log)}/{_safe(base)}-{content[:_ID_LETTERS]}", ".jsonl.zst" if whole else ".zst"
        names = (f"{stem}{number}{end}" for number in ("", *(f"-{count}" for count in range(2, _MOST_NAMES))))
        free = next(name for name in names if name not in self.files and not (self.folder / name).exists())
        return ArchivedFile(free, day, log, source, content, self._at)

    def shelf(self, file: ArchivedFile, changed: int) -> Shelf:
        """Return where bytes are added to a file of the archive in this step."""
        if file.name not in self._shelves:
            path = self.folder / file.name
            try:
                _folder(path.parent)
            except OSError as error:
                raise _unwritten(path.parent, error) from error
            self._shelves[file.name] = Shelf(path, file, file.bytes, fresh=not file.unpacked)
        shelf = self._shelves[file.name]
        shelf.changed = max(shelf.changed, changed)
        return shelf

    def count(self, content: str, records: int, times: Iterable[datetime | None]) -> None:
        """Count the records that were added of a content in this step, and note their outermost times."""
        for shelf in self._shelves.values():
            if shelf.file.content == content:
                shelf.count(records, times)

    def close(self) -> list[ArchivedFile]:
        """Write all of this step, and return the files as they are now, to be kept in the store."""
        try:
            for shelf in self._shelves.values():
                shelf.close()
        except OSError as error:
            raise _unwritten(self.folder, error) from error
        return [shelf.file for shelf in self._shelves.values()]

    def kept(self, files: Iterable[ArchivedFile]) -> None:
        """Note that files are kept in the store as they are."""
        self.files |= {one.name: one for one in files}
        self._shelves.clear()

    def drop(self) -> None:
        """Forget this step, and take back what it wrote."""
        for shelf in self._shelves.values():
            shelf.drop()
        self._shelves.clear()

    def sealed(self, today: date) -> list[ArchivedFile]:
        """Return the files of days that are over, with their SHA-256."""
        over = [one for one in self.files.values() if one.day < today and not one.sealed]
        return [replace(one, sealed=True, sha256=self._hash(one)) for one in over]

    def expired(self, today: date) -> list[str]:
        """Remove the days that are older than is kept, and say so; return the keys of files that are gone."""
        if self.keep_days is None:
            return []
        first = today - timedelta(days=self.keep_days)
        for folder in sorted(self._days()):
            if folder < first.isoformat():
                count = sum(one.records for one in self.files.values() if one.day.isoformat() == folder)
                shutil.rmtree(self.folder / folder)
                (self.folder / MANIFESTS / f"{folder}.jsonl").unlink(missing_ok=True)
                told = f"removed, {counted(count, 'record')}, after {counted(self.keep_days, 'day')}"
                self.notes.append(f"{self.folder / folder}: {told}")
        gone = [name for name, one in self.files.items() if one.day < first]
        return [self.files.pop(name).key for name in gone]

    def write_manifests(self, days: Iterable[date]) -> None:
        """Write what the folders of some days hold, a line for each file."""
        for day in sorted(set(days)):
            rows = sorted((one for one in self.files.values() if one.day == day), key=lambda one: one.name)
            whole = (one if one.sha256 else replace(one, sha256=self._hash(one)) for one in rows)
            path = self.folder / MANIFESTS / f"{day}.jsonl"
            others = _lines_of_others(path, self.files)
            with _owned(path.with_suffix(".new")) as out:
                out.truncate(0)
                out.writelines(others)
                out.writelines(orjson.dumps(record_of(one)) + b"\n" for one in whole)
            path.with_suffix(".new").replace(path)

    def release(self) -> None:
        """Let another watch have the folder."""
        self._lock.close()

    def _days(self) -> Iterator[str]:
        for path in self.folder.iterdir():
            if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name) and path.is_dir() and not path.is_symlink():
                yield path.name

    def _is_short(self, one: ArchivedFile) -> bool:
        path = self.folder / one.name
        return bool(one.bytes) and (not path.is_file() or path.stat().st_size < one.bytes)

    def _hash(self, one: ArchivedFile) -> str:
        return hash_of(self.folder / one.name, one.bytes)


def hash_of(path: Path, size: int) -> str:
    """Return the SHA-256 of the first `size` bytes of a file; nothing where they are not there."""
    digest, left = hashlib.sha256(), size
    try:
        with path.open("rb") as file:
            while left and (chunk := file.read(min(left, READ_BYTES))):
                digest.update(chunk)
                left -= len(chunk)
    except OSError:
        return ""
    return "" if left else digest.hexdigest()


def _lines_of_others(path: Path, own: Mapping[str, ArchivedFile]) -> list[bytes]:
    """Return the lines of a manifest that another store knows of."""
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    return [line for line in lines if _name_in(line) not in own]


def _name_in(line: bytes) -> str:
    try:
        return str(orjson.loads(line)["name"])
    except (orjson.JSONDecodeError, KeyError, TypeError):  # written by no watch: it is kept as it is
        return ""


def _cut_back(path: Path, size: int) -> None:
    """Leave so many bytes of a file; of none, no file."""
    if size:
        os.truncate(path, size)
    else:
        path.unlink()


def _unwritten(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path}: the archive cannot be written: {error.strerror or error}")


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name)[:80].strip(".") or "_"


def _folder(path: Path) -> None:
    for folder in reversed((path, *path.parents)):
        if not folder.is_dir():
            folder.mkdir(mode=0o700)


def _owned(path: Path) -> IO[bytes]:
    """Open a file to be changed, that nobody but its owner may look into."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b")


def _locked(path: Path) -> IO[bytes]:
    """Hold a lock that ends with this process, however it ends; OSError where another holds it."""
    file = _owned(path)
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise OSError(error.errno, "another watch keeps its archive here") from error
    return file
