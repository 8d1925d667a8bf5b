"""Reads the logs of Zeek as it writes them by default: values between tabs, described by lines that begin with `#`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import MAX_LINE, as_event, lines
from sentinel.model.events import Event, Value
from sentinel.model.skipped import Skipped, Tally

PATH = "_path"
"""Holds which log it is (`conn`, `dns`), as where Zeek streams JSON."""

_HEX = re.compile(rb"\\x([0-9a-fA-F]{2})")
_WHOLE = frozenset({"count", "int", "port"})
_DECIMAL = frozenset({"double", "interval", "time"})


@dataclass(slots=True)
class _Header:
    """What the lines above say about the rows below; it may change inside a file that was put together."""

    separator: bytes = b"\t"
    set_separator: bytes = b","
    empty_field: bytes = b"(empty)"
    unset_field: bytes = b"-"
    path: str = ""
    fields: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    def read(self, line: bytes) -> None:
        """Take in one line that begins with `#`."""
        if line.startswith(b"#separator "):
            self.separator = _plain(line.removeprefix(b"#separator ")) or b"\t"
            return
        key, *values = line[1:].split(self.separator)
        first = values[0] if values else b""
        match key:
            case b"set_separator" if first:
                self.set_separator = _plain(first)
            case b"empty_field":
                self.empty_field = first
            case b"unset_field":
                self.unset_field = first
            case b"path":
                self.path = _text(first)
            case b"fields":
                self.fields, self.types = [_text(value) for value in values], []
            case b"types":
                self.types = [_text(value) for value in values]
            case _:
                pass  # when it was opened and closed

    def value(self, raw: bytes, kind: str) -> Value:
        """Return one value as its type says; what does not fit its type stays text."""
        if kind.startswith(("set[", "vector[")):
            inner = kind[kind.index("[") + 1 : -1]
            return (
                [] if raw == self.empty_field else [self.value(item, inner) for item in raw.split(self.set_separator)]
            )
        if raw == self.empty_field:
            return ""
        text = _text(raw)
        if kind == "bool" and text in {"T", "F"}:
            return text == "T"
        return _number(text, kind)


def looks_like_zeek(head: Head) -> bool:
    """Say whether a log begins with a line that describes the others."""
    return head.data.startswith((b"#separator ", b"#set_separator\t", b"#fields\t"))


def read_zeek(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    r"""Yield an event a row; an unset value is absent, sets and vectors are lists, `\xc3` is the byte it names.

    Skipped: `too-long`, `no-header` (a row above `#fields`), `wrong-width` (other than `#fields`), `too-large`.
    """
    header = _Header()
    for number, line in lines(chunks):
        if line is None:
            tally.skip(Skipped(name, str(number), "too-long", f"longer than {MAX_LINE:,} bytes"))
        elif line.startswith(b"#"):
            header.read(line.removesuffix(b"\r"))
        elif line.strip():
            result = _event(header, line.removesuffix(b"\r"), name, str(number))
            if isinstance(result, Skipped):
                tally.skip(result)
            else:
                yield result


def _event(header: _Header, line: bytes, name: str, place: str) -> Event | Skipped:
    cells = line.split(header.separator)
    if not header.fields:
        return Skipped(name, place, "no-header", "it stands above '#fields'")
    if len(cells) != len(header.fields):
        return Skipped(name, place, "wrong-width", f"{len(cells)} values under {len(header.fields)} names")
    kinds = header.types if len(header.types) == len(cells) else ["string"] * len(cells)
    record: dict[str, Value] = {PATH: header.path} if header.path else {}
    for column, cell, kind in zip(header.fields, cells, kinds, strict=True):
        if cell != header.unset_field:
            record[column] = header.value(cell, kind)
    return as_event(record, name, place)


def _number(text: str, kind: str) -> Value:
    try:
        if kind in _WHOLE:
            return int(text)
        return float(text) if kind in _DECIMAL else text
    except ValueError:
        return text


def _plain(raw: bytes) -> bytes:
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), raw)


def _text(raw: bytes) -> str:
    """Return text in which escaped bytes stand for themselves, unless they are no text together."""
    for form in (_plain(raw), raw):
        try:
            return form.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")
