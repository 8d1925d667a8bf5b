"""Lays out the map: areas from top to bottom, a line for each place, and the lines of talk in the open beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sentinel.report.inventory.drawing import Box, Drawing, End, Rect, Sign, Style, Wire, Word
from sentinel.report.inventory.places import Block, Chip, Place
from sentinel.report.inventory.ties import KINDS, Tie
from sentinel.report.inventory.wires import Line, lines
from sentinel.report.lettering import BOLD, breadth, wrap
from sentinel.report.pages import Mark

LARGE, SMALL = 14, 12
_PAD, _SIGN = 12.0, 12.0
_TEXT = _PAD + _SIGN + 8
"""Where texts begin: behind the signs."""
_GAP, _HEAD, _GROUP = 10.0, 30.0, 24.0
"""Between areas; the height of an area's title; of a heading within it."""
_CHIP, _CHIP_GAP = 22.0, 6.0
_IN, _OUT = 12.0, 24.0
"""Below the upper edge of a place: where lines of those who call it end, and where lines of its own calls begin."""


@dataclass(frozen=True, slots=True)
class Size:
    """A width that the map is drawn for.

    `title` is the room for what a place is called; without it, all its texts stand below each other. `columns` is how
    many lines of talk may lie beside each other, `places` how many places a map may have before they are put together,
    `height` where a drawing ends and the next one begins, and `first` where the first of several ends. `letters` is how
    wide the letters are, where they are known to be narrower than those of most screens.
    """

    name: str
    width: float
    title: float
    step: float
    columns: int
    places: int
    height: float = float("inf")
    first: float = float("inf")
    letters: float = 1.0


WIDE = Size("wide", 800, 262, 13, 22, 40)
NARROW = Size("narrow", 272, 0, 9, 8, 40)
PAPER = Size("paper", 680, 230, 12, 16, 20, 940, 600, 0.86)


@dataclass(slots=True)
class _Pen:
    """Collects what is drawn while it goes down the page; not frozen: it is a pen."""

    letters: float
    y: float = 0.0
    rects: list[Rect] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    tops: dict[str, float] = field(default_factory=dict)

    def wrap(self, text: str, width: float, letters: int, most: int, *, bold: bool = False) -> list[str]:
        """Break a text into the lines that a width holds."""
        return wrap(text, width / self.letters / (BOLD if bold else 1), letters, most)

    def breadth(self, text: str, letters: int, *, bold: bool = False) -> float:
        """Return how much room a text takes."""
        return breadth(text, letters, bold=bold) * self.letters


@dataclass(frozen=True, slots=True)
class Laid:
    """A drawing's parts, and how many ties found no room in it."""

    width: float
    height: float
    pen: _Pen
    wires: tuple[Wire, ...]
    ends: tuple[End, ...]
    left_out: int

    def named(self, name: str, title: str, description: str) -> Drawing:
        """Return the drawing under its name and with its words."""
        pen = self.pen
        parts = tuple(pen.rects), self.wires, self.ends, tuple(pen.signs), tuple(pen.words)
        return Drawing(name, title, description, self.width, self.height, *parts)


def lay_out(blocks: Sequence[Block], ties: Sequence[Tie], says: Mapping[str, str], size: Size, note: str = "") -> Laid:
    """Lay out one drawing; `says` is what each place is heard to do, `note` a dashed line above all."""
    rows = {place.key: number for number, place in enumerate(place for block in blocks for place in block.places)}
    drawn, left_out = lines(ties, rows, size.columns)
    columns = max((line.column for line in drawn), default=-1) + 1
    box = size.width - (columns * size.step + 14 if columns else 0)
    pen = _Pen(size.letters)
    if note:
        _note(pen, note, size.width)
    for block in blocks:
        _block(pen, block, says, box, size)
    wires, ends = _wires(drawn, pen.tops, box, size)
    return Laid(size.width, max(pen.y - _GAP, 1.0), pen, wires, ends, left_out)


def _note(pen: _Pen, note: str, width: float) -> None:
    texts = pen.wrap(note, width - _TEXT - _PAD, SMALL, 6)
    height = len(texts) * 16 + 14
    pen.rects.append(Rect(0.75, pen.y + 0.75, width - 1.5, height - 1.5, "open"))
    pen.signs.append(Sign(_PAD, pen.y + 9, Mark("open", "open")))
    _stack(pen, _TEXT, pen.y + 19, texts, "plain")
    pen.y += height + _GAP


def _block(pen: _Pen, block: Block, says: Mapping[str, str], box: float, size: Size) -> None:
    frame, top = len(pen.rects), pen.y
    if block.title:
        _title(pen, block, box, size)
    for heading, places in block.groups:
        if heading:
            pen.words.append(Word(_PAD, pen.y + 15, heading, SMALL, "soft"))
            pen.y += _GROUP
        for place in places:
            _place(pen, place, says.get(place.key, ""), box, size)
    pen.y += 4
    area = Rect(0.75, top + 0.75, box - 1.5, pen.y - top - 1.5, "open" if block.open else "area")
    pen.rects.insert(frame, area)
    pen.y += _GAP


