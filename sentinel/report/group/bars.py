"""Draws one bar a unit, the most urgent on top; what nobody looked at is a dashed box of its true size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sentinel.model.compliance import EffectiveState
from sentinel.model.groups import GroupUnit
from sentinel.report.charts import WIDTH, beside
from sentinel.report.clean import visible
from sentinel.report.marks import STATES
from sentinel.report.pages import Box, Chart, Label
from sentinel.report.text import Catalogue

DRAWN: tuple[EffectiveState, ...] = ("met", "partly", "planned", "not_met", "disputed", "unknown", "not_assessed")
MOST = 40
"""Bars in one drawing; all units stand in the table below it."""

_ROW, _BAR, _NAMES, _SMALL = 28.0, 20.0, 224.0, 14
_DIGITS = 26.0


def unit_bars(units: Sequence[GroupUnit], catalogue: Catalogue) -> Chart:
    """Return the drawing; the longest bar belongs to whoever is asked most, so that equal widths are equal numbers."""
    shown = units[:MOST]
    most = max((unit.asked for unit in shown), default=0)
    boxes, labels = list[Box](), list[Label]()
    for row, unit in enumerate(shown):
        top = row * _ROW
        labels += beside(visible(unit.name), _NAMES - 8, top + _BAR / 2)
        for box, number in _row(unit, top, (WIDTH - _NAMES) / most if most else 0.0):
            boxes.append(box)
            if box.width >= _DIGITS:
                unseen = box.style == "dashed"
                at = _round(box.x + 6)
                labels.append(Label(at, top + 15, str(number), "start", "plain" if unseen else "white", _SMALL))
    height = max(_ROW * len(shown), 1.0)
    described = catalogue.count("group.bars.described", len(shown))
    return Chart("units", catalogue.say("group.bars.title"), described, WIDTH, height, tuple(boxes), tuple(labels))


def _row(unit: GroupUnit, top: float, each: float) -> Iterator[tuple[Box, int]]:
    x = _NAMES
    for state in DRAWN:
        count = unit.counts.get(state, 0)
        if not count:
            continue
        width, tone = count * each, STATES[state].tone
        if tone == "open":
            side = min(0.75, width / 4)
            box = Box(_round(x + side), top + 0.75, _round(width - 2 * side), _BAR - 1.5, tone, "dashed")
        else:
            box = Box(_round(x), top, _round(width), _BAR, tone, "filled")
        yield box, count
        x += width


def _round(value: float) -> float:
    return round(value, 2)
