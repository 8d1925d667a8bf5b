"""Reads JSON that is not lines: arrays, wrappers such as CloudTrail's `Records`, and values written over many lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import BOM, MAX_LINE, as_event, decode, looks_like_jsonl
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

MOST_BEFORE = 4096
"""So many bytes of a wrapper are looked at for the name of its list."""

Lost = Literal["too-long", "truncated"]

_WRAPPERS = ("Records", "records", "value", "Events")
_BESIDE = frozenset({"count", "Count", "nextLink", "NextToken", "nextToken", "Marker", "IsTruncated"})
_CONTEXT = r'(?:"@odata[^"]{0,200}"\s*:\s*"[^"\\]{0,2000}"\s*,\s*)*'
_WRAPPER = re.compile(rf'\{{\s*{_CONTEXT}"(?:{"|".join(_WRAPPERS)})"\s*:\s*\[')
_WRAPPER_BYTES = re.compile(_WRAPPER.pattern.encode())
_ARRAY = re.compile(r"\[\s*(?:[\[{\]]|\Z)")
_MANY_LINES = re.compile(r"\{\s*(?:\n|\Z)")
_OBJECT = re.compile(r'\{\s*["}]')

# A string ends at its quote, and a broken one at the end of its line: JSON has no line ends in strings. Nothing
# here goes back, so that a string whose end is not there yet stops everything at its quote.
_STRING = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+(?>"|\n|\\\n)'
_SKIPPED = rb'(?>[^"{}\[\]]++|%s)*+' % _STRING
_TEXT = re.compile(_STRING)
_INSIDE = re.compile(_SKIPPED)
_BRACKET = re.compile(_SKIPPED + rb"[{}\[\]]")
_BETWEEN = re.compile(rb"[\s,]*+")
_PLAIN = re.compile(rb'[^\s,\[\]{}"]*+')


def looks_like_json(head: Head) -> bool:
    """Say whether a log begins as an array, a wrapper, or an object that does not end in its line."""
    start = head.text.lstrip()
    if _ARRAY.match(start) or _WRAPPER.match(start) or _MANY_LINES.match(start):
        return True
    return bool(_OBJECT.match(start)) and not looks_like_jsonl(head)


def read_json(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event an object: an element of a top-level array or wrapper, or a top-level value by itself.

    `record` counts them. What stands beside a wrapper's list is no record. Skipped: as `read_jsonl`, and `truncated`
    where the file ends inside an element or a list.
    """
    for number, element in enumerate(elements(chunks), start=1):
        if isinstance(element, str):
            tally.skip(Skipped(name, str(number), element))
            continue
        for result in _events(element, name, str(number)):
            if isinstance(result, Skipped):
                tally.skip(result)
            else:
                yield result


def elements(chunks: Iterator[bytes]) -> Iterator[bytes | Lost]:
    """Split JSON into the bytes of its records, or why one is lost; nothing is decoded.

    Each piece of rubbish between two elements is one of its own.
    """
    source = _Source(chunks)
    while source.skip_between():
        if source.data.startswith(b"[", source.at):
            source.at += 1
            yield from _listed(source)
        elif source.begins_wrapper():
            yield from _listed(source)
            if source.take_value(depth=1) == "truncated":
                yield "truncated"
        else:
            yield source.take_value()


def _listed(source: _Source) -> Iterator[bytes | Lost]:
    """Yield the elements of a list whose bracket is behind us."""
    while source.skip_between():
        if source.data.startswith(b"]", source.at):
            source.at += 1
            return
        yield source.take_value()
    yield "truncated"


class _Source:
    """A window on the stream: `data` from `at` on is not used yet."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.data = b""
        self.at = 0
        self.dropped = False
        while len(self.data) < len(BOM) and self.more():
            pass
        self.data = self.data.removeprefix(BOM)

    def more(self) -> bool:
        """Take more in, the more the longer the value that is not at its end; say whether there was anything."""
        held = [self.data[self.at :]]
        wanted = len(held[0]) // 4
        for chunk in self.chunks:
            held.append(chunk)
            wanted -= len(chunk)
            if wanted <= 0:
                break
        self.data = b"".join(held)
        self.at = 0
        return len(held) > 1

    def skip_between(self) -> bool:
        """Go to the next value or bracket; say whether there is one."""
        while True:
            self.at = _end(_BETWEEN, self.data, self.at)
            if self.at < len(self.data):
                return True
            if not self.more():
                return False

    def begins_wrapper(self) -> bool:
        """Go to the first element of a wrapper's list and say yes, or say no."""
        if self.data[self.at] != _OPEN:
            return False
        while len(self.data) - self.at < MOST_BEFORE and self.more():
            pass
        found = _WRAPPER_BYTES.match(self.data, self.at, self.at + MOST_BEFORE)
        if found:
            self.at = found.end()
        return found is not None

    def take_value(self, depth: int = 0) -> bytes | Lost:
        """Take the value that begins here, or up to its end the one that we are `depth` brackets deep in."""
        self.dropped = False
        first = self.data[self.at : self.at + 1]
        if depth or first in b"{[}]":
            end = self._bracket(depth)
        elif first == b'"':
            end = self._text()
        else:
            end = self._plain()
        if end is None:
            self.at = len(self.data)
            return "truncated"
        value = self.data[self.at : end]
        self.at = end
        return "too-long" if self.dropped or len(value) > MAX_LINE else value

    def _bracket(self, depth: int) -> int | None:
        """Return the end of the bracket that closes all that is open; one that closes nothing ends at itself."""
        scan = self.at
        while True:
            while found := _BRACKET.match(self.data, scan):
                scan = found.end()
                depth += 1 if self.data[scan - 1] in b"{[" else -1
                if depth <= 0:
                    return scan
            refilled = self._refill(scan)
            if refilled is None:
                return None
            scan = refilled

    def _text(self) -> int | None:
        while not (found := _TEXT.match(self.data, self.at)):
            if self._refill(self.at) is None:
                return None
        return found.end()

    def _plain(self) -> int:
        while (end := _end(_PLAIN, self.data, self.at)) == len(self.data):
            if self._refill(self.at) is None:
                break
        return end

    def _refill(self, scan: int) -> int | None:
        """Take another chunk in and return where `scan` is now, or None where there is none.

        Of a value that is too long, only what tells where it ends is kept.
        """
        behind = scan - self.at
        if len(self.data) - self.at > MAX_LINE:
            rest = self.data[_end(_INSIDE, self.data, scan) :]
            if len(rest) > MAX_LINE:
                rest = b'"' + b"\\" * ((len(rest) - len(rest.rstrip(b"\\"))) % 2)
            self.data, self.at, self.dropped, behind = rest, 0, True, 0
        return self.at + behind if self.more() else None


_OPEN = ord("{")


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    """Return where a pattern that matches anything, also nothing, ends."""
    found = pattern.match(data, at)
    return found.end() if found else at


def _events(element: bytes, name: str, place: str) -> Iterator[Event | Skipped]:
    record = decode(element, name, place)
    if isinstance(record, Skipped):
        yield record
        return
    inner = _inner(record)
    if inner is None:
        yield as_event(record, name, place)
        return
    for number, item in enumerate(inner, start=1):
        yield as_event(item, name, f"{place}.{number}")


def _inner(record: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the records of a wrapper that stands among others, or whose list does not come first."""
    names = [name for name in _WRAPPERS if name in record]
    if len(names) != 1 or any(name not in _BESIDE and not name.startswith("@odata") for name in record.keys() - names):
        return None
    items = record[names[0]]
    fit = isinstance(items, list) and items and all(isinstance(item, dict) for item in items)
    return items if fit else None
