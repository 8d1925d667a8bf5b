"""Writes records as JSON lines, plain or packed, so that the same records always give the same bytes."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import zstandard

Record: TypeAlias = Mapping[str, object]


def write_lines(path: Path, records: Iterable[Record]) -> int:
    """Write one JSON object a line, packed as the name's ending says; return how many."""
    lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records]
    path.write_bytes(pack(path, ("\n".join(lines) + "\n").encode()))
    return len(lines)


def pack(path: Path, raw: bytes) -> bytes:
    """Return the bytes packed as the name's ending says."""
    if path.suffix == ".zst":
        return zstandard.ZstdCompressor(level=19, write_checksum=True).compress(raw)
    if path.suffix == ".gz":
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=9, mtime=0) as file:
            file.write(raw)
        return packed.getvalue()
    return raw