def _title(pen: _Pen, block: Block, box: float, size: Size) -> None:
    """Write an area's name and what is to be known of it, beside each other where there is room."""
    left = _TEXT if block.open else _PAD
    if block.open:
        pen.signs.append(Sign(_PAD, pen.y + 9, Mark("open", "open")))
    names = pen.wrap(block.title, (box - left - _PAD), LARGE, 2, bold=True)
    pen.words += [Word(left, pen.y + 20 + 17 * n, text, LARGE, "strong") for n, text in enumerate(names)]
    beside = left + pen.breadth(names[0], LARGE, bold=True) + 12 if names else left
    room = box - beside - _PAD
    if size.title and len(names) == 1 and pen.breadth(block.note, SMALL) <= room:
        pen.words.append(Word(round(beside, 1), pen.y + 20, block.note, SMALL, "soft"))
        pen.y += _HEAD
        return
    notes = pen.wrap(block.note, box - left - _PAD, SMALL, 4)
    below = pen.y + 20 + 17 * len(names)
    _stack(pen, left, below - 1, notes, "soft")
    pen.y += _HEAD + 17 * (len(names) - 1) + 16 * len(notes)


def _place(pen: _Pen, place: Place, said: str, box: float, size: Size) -> None:
    top, frame = pen.y, len(pen.rects)
    pen.tops[place.key] = top
    if place.mark is not None:
        pen.signs.append(Sign(_PAD, top + 6, place.mark))
    room = (size.title or box) - _TEXT - (0 if size.title else 8)
    names = pen.wrap(place.title, room, LARGE, 1 if size.title else 2, bold=True)
    texts = pen.wrap(place.note, room, SMALL, 1 if size.title else 2)
    style: Style = "alarm" if place.alarm else "plain"
    if size.title:
        _stack(pen, size.title + 8, top + 17, pen.wrap(said, box - size.title - _PAD - 8, SMALL, 2), style)
    else:
        texts += pen.wrap(said, room, SMALL, 3)
    pen.words += [Word(_TEXT, top + 17 + 17 * n, text, LARGE, "strong") for n, text in enumerate(names)]
    below = 17 * (len(names) - 1)
    _stack(pen, _TEXT, top + 32 + below, texts, "soft")
    pen.y = top + max(38.0, 26.0 + below + 16 * len(texts))
    if place.chips:
        _chips(pen, place.chips, box)
    if place.open:
        pen.rects.insert(frame, Rect(4, top + 1, box - 8, pen.y - top - 4, "open"))
    elif place.care:
        pen.rects.insert(frame, Rect(0.75, top + 2, 4, pen.y - top - 6, "alarm" if place.alarm else "care"))


def _chips(pen: _Pen, chips: Sequence[Chip], box: float) -> None:
    x, y = _TEXT, pen.y
    for chip in chips:
        sign = 16 if chip.mark else 0
        text = " ".join(pen.wrap(chip.text, box - _TEXT - _PAD - sign - 16, SMALL, 1, bold=True))
        width = round(pen.breadth(text, SMALL, bold=chip.care) + sign + 16, 1)
        if x > _TEXT and x + width > box - _PAD:
            x, y = _TEXT, y + _CHIP + _CHIP_GAP
        pen.rects.append(Rect(round(x, 1), y, width, _CHIP, _chip(chip)))
        if chip.mark:
            pen.signs.append(Sign(round(x + 7, 1), y + 5, chip.mark))
        pen.words.append(Word(round(x + 8 + sign, 1), y + 15.5, text, SMALL, "strong" if chip.care else "plain"))
        x += width + _CHIP_GAP
    pen.y = y + _CHIP + 8


def _chip(chip: Chip) -> Box:
    if chip.mark is not None and chip.mark.tone == "open":
        return "open"
    return "alarming" if chip.alarm else "caring" if chip.care else "chip"


def _stack(pen: _Pen, x: float, y: float, texts: Sequence[str], style: Style) -> None:
    pen.words += [Word(x, y + 16 * n, text, SMALL, style) for n, text in enumerate(texts)]


def _wires(
    drawn: Sequence[Line], tops: Mapping[str, float], box: float, size: Size
) -> tuple[tuple[Wire, ...], tuple[End, ...]]:
    """Return the lines, the weightiest last, so that it lies on top."""
    wires: list[Wire] = []
    ends: list[End] = []
    for line in sorted(drawn, key=lambda line: (-KINDS.index(line.kind), line.column, tops[line.server])):
        x = box + 14 + line.column * size.step
        into = tops[line.server] + _IN
        outs = [tops[client] + _OUT for client in line.clients]
        stubs = "".join(f"M{box:g} {y:g}H{x:g}" for y in outs)
        wires.append(
            Wire(f"M{box + 7:g} {into:g}H{x:g}M{x:g} {min(into, *outs):g}V{max(into, *outs):g}{stubs}", line.kind)
        )
        ends.append(End(box + 1, into, line.kind, arrow=True))
        ends += [End(x, y, line.kind, arrow=False) for y in (into, *outs)]
    return tuple(wires), tuple(ends)
