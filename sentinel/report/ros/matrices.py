"""Draws a matrix: a coloured bar and a word in each cell, the risks by number, and a dashed box for the unassessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sentinel.model.risks import Band, Matrix
from sentinel.report.charts import WIDTH
from sentinel.report.clean import brief
from sentinel.report.pages import Box, Chart, Label, Tone
from sentinel.report.text import Catalogue

TONES: Mapping[Band, Tone] = {"low": "met", "medium": "partly", "high": "unmet"}
_NAMES = 148.0
"""Room for the names of likelihoods."""
_CELL = 72.0
_GAP = 6.0
_FOOT = 24.0
_BAR = 7.0
_SMALL, _LARGE = 14, 16
_DIGIT = 9.0
"""Room for a digit of the larger letters."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Risks by number: those in each cell (likelihood, consequence), those nobody assessed, those only hoped for."""

    cells: Mapping[tuple[int, int], Sequence[int]]
    unseen: Sequence[int]
    hoped: AbstractSet[int] = frozenset()

    def say(self, number: int) -> str:
        """Return a number as it is written: what is only hoped for stands in brackets."""
        return f"({number})" if number in self.hoped else str(number)

    def listed(self, numbers: Sequence[int]) -> str:
        """Return numbers as a list."""
        return ", ".join(map(self.say, numbers))


def draw_matrix(name: str, title: str, matrix: Matrix, placed: Placed, catalogue: Catalogue) -> Chart:
    """Return the drawing, most likely on top; its description says the same in words."""
    columns = len(matrix.consequence)
    width = (WIDTH - _NAMES) / columns
    boxes, labels = list[Box](), list[Label]()
    for row, likelihood in enumerate(range(len(matrix.likelihood), 0, -1)):
        top = row * _CELL
        labels += _row_name(matrix, likelihood, top, catalogue)
        for column in range(1, columns + 1):
            left = _round(_NAMES + (column - 1) * width)
            band = matrix.band(likelihood, column)
            boxes.append(Box(left, top, _round(width - _GAP), _BAR, TONES[band], "filled"))
            labels.append(Label(left, top + 24, catalogue.say(f"ros.band.{band}"), "start", "quiet", _SMALL))
            here = [placed.say(number) for number in placed.cells.get((likelihood, column), ())]
            labels += _numbers(here, left, top, width)
    foot = len(matrix.likelihood) * _CELL
    for column, level in enumerate(matrix.consequence):
        words = brief(f"{column + 1} {level.name.say(catalogue.language)}", int(width / 6.6))
        labels.append(Label(_round(_NAMES + column * width), foot + 12, words, "start", "plain", _SMALL))
    if placed.unseen:
        boxes.append(Box(0.75, foot + _FOOT + 0.75, WIDTH - 1.5, 30, "open", "dashed"))
        words = catalogue.say("ros.unseen", numbers=placed.listed(placed.unseen))
        labels.append(Label(10, foot + _FOOT + 21, brief(words, 92), "start", "plain", _SMALL))
    height = foot + _FOOT + (32 if placed.unseen else 0)
    return Chart(name, title, describe(matrix, placed, catalogue), WIDTH, height, tuple(boxes), tuple(labels))


def describe(matrix: Matrix, placed: Placed, catalogue: Catalogue) -> str:
    """Return what the drawing shows as a sentence, gravest first."""
    found: dict[Band, list[int]] = {"high": [], "medium": [], "low": []}
    for (likelihood, consequence), numbers in placed.cells.items():
        found[matrix.band(likelihood, consequence)] += numbers
    parts = [
        catalogue.say("ros.described", band=catalogue.say(f"ros.band.{band}"), numbers=placed.listed(sorted(numbers)))
        for band, numbers in found.items()
        if numbers
    ]
    if placed.unseen:
        parts.append(catalogue.say("ros.unseen", numbers=placed.listed(placed.unseen)))
    sentence = "; ".join(parts) or catalogue.say("ros.nothing")
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _row_name(matrix: Matrix, likelihood: int, top: float, catalogue: Catalogue) -> Iterator[Label]:
    name = matrix.likelihood[likelihood - 1].name.say(catalogue.language)
    yield Label(0, top + 12, brief(f"{likelihood} {name}", 24), "start", "plain", _SMALL)


def _numbers(numbers: Sequence[str], left: float, top: float, width: float) -> Iterator[Label]:
    """Yield at most two lines of numbers, and how many more there are."""
    lines, rest = _fitted(list(numbers), width - _GAP)
    for row, line in enumerate(lines):
        more = f" +{rest}" if rest and row == len(lines) - 1 else ""
        yield Label(left, top + 44 + row * 18, line + more, "start", "plain", _LARGE)


def _fitted(words: list[str], width: float) -> tuple[list[str], int]:
    lines: list[str] = []
    while words and len(lines) < 2:  # noqa: PLR2004 -- two lines have room in a cell
        room, line = int(width / _DIGIT) - 4, list[str]()
        while words and len(" ".join([*line, words[0]])) <= max(room, len(words[0])):
            line.append(words.pop(0))
        lines.append(" ".join(line))
    return lines, len(words)


def _round(value: float) -> float:
    return round(value, 2)
