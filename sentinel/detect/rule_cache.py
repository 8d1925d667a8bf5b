"""A folder of compiled rules: what is read from it is whole, of this program, and this user's own work, or not used.

Whoever could write there could make rules say nothing, so a file that another user owns or may change is foreign.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from tempfile import NamedTemporaryFile

MOST_KEPT = 200
"""Files kept, by when they were last used."""
MOST_BYTES = 100_000_000
"""What they hold together; the newest is kept whatever it holds."""
ABANDONED = 3_600
"""Seconds after which a half-written file belongs to nobody any more."""

# A link is not followed, and a pipe is not waited for.
_READING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
# Names that nobody else gives files: whatever else lies in the folder is left alone.
_PREFIX, _KEPT, _PART = "sentinel-", ".rules", ".part"
_MAGIC = b"sentinel rules\n"
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class RuleCache:
    """What was compiled, by a key that says all that it was made of. It may be lost at any time."""

    folder: Path

    def load(self, key: str) -> bytes | None:
        """Return what was saved under a key; None where there is nothing that can be trusted."""
        path = self._path(key)
        try:
            file = os.open(path, _READING)
            with open(file, "rb") as opened:  # noqa: PTH123 -- a descriptor, which was opened with flags of its own
                status = os.fstat(file)
                found = opened.read() if stat.S_ISREG(status.st_mode) and _is_own(status) else b""
        except OSError:
            return None
        with suppress(OSError):  # a disk that is read-only knows of no last use
            os.utime(path)
        head = len(_MAGIC) + _DIGEST
        data = found[head:]
        return data if found[:head] == _head(key, data) else None

    def save(self, key: str, data: bytes) -> None:
        """Save under a key, all or nothing. Where that cannot be, nothing is saved: the next start is just slower."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_own(self.folder.stat()):
                self._write(key, data)
                self._tidy()

    def _path(self, key: str) -> Path:
        return self.folder / f"{_PREFIX}{key}{_KEPT}"

    def _write(self, key: str, data: bytes) -> None:
        with NamedTemporaryFile(dir=self.folder, prefix=_PREFIX, suffix=_PART, delete=False) as part:
            try:
                part.write(_head(key, data) + data)
                part.close()
                Path(part.name).replace(self._path(key))
            except BaseException:  # an interrupt too: nothing half-written is left
                Path(part.name).unlink(missing_ok=True)
                raise

    def _tidy(self) -> None:
        """Remove what was not used for longest, and what was never finished."""
        found = [(path, path.stat()) for path in self.folder.glob(f"{_PREFIX}*{_KEPT}")]
        found.sort(key=lambda one: one[1].st_mtime, reverse=True)
        sizes = accumulate(status.st_size for _, status in found)
        old = [path for at, ((path, _), size) in enumerate(zip(found, sizes, strict=True)) if _is_much(at, size)]
        parts = [
            path for path in self.folder.glob(f"{_PREFIX}*{_PART}") if time.time() - path.stat().st_mtime > ABANDONED
        ]
        for path in (*old, *parts):
            path.unlink(missing_ok=True)


def _is_much(before: int, size: int) -> bool:
    """Say whether a file is one too many behind so many newer ones, with which it holds so many bytes."""
    return before >= MOST_KEPT or (before > 0 and size > MOST_BYTES)


def _head(key: str, data: bytes) -> bytes:
    """Return what stands before the data: a hash that holds for this key only, so that no file stands for another."""
    return _MAGIC + hashlib.blake2b(key.encode() + b"\0" + data, digest_size=_DIGEST).digest()


def _is_own(status: os.stat_result) -> bool:
    """Say whether only this user can have written it; where users have no numbers, the folder's place must do."""
    if not hasattr(os, "geteuid"):
        return True
    others = stat.S_IWGRP | stat.S_IWOTH
    return status.st_uid == os.geteuid() and not status.st_mode & others
