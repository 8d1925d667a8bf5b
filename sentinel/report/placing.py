"""Puts a file in its place whole or not at all, also when the process is killed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from sentinel.errors import RenderError
from sentinel.model.records import Record
from sentinel.model.text import Language


@dataclass(frozen=True, slots=True)
class Place:
    """Where reports are written, in which languages, and with whose templates."""

    folder: Path
    languages: tuple[Language, ...]
    base: Path


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Make a folder for what is written meanwhile; RenderError names what cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise RenderError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def as_json(record: Record) -> bytes:
    """Return a record as the bytes of a file that a person can read too."""
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


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
