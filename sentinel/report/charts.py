"""Lays out the charts; `charts.svg.j2` draws them, the same for the web page and for paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias

from sentinel.report.lettering import breadth, wrap
from sentinel.report.pages import Box, Chart, Label, Tone

WIDTH = 680.0
"""Units across; paper is 170 mm, so four units are a millimetre."""

COLOURS: Mapping[str, str] = {
    "ink": "#12303f",
    "quiet": "#5b6b75",
    "met": "#1f6f54",
    "partly": "#5f9683",
    "unmet": "#a3341f",
    "paper": "#f6f8f8",
    "rule": "#d5dde1",
    "white": "#ffffff",
}
DARK: Mapping[str, str] = {
    "ink": "#e8eff2",
    "quiet": "#a3b3bc",
    "met": "#63c29e",
    "partly": "#4d8a76",
    "unmet": "#f0907c",
    "paper": "#16262e",
    "rule": "#35474f",
    "white": "#0d1a20",
}
"""The same roles on a dark page; `white` is what stands on filled boxes."""

_BAR_HEIGHT = 54.0
_ROW = 24.0
_LANE = 13.0
_NAMES = 190.0
"""Room for the names beside the lanes of the timeline."""
_BARS = 400.0
_BAR_ROW = 22.0
_WORDS = 132.0
"""Room for the severities beside their bars."""
_SMALL, _LARGE, _TWO_LINES = 14, 20, 11
"""20 units are 14 points: large enough in semibold for white on the middle colour (3:1)."""


Span: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: how many, and the text on it: in `words` where there is room, else the short label or none."""

    label: str
    count: int
    tone: Tone
    words: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One log's line in time: None for a log that was awaited and never came."""

    label: str
    first: datetime | None
    last: datetime | None
    gaps: tuple[tuple[datetime, datetime], ...] = ()


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours as WCAG 2.1 defines it, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 (black) to 1: what a grey print keeps."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - WCAG 2.1
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def status_bar(name: str, title: str, description: str, parts: Sequence[Part]) -> Chart:
    """Draw all requirements as one bar; parts that nobody looked at are dashed empty boxes of their true size."""
    total = sum(part.count for part in parts)
    boxes: list[Box] = []
    labels: list[Label] = []
    x = 0.0
    for part in parts:
        width = _round(WIDTH * part.count / total) if total else 0.0
        if not part.count:
            continue
        unseen = part.tone == "open"
        boxes.append(_inset(Box(x, 0, width, _BAR_HEIGHT, part.tone, "dashed" if unseen else "filled")))
        text = next((text for text in (part.words, part.label) if text and _room(text) <= width), "")
        if text:
            labels.append(Label(_round(x + 8), 34, text, "start", "plain" if unseen else "white", _LARGE))
        x = _round(x + width)
    if not total:
        boxes.append(_inset(Box(0, 0, WIDTH, _BAR_HEIGHT, "open", "dashed")))
    return Chart(name, title, description, WIDTH, _BAR_HEIGHT, tuple(boxes), tuple(labels))


def severity_bars(name: str, title: str, description: str, parts: Sequence[Part]) -> Chart:
    """Draw one thin bar a severity, with its word and count beside it."""
    most = max((part.count for part in parts), default=0)
    boxes: list[Box] = []
    labels: list[Label] = []
    for row, part in enumerate(parts):
        top = row * _BAR_ROW
        labels.append(Label(0, top + 14, part.label, "start", "plain", _SMALL))
        width = _round(max(3.0, 230.0 * part.count / most)) if part.count else 0.0
        if width:
            boxes.append(Box(_WORDS, top + 3, width, 13, part.tone, "filled"))
        labels.append(
            Label(
                _round((_WORDS + 8 if width else _WORDS) + width), top + 14, str(part.count), "start", "plain", _SMALL
            )
        )
    height = max(_BAR_ROW * len(parts), 1.0)
    return Chart(name, title, description, _BARS, height, tuple(boxes), tuple(labels))


