"""Puts a file in its place whole or not at all, also when the process is killed meanwhile."""

from __future__ import annotations

import os
from pathlib import Path


def write_file(path: Path, data: bytes) -> Path:
    """Write beside the place first, and then move it there in one step."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
