"""Gives the lines of a text file, whatever encoding and packing it is in, none longer than is kept in memory."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally

MAX_LINE = 256 * 1024
GZIP = b"\x1f\x8b"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


Bytes: TypeAlias = io.BufferedReader | gzip.GzipFile


def open_bytes(path: Path, name: str) -> Bytes:
    """Open a file, unpacked where it is gzip; InputError where it cannot be opened."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        return gzip.open(path, "rb") if packed else path.open("rb")
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error


def head_of(path: Path, name: str, size: int) -> bytes:
    """Return the first bytes of a file, unpacked; fewer where it is cut off."""
    head = b""
    with open_bytes(path, name) as file:
        try:
            while len(head) < size and (some := file.read1(size - len(head))):
                head += some
        except (EOFError, OSError, zlib.error):
            pass  # what could be unpacked is what there is to see
    return head


def read_whole(path: Path, name: str, most: int) -> bytes:
    """Return the bytes of a file; InputError where it breaks off, or is longer than `most`."""
    with open_bytes(path, name) as file:
        try:
            data = file.read(most + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise InputError(Location(name), f"breaks off while it is unpacked ({type(error).__name__})") from error
    if len(data) > most:
        raise InputError(Location(name), f"is larger than {most // 1024**2} MiB")
    return data


def read_lines(path: Path, name: str, tally: Tally) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line without its end.

    UTF-8, UTF-16 with its mark, else Windows' western alphabet. A line that is too long is skipped as `too-long`; where
    a packed file breaks off, `truncated` is counted.
    """
    with open_bytes(path, name) as file:
        lines = _wide(file) if _starts_with(file, _UTF16) else map(_decoded, _bounded(file))
        number = 0
        while True:
            try:
                line = next(lines, None)
            except (EOFError, OSError, zlib.error, UnicodeError) as error:
                tally.skip(Skipped(name, f"line {number + 1}", "truncated", type(error).__name__))
                return
            if line is None:
                return
            number += 1
            if len(line) > MAX_LINE:
                tally.skip(Skipped(name, f"line {number}", "too-long"))
                continue
            yield number, line.rstrip("\r\n")


def _starts_with(file: Bytes, marks: tuple[bytes, ...]) -> bool:
    try:
        return file.read(2) in marks
    except (EOFError, OSError, zlib.error):
        return False
    finally:
        file.seek(0)


def _bounded(file: Bytes) -> Iterator[bytes]:
    """Yield lines; of one that is too long only what shows that it is, and the rest of it is passed over."""
    while line := file.readline(MAX_LINE + 2):
        whole = line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE + 2)
            if not line:
                break
        yield whole


def _wide(file: Bytes) -> Iterator[str]:
    text = io.TextIOWrapper(file, encoding="utf-16", errors="replace")
    try:
        while line := text.readline(MAX_LINE + 2):
            whole = line
            while len(line) > MAX_LINE and not line.endswith("\n"):
                line = text.readline(MAX_LINE + 2)
                if not line:
                    break
            yield whole
    finally:
        text.detach()  # the file is closed by whoever opened it


def _decoded(line: bytes) -> str:
    line = line.removeprefix(codecs.BOM_UTF8)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
