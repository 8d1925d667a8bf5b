"""Walks through XML of any size and gives the wanted elements one by one; declarations of entities are refused."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.clean import clean
from sentinel.scan.imports.lines import Bytes, open_bytes

CHUNK = 64 * 1024
MAX_TOKEN = 4 * 1024 * 1024
MAX_DEPTH = 60
MAX_CHILDREN = 2_000
MAX_TEXT = 4_000
CUT = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
}
"""What expat says of a document that ends too early."""


@dataclass(slots=True)
class Element:
    """One element with what is below it; `above` are its parent's attributes. Names come without their namespace."""

    tag: str
    attributes: dict[str, str]
    line: int
    above: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Yield the children of one name."""
        return (child for child in self.children if child.tag == tag)

    def value(self, *path: str) -> str:
        """Return the text of the first element down a path, without the space around it; empty where there is none."""
        here: Element | None = self
        for tag in path:
            here = next(here.all(tag), None) if here else None
        return here.text.strip() if here else ""


def read_elements(
    path: Path, name: str, tally: Tally, roots: frozenset[str], wanted: frozenset[str]
) -> Iterator[Element]:
    """Yield every element called one of `wanted` (the outermost of them), whole.

    The one that a cut file breaks off in is counted as `truncated` and not given. More than 2,000 parts in one element
    are left out, counted as `too-many-parts`.
    Raises InputError where the file is no XML with one of `roots`, or declares anything in its document type.
    """
    with open_bytes(path, name) as file:
        yield from _Walk(name, tally, roots, wanted).read(file)


class _Walk:
    """What is open while expat goes through one file."""

    def __init__(self, name: str, tally: Tally, roots: frozenset[str], wanted: frozenset[str]) -> None:
        self.name, self.tally, self.roots, self.wanted = name, tally, roots, wanted
        self.above: list[dict[str, str]] = []
        self.open: list[Element] = []
        self.ready: list[Element] = []
        self.parts = 0
        self.begun = self.finished = False
        # such tools write UTF-8; a document's own word for another encoding is not followed, so no codec is looked up
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity

    def read(self, file: Bytes) -> Iterator[Element]:
        """Feed the file through expat and yield what each piece completed."""
        given, chunk = 0, b"-"
        while chunk:
            try:
                chunk = file.read1(CHUNK)
                self.parser.Parse(chunk, not chunk)
            except expat.ExpatError as error:
                yield from self._ready()
                return self._broken_off(error)
            except (EOFError, OSError, zlib.error) as error:
                yield from self._ready()
                return self._skip("truncated", type(error).__name__)
            yield from self._ready()
            given += len(chunk)
            if given - self.parser.CurrentByteIndex > MAX_TOKEN:
                self._refuse(f"holds one tag or text longer than {MAX_TOKEN:,} bytes")
        return None

    def _ready(self) -> Iterator[Element]:
        yield from self.ready
        self.ready.clear()

    def _broken_off(self, error: expat.ExpatError) -> None:
        if not self.begun:
            raise InputError(Location(self.name, error.lineno), "is no XML, or broken from its beginning") from error
        reason = "after-the-end" if self.finished else "truncated" if error.code in CUT else "broken-xml"
        self.tally.skip(Skipped(self.name, f"line {error.lineno}", reason))

    def _skip(self, reason: str, detail: str = "") -> None:
        self.tally.skip(Skipped(self.name, f"line {self.parser.CurrentLineNumber}", reason, detail))

    def _refuse(self, what: str) -> NoReturn:
        raise InputError(Location(self.name, self.parser.CurrentLineNumber), what)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if not self.above:
            if tag not in self.roots:
                self._refuse(f"is XML that begins with <{clean(tag, 40)}>, not what was expected")
            self.begun = True
        if len(self.above) >= MAX_DEPTH:
            self._refuse(f"is nested more than {MAX_DEPTH} levels deep")
        if self.open or tag in self.wanted:
            self._open(tag, attributes)
        self.above.append(attributes)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, self.parser.CurrentLineNumber, self.above[-1] if self.above else {})
        if not self.open:
            self.parts = 0
        self.parts += 1
        if self.parts <= MAX_CHILDREN and self.open:
            self.open[-1].children.append(element)
        elif self.parts == MAX_CHILDREN + 1:
            self._skip("too-many-parts")
        self.open.append(element)

    def _end(self, _tag: str) -> None:
        self.above.pop()
        self.finished = not self.above
        if self.open:
            element = self.open.pop()
            if not self.open:
                self.ready.append(element)

    def _characters(self, text: str) -> None:
        if self.open and len(self.open[-1].text) < MAX_TEXT:
            self.open[-1].text = (self.open[-1].text + text)[:MAX_TEXT]

    def _doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            self._refuse("carries a document type with declarations of its own")

    def _entity(self, *_: object) -> None:
        self._refuse("declares entities")
