"""Draws one bar a group: what is in place, and what nobody has looked at as a dashed box of its true size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sentinel.model.benchmark import Spread
from sentinel.report.charts import WIDTH, beside
from sentinel.report.clean import visible
from sentinel.report.pages import Box, Chart, Label, Tone
from sentinel.report.text import Catalogue

PARTS: tuple[tuple[str, Tone, Literal["filled", "dashed", "hatched"]], ...] = (
    ("met", "met", "filled"),
    ("partly", "partly", "filled"),
    ("lacking", "unmet", "filled"),
    ("unknown", "open", "hatched"),
    ("unseen", "open", "dashed"),
)
"""From left to right: two that are good at the left, what nobody has looked at outermost at the right."""
_ROW, _BAR, _LEGEND = 29.0, 22.0, 28.0
_NAMES = 252.0
"""Room for the names beside the bars."""
_SMALL, _LARGE = 14, 18
_DIGIT = 10.5
_SIGNS = {"lacking": "×"}
"""What tells a part from another where print is grey."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One group; without a spread it is not shown, and its lane is dashed from end to end."""

    name: str
    spread: Spread | None


def lanes(name: str, title: str, description: str, groups: Sequence[Lane], catalogue: Catalogue) -> Chart:
    """Return the drawing; its numbers stand in a table beside it."""
    boxes, labels = list[Box](), list[Label]()
    for mark, word in _legend(catalogue):
        boxes.append(mark)
        labels.append(word)
    for row, lane in enumerate(groups):
        top = _LEGEND + row * _ROW
        labels += beside(visible(lane.name), _NAMES - 8, top + _BAR / 2)
        found = list(_bar(lane.spread, top)) if lane.spread else []
        boxes += [box for box, _ in found]
        labels += [label for _, label in found if label]
        if not found:
            boxes.append(_inner(Box(_NAMES, top, WIDTH - _NAMES, _BAR, "open", "dashed")))
            labels.append(Label(_NAMES + 8, top + 16, catalogue.say("sector.hidden"), "start", "plain", _SMALL))
    height = _LEGEND + max(len(groups), 1) * _ROW
    return Chart(name, title, description, WIDTH, height, tuple(boxes), tuple(labels))


def _bar(spread: Spread, top: float) -> Iterator[tuple[Box, Label | None]]:
    """Yield the boxes; they fill the lane, whatever the rounding of each share."""
    whole = sum(getattr(spread, part) for part, _, _ in PARTS)
    left = _NAMES
    for part, tone, style in PARTS:
        share: int = getattr(spread, part)
        if not share:
            continue
        width = _round((WIDTH - _NAMES) * share / whole)
        box = Box(left, top, width, _BAR, tone, style)
        yield (box if style == "filled" else _inner(box)), _number(box, f"{_SIGNS.get(part, '')}{share}")
        left = _round(left + width)


def _number(box: Box, text: str) -> Label | None:
    """Return the number in a box, where it has room and nothing is drawn behind it."""
    if box.style == "hatched" or box.width < 10 + len(text) * _DIGIT:
        return None
    tone: Tone | Literal["white"] = "white" if box.style == "filled" else "plain"
    return Label(_round(box.x + box.width / 2), box.y + 17, text, "middle", tone, _LARGE)


def _legend(catalogue: Catalogue) -> Iterator[tuple[Box, Label]]:
    step = WIDTH / len(PARTS)
    for place, (part, tone, style) in enumerate(PARTS):
        left = _round(place * step)
        box = Box(left, 2, 14, 14, tone, style)
        sign = f" ({_SIGNS[part]})" if part in _SIGNS else ""
        word = Label(left + 20, 14, catalogue.say(f"sector.part.{part}") + sign, "start", "plain", _SMALL)
        yield (box if style == "filled" else _inner(box)), word


def _inner(box: Box) -> Box:
    """Draw dashes inside the box's true size."""
    side = min(0.75, box.width / 4)
    return Box(_round(box.x + side), box.y + 0.75, _round(box.width - 2 * side), box.height - 1.5, box.tone, box.style)


def _round(value: float) -> float:
    return round(value, 2)
