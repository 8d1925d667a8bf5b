"""Reads Windows events as XML: an exported `<Events>` file, or `<Event>` elements one after another without a root."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from sentinel.detect.fields import ATTRIBUTES, MAX_DEPTH, TEXT, flatten
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.unpack import peek
from sentinel.detect.times import event_time
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

MAX_EVENT = 4 * 1024 * 1024
MAX_TAG = 64 * 1024
NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"

# The name of a tag must end there: <EventData> is not <Event>.
_TAG = re.compile(r"<Event(?:\s[^<>]*?)?(?P<empty>/)?>|(?P<end></Event\s*>)|(?P<type><!(?:DOCTYPE|ENTITY))")
_CUT = re.compile(r"<E(?:v(?:e(?:n(?:t(?:\s[^<>]*)?)?)?)?)?\Z")
# Windows exports control characters as they are, though XML 1.0 has no place for them.
_ILLEGAL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_ROOT = re.compile(r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*+<([A-Za-z_][\w.:-]*)", re.DOTALL)
_MARKUP = re.compile(r"<!--.*?-->|<[^<>]*(?:>|\Z)", re.DOTALL)
_TYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)")
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def looks_like_winxml(head: Head) -> bool:
    """Say whether the first element is one of Windows events; what events say in their text must not decide."""
    start = head.text.lstrip()
    found = _ROOT.match(start)
    return found is not None and found[1] in {"Event", "Events"} and not _TYPE.search(start)


def read_winxml(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event an `<Event>` element. Each is parsed by itself, so that a broken one costs only itself.

    UTF-8, or UTF-16 with a byte-order mark; bytes that are no text and characters that XML forbids become U+FFFD.
    Skipped: `not-xml`, `too-long` (over 4 Mi letters), `too-deep`, `too-large`, `not-an-event` (it has no System),
    `truncated`. InputError: a document type or entity is declared before the first event.
    """
    head, chunks = peek(chunks, 3)
    number = 0
    for number, element in enumerate(_elements(_decoded(chunks, head), name), start=1):
        result = read_element(element, name, str(number)) if isinstance(element, str) else element
        if isinstance(result, Skipped):
            tally.skip(result)
        else:
            yield result
    if head and not number:
        tally.skip(Skipped(name, "file", "not-an-event", "there is no event in it"))


def _decoded(chunks: Iterator[bytes], head: bytes) -> Iterator[str]:
    encoding = next((known for mark, known in _ENCODINGS if head.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _tokens(texts: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Cut a text at the tags of events: (start, empty, end, type, or text; what stands there)."""
    held = ""
    for text in texts:
        held += text
        at = 0
        for tag in _TAG.finditer(held):
            yield "text", held[at : tag.start()]
            yield tag.lastgroup or "start", tag[0]
            at = tag.end()
        unfinished = held.rfind("<")
        keep = unfinished if unfinished >= max(at, len(held) - MAX_TAG) else len(held)
        yield "text", held[at:keep]
        held = held[keep:]
    yield "text", held


@dataclass(slots=True)
class _Open:
    """The event that is being gathered, or what stands between two."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    depth: int = 0

    def add(self, text: str) -> None:
        self.length += len(text)
        if self.length <= MAX_EVENT:
            self.parts.append(text)
        else:
            self.parts.clear()

    def finish(self, name: str, place: str) -> str | Skipped:
        whole = "".join(self.parts)
        if self.length > MAX_EVENT:
            return Skipped(name, place, "too-long", f"longer than {MAX_EVENT:,} letters")
        return whole

    def left_out(self, name: str, place: str) -> Iterator[Skipped]:
        """Yield one skip where text stands between events, which belongs to none of them."""
        if _MARKUP.sub("", "".join(self.parts)).strip("\ufeff\0 \t\r\n") or self.length > MAX_EVENT:
            yield Skipped(name, place, "not-an-event", "text outside of events")


def _elements(texts: Iterator[str], name: str) -> Iterator[str | Skipped]:
    """Yield the text of each outermost `<Event>`, or why it is none.

    A start tag that declares the namespace of events begins a new event, even where the last one never ended.
    """
    event, line, any_yet, text = _Open(), 1, False, ""
    between = _Open()
    for kind, text in _tokens(texts):
        line += text.count("\n")
        if kind == "text" and not event.depth:
            between.add(text)
        elif between.length:
            yield from between.left_out(name, f"line {line}")
            between = _Open()
        if kind == "type" and not any_yet and not event.depth:
            raise InputError(Location(name, line), "declares a document type or an entity; such XML is refused")
        if kind == "start" and event.depth and NAMESPACE in text:
            yield Skipped(name, f"line {line}", "truncated", "another event starts before its end")
            event = _Open()
        event.depth += kind == "start"
        inside = event.depth > 0 or kind == "empty"
        if inside:
            event.add(text)
        event.depth -= kind == "end" and inside
        if inside and not event.depth:
            yield event.finish(name, f"line {line}")
            event, any_yet = _Open(), True
    yield from between.left_out(name, f"line {line}")
    if event.depth or _CUT.search(text):
        yield Skipped(name, f"line {line}", "truncated", "the file ends inside an event")


def read_element(element: str, name: str, place: str) -> Event | Skipped:
    """Return the event that is one `<Event>` element, or why it is none."""
    tree = _parse(_ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", element))
    if isinstance(tree, str):
        return Skipped(name, place, tree)
    if not isinstance(tree.get("System"), dict):
        return Skipped(name, place, "not-an-event", "it has no System")
    fields = flatten({"Event": tree})
    if isinstance(fields, str):
        return Skipped(name, place, fields)
    return Event(name, str(fields.get("EventRecordID", place)), event_time(fields), fields)


class _TooDeepError(Exception):
    """Leaves the parser's callbacks; never this module."""


class _Tree:
    """Builds what `fields.windows` reads: texts, or mappings of attributes, text and children by name."""

    def __init__(self) -> None:
        self.open: list[tuple[dict[str, Any], list[str]]] = [({}, [])]

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > MAX_DEPTH:
            raise _TooDeepError
        if attributes:
            attributes = {key: value for key, value in attributes.items() if key.partition(":")[0] != "xmlns"}
        self.open.append(({ATTRIBUTES: attributes} if attributes else {}, []))

    def text(self, text: str) -> None:
        self.open[-1][1].append(text)

    def end(self, name: str) -> None:
        element, texts = self.open.pop()
        value: dict[str, Any] | str = element
        if not element:
            value = "".join(texts)
        elif len(element) == 1 and ATTRIBUTES in element:
            element[TEXT] = "".join(texts)
        _append(self.open[-1][0], name, value)


def _append(parent: dict[str, Any], name: str, value: object) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def _parse(element: str) -> dict[str, Any] | str:
    """Return a tree of mappings, lists and texts, or the reason why there is none."""
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.CharacterDataHandler = tree.text
    parser.EndElementHandler = tree.end
    try:
        parser.Parse(element.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError:
        return "not-xml"
    except _TooDeepError:
        return "too-deep"
    event = tree.open[0][0]["Event"]
    return event if isinstance(event, dict) else {}