def timeline(
    name: str, title: str, description: str, lanes: Sequence[Lane], ticks: Sequence[tuple[datetime, str]]
) -> Chart:
    """Draw each log in time: filled where records are, hatched where they are missing, dashed where it never came."""
    times = [t for lane in lanes for t in (lane.first, lane.last) if t is not None]
    start, end = (min(times), max(times)) if times else (None, None)
    boxes: list[Box] = []
    labels: list[Label] = []
    for row, lane in enumerate(lanes):
        top = row * _ROW
        if start is None or end is None or lane.first is None or lane.last is None:
            boxes.append(_inset(Box(0, top + 2, WIDTH, _LANE + 5, "open", "dashed")))
            labels.append(Label(8, top + 16, lane.label, "start", "plain", _SMALL))
        else:
            labels += beside(lane.label, _NAMES - 8, top + 4 + _LANE / 2)
            boxes += _lane_boxes(lane, (lane.first, lane.last), (start, end), top + 4)
    height = len(lanes) * _ROW + (20 if ticks else 0)
    if start is not None and end is not None:
        labels += _tick_labels(ticks, start, end, height - 4)
    return Chart(name, title, description, WIDTH, max(height, 1.0), tuple(boxes), tuple(labels))


def beside(name: str, room: float, middle: float) -> list[Label]:
    """Return a name around the middle of its bar: in one line, or smaller in two where wide typefaces need it."""
    if breadth(name, _SMALL) <= room:
        return [Label(0, _round(middle + 4.5), name, "start", "plain", _SMALL)]
    lines = wrap(name, room, _TWO_LINES, 2)
    first = _round(middle + 3.6 if len(lines) == 1 else middle - 1.2)
    return [Label(0, first + 10.5 * row, line, "start", "plain", _TWO_LINES) for row, line in enumerate(lines)]


def _lane_boxes(lane: Lane, own: Span, whole: Span, top: float) -> Iterator[Box]:
    edges = [own[0], *(time for gap in sorted(lane.gaps) for time in gap), own[1]]
    for number, (left, right) in enumerate(pairwise(edges)):
        missing = bool(number % 2)
        start, end = _across(left, whole), _across(right, whole)
        width = max(end - start, 3.0 if missing or not lane.gaps else 0.0)
        if width > 0:
            x = _round(min(start, WIDTH - width))
            yield Box(x, top, _round(width), _LANE, "open" if missing else "met", "hatched" if missing else "filled")


def _across(time: datetime, whole: Span) -> float:
    """Return where a time lies across the drawing; times outside lie on its edges."""
    length = (whole[1] - whole[0]).total_seconds()
    part = (time - whole[0]).total_seconds() / length if length else 0.0
    return _round(_NAMES + (WIDTH - _NAMES) * min(1.0, max(0.0, part)))


def _tick_labels(ticks: Sequence[tuple[datetime, str]], start: datetime, end: datetime, y: float) -> Iterator[Label]:
    for number, (time, text) in enumerate(ticks):
        last = number == len(ticks) - 1 and number > 0
        anchor: Literal["start", "middle", "end"] = "start" if number == 0 else "end" if last else "middle"
        yield Label(_across(time, (start, end)), y, text, anchor, "quiet", 12)


def _room(text: str) -> float:
    """Return the width a large label needs with its margins, in units."""
    return 14 + len(text) * _LARGE * 0.49


def _inset(box: Box) -> Box:
    """Draw the dashes inside the box's true size, so that they do not make it larger."""
    if box.style != "dashed":
        return box
    side = min(0.75, box.width / 4)  # also the narrowest box stays within its place
    return Box(_round(box.x + side), box.y + 0.75, _round(box.width - 2 * side), box.height - 1.5, box.tone, box.style)


def _round(value: float) -> float:
    """Keep two decimals, so that every machine writes the same bytes."""
    return round(value, 2)
