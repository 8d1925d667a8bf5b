"""Reads the items of one long list inside a JSON object, one at a time: a feed's year does not fit in small memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from sentinel.scan.knowledge.stream import CHUNK, Stream

MOST_OF_ONE = 32 * 1024 * 1024
"""Letters of one item; the largest real ones have some millions."""
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_CUT_SHORT = 64
"""A number or word that ends with the buffer may go on in the next piece."""


class NotJsonError(ValueError):
    """A text that is no JSON, is cut off, or is too deep or too long in one place."""


def long_object(stream: Stream, lists: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield key and value of each member of the outermost object; for keys of `lists`, each item of the list.

    NotJsonError where it is none, after all that stood before.
    """
    text = _Text(stream)
    text.expect("{")
    if text.taken("}"):
        return
    while True:
        key = text.value()
        text.expect(":")
        if key in lists and text.taken("["):
            for item in _listed(text):
                yield key, item
        else:
            yield str(key), text.value()
        if not text.taken(","):
            break
    text.expect("}")


def _listed(text: _Text) -> Iterator[Any]:
    if text.taken("]"):
        return
    while True:
        yield text.value()
        if not text.taken(","):
            break
    text.expect("]")


class _Text:
    """The text of a stream, as much of it at a time as one value needs."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._text = ""
        self._at = 0
        self._ended = False

    def expect(self, sign: str) -> None:
        """Take a sign; NotJsonError where another stands."""
        if not self.taken(sign):
            raise NotJsonError(self._stream.broken or f"no '{sign}' where one belongs")

    def taken(self, sign: str) -> bool:
        """Take a sign where it is the next, and say whether it was."""
        self._skip_space()
        if self._text[self._at : self._at + 1] != sign:
            return False
        self._at += 1
        return True

    def value(self) -> Any:  # noqa: ANN401 -- JSON
        """Take and return the next value."""
        self._skip_space()
        wanted = CHUNK
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise NotJsonError("is nested too deeply") from error
            except ValueError as error:
                if self._ended or len(self._text) - self._at > MOST_OF_ONE:
                    raise NotJsonError(self._stream.broken or "is no JSON, or cut off") from error
            else:
                if self._ended or len(self._text) - end > _CUT_SHORT:
                    self._at = end
                    return found
            self._more(wanted)
            wanted = len(self._text) - self._at  # each time twice as much, so that a long item is not read anew forever

    def _skip_space(self) -> None:
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._ended:
                return
            self._more(CHUNK)

    def _more(self, size: int) -> None:
        piece = self._stream.read(max(size, CHUNK))
        self._ended = not piece
        self._text = self._text[self._at :] + self._decoder.decode(piece, final=self._ended)
        self._at = 0
