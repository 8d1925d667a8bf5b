"""Sorts more lines than memory holds: they are spread over files by the hash of their key, and sorted file by file."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

BUCKETS = 256
WAITING = 8 * 1024 * 1024
"""Bytes that wait in memory before they are written."""


@lru_cache(maxsize=16_384)
def spread(key: str) -> int:
    """Return a number from 0 to 65,535 that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:2], "big")


class Spool:
    """Lines on disk by key. What was put in twice comes out once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._waiting: dict[int, list[bytes]] = defaultdict(list)
        self._bytes = 0
        self.size = 0

    def add(self, key: str, line: bytes) -> None:
        """Put in a line, which holds no line end."""
        self._waiting[spread(key) >> 8].append(line)
        self._bytes += len(line) + 1
        self.size += len(line) + 1
        if self._bytes >= WAITING:
            self._write()

    def buckets(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the lines of each bucket, sorted, and forget them. The number is the first byte of the keys' hash."""
        self._write()
        for number in range(BUCKETS):
            path = self._folder / f"{number:02x}"
            if path.exists():
                lines = sorted(set(path.read_bytes().split(b"\n")) - {b""})
                path.unlink()
                yield number, lines

    def _write(self) -> None:
        for number, lines in self._waiting.items():
            with (self._folder / f"{number:02x}").open("ab") as file:
                file.write(b"\n".join(lines) + b"\n")
        self._waiting.clear()
        self._bytes = 0
