"""Reads the rule files of a zip, a tar or a folder; what an archive claims is never trusted."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from sentinel.errors import InputError, Location

LONGEST_NAME = 400
LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
RULES = (".yml", ".yaml")
NOT_RULES = frozenset({"deprecated", "unsupported", "tests", "test", ".github", "regression_data", "documentation"})

_PACKERS: Mapping[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\0": lzma.open, b"BZh": bz2.open}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a source may hold: entries, bytes unpacked, bytes of one file."""

    entries: int = 50_000
    bytes: int = 256 * 1024 * 1024
    one: int = 8_000_000


BOUNDS = Bounds()


@dataclass(slots=True)
class Archive:
    """What was taken out of a source: bytes by path, the hash of the source, and what was passed over by reason."""

    source: str
    bounds: Bounds = BOUNDS
    sha256: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    bytes: int = 0


def read_archive(source: Path, bounds: Bounds = BOUNDS) -> Archive:
    """Return the rule and licence files of a source, below the one folder that holds all of it, if there is one.

    InputError refuses the whole source: paths that lead out of it, links, devices, encryption, more than the
    bounds allow, two entries of one name, or bytes that are no archive at all.
    """
    archive = Archive(source.name, bounds)
    digest = hashlib.sha256()
    try:
        for name, content in _entries(source, archive):
            archive.files[name] = content
        for name in sorted(archive.files) if source.is_dir() else ():
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + archive.files[name] + b"\0")
        archive.sha256 = digest.hexdigest() if source.is_dir() else _hash_file(source)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        raise InputError(Location(source.name), f"cannot be read: {error}") from error
    except (RuntimeError, NotImplementedError, ValueError) as error:  # zipfile's words for encrypted and unknown
        raise InputError(Location(source.name), f"cannot be unpacked: {error}") from error
    _refuse_both_at_once(archive)
    archive.files = _below_common_folder(archive.files)
    _keep_rules(archive)
    return archive


def _entries(source: Path, archive: Archive) -> Iterator[tuple[str, bytes]]:
    if source.is_dir():
        return _from_folder(source, archive)
    if zipfile.is_zipfile(source):
        return _from_zip(source, archive)
    return _from_tar(source, archive)


def _from_folder(source: Path, archive: Archive) -> Iterator[tuple[str, bytes]]:
    for path in sorted(_paths(source)):
        name = path.relative_to(source).as_posix()
        _count(archive, name)
        if path.is_symlink() or not path.is_file():
            raise _refused(archive, name, "is a link or no plain file")
        if _is_wanted(name, archive):
            with path.open("rb") as file:
                yield name, _bounded(archive, name, file.read(archive.bounds.one + 1))


def _paths(folder: Path) -> Iterator[Path]:
    """Yield all that is no folder, links to folders too; OSError where something cannot be looked into."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            yield from () if entry.name == ".git" else _paths(entry)
        elif entry.name != ".git":  # a file in a worktree
            yield entry


def _from_zip(source: Path, archive: Archive) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(source) as packed:
        for entry in packed.infolist():
            _count(archive, entry.filename)
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
                raise _refused(archive, entry.filename, "is a link or no plain file")
            if not entry.is_dir() and _is_wanted(entry.filename, archive):
                with packed.open(entry) as file:
                    yield _clean(entry.filename), _bounded(archive, entry.filename, file.read(archive.bounds.one + 1))


def _from_tar(source: Path, archive: Archive) -> Iterator[tuple[str, bytes]]:
    with _unpacked(source) as stream, tarfile.open(fileobj=cast("Any", _Counted(stream, archive)), mode="r|") as packed:
        for entry in packed:  # as a stream: an entry is never looked up by another's name
            _count(archive, entry.name)
            if not (entry.isreg() or entry.isdir()):
                raise _refused(archive, entry.name, "is a link or no plain file")
            file = packed.extractfile(entry) if entry.isreg() and _is_wanted(entry.name, archive) else None
            if file is not None:
                yield _clean(entry.name), _bounded(archive, entry.name, file.read(archive.bounds.one + 1))


def _unpacked(source: Path) -> IO[bytes]:
    with source.open("rb") as file:
        head = file.read(6)
    for magic, opened in _PACKERS.items():
        if head.startswith(magic):
            return cast("IO[bytes]", opened(source))
    return source.open("rb")


class _Counted:
    """A stream that ends the reading of an archive which unpacks to too much, headers and what is passed over too."""

    def __init__(self, stream: IO[bytes], archive: Archive) -> None:
        self.stream = stream
        self.archive = archive
        self.bytes = 0

    def read(self, size: int) -> bytes:
        block = self.stream.read(size)
        self.bytes += len(block)
        most = self.archive.bounds.bytes
        if self.bytes > most:
            raise _refused(self.archive, "it", f"unpacks to more than {most:,} bytes")
        return block


def _count(archive: Archive, name: str) -> None:
    """Count an entry, and refuse the archive for a name that leads out of it or for too many of them."""
    archive.seen += 1
    if archive.seen > archive.bounds.entries:
        raise _refused(archive, name, f"is one of more than {archive.bounds.entries:,} entries")
    parts = PurePosixPath(name).parts
    outside = name.startswith("/") or "\\" in name or ".." in parts or (parts and ":" in parts[0])
    if outside or "\0" in name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _refused(archive, name, "has a path that leads elsewhere or cannot be written")
    if _clean(name) in archive.files:
        raise _refused(archive, name, "stands in it twice")


def _clean(name: str) -> str:
    return PurePosixPath(name).as_posix()


def _is_wanted(name: str, archive: Archive) -> bool:
    path = PurePosixPath(name)
    if path.suffix in RULES or path.name.upper().startswith(LICENCES):
        return True
    archive.skipped["no rule file"] += 1
    return False


def _bounded(archive: Archive, name: str, content: bytes) -> bytes:
    archive.bytes += len(content)
    if len(content) > archive.bounds.one:
        raise _refused(archive, name, f"is larger than {archive.bounds.one:,} bytes")
    if archive.bytes > archive.bounds.bytes:
        raise _refused(archive, name, f"brings the whole to more than {archive.bounds.bytes:,} bytes unpacked")
    return content


def _refuse_both_at_once(archive: Archive) -> None:
    for name in archive.files:
        for above in PurePosixPath(name).parents:
            if above.as_posix() in archive.files:
                raise _refused(archive, above.as_posix(), "is a file and a folder at once")


def _below_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return paths without the one folder (`sigma-master/`) that forges put around a checkout."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files) and not next(iter(tops)).startswith("rules"):
        return {name.partition("/")[2]: content for name, content in files.items()}
    return files


def _keep_rules(archive: Archive) -> None:
    """Keep licences and what is in folders of rules, where there are any; what is set aside is counted."""
    has_folders = any(name.startswith("rules") and "/" in name for name in archive.files)
    for name in list(archive.files):
        top, inner, _ = name.partition("/")
        licence = PurePosixPath(name).suffix not in RULES
        if licence or (not has_folders and not NOT_RULES & set(PurePosixPath(name).parts[:-1])):
            continue
        if not (has_folders and inner and top.startswith("rules")):
            archive.skipped[f"in {top}, which holds no rules in use" if inner else "not in a folder of rules"] += 1
            del archive.files[name]


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refused(archive: Archive, name: str, why: str) -> InputError:
    shown = "".join(letter if letter.isprintable() else "�" for letter in name[:100])
    return InputError(Location(archive.source), f"is refused: {shown} {why}")
