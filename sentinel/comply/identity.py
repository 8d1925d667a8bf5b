"""Finds what may be a Norwegian identity number in text, and says how sure that is without repeating it.

Eleven digits: day, month, year, three of a series and two check digits, both modulo 11. A D-number adds 40 to the day,
an H-number 40 to the month; an FH-number begins with 8 or 9 and holds no date. Skatteetaten's made-up people (Tenor)
have 80 added to the month, NAV's have 40, so that those cannot be told from H-numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Certainty = Literal["sure", "possible", "synthetic"]
Kind = Literal["birth number", "D-number", "H-number", "FH-number", "eleven digits"]

_GAP = r"[ .,/_\u00a0\u00ad\u2009\u200b\u202f\u2060-]{0,3}"
_PLAIN = rf"(?<!\d)\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{2}}(?!\d)"
_WHOLE_YEAR = rf"(?<!\d)\d{{2}}{_GAP}\d{{2}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{2}}(?!\d)"
_ANY = re.compile(f"{_WHOLE_YEAR}|{_PLAIN}")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LENGTH = 11
_ADDED = 40
_TENOR = 80
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Number:
    """One number: where it stands in the text, what it may be, and its last two digits, the only ones ever shown."""

    start: int
    end: int
    kind: Kind
    certainty: Certainty
    tail: str

    def __str__(self) -> str:
        """Return it as a warning names it."""
        if self.certainty == "sure":
            return f"a national identity number ({self.kind}, both check digits are right), ending in {self.tail}"
        if self.kind == "H-number":
            return f"an H-number, or one of NAV's made-up numbers, ending in {self.tail}"
        return f"eleven digits ending in {self.tail}, possibly a national identity number"


def numbers(text: str) -> Iterator[Number]:
    """Yield every run of eleven digits, also with spaces, points or dashes in it, and with a year of four digits.

    Within a longer word, such as the identifier of a rule, only one with right check digits is meant.
    """
    for found in _ANY.finditer(text):
        digits = "".join(str(int(sign)) for sign in found[0] if sign.isdecimal())
        if len(digits) > _LENGTH:
            digits = digits[:4] + digits[6:]
        kind, certainty = judged(digits)
        around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
        if certainty == "sure" or not any(map(str.isalpha, around)):
            yield Number(found.start(), found.end(), kind, certainty, digits[-2:])


def judged(digits: str) -> tuple[Kind, Certainty]:
    """Return what eleven digits may be, and how sure that is."""
    kind, made_up = _kind(digits)
    if kind == "eleven digits" or not checks(digits):
        return ("eleven digits" if kind == "FH-number" else kind), "possible"
    if made_up:
        return kind, "synthetic"
    return kind, "possible" if kind == "H-number" else "sure"


def checks(digits: str) -> bool:
    """Say whether both check digits are right."""
    return _sum(digits, _FIRST) == int(digits[9]) and _sum(digits, _SECOND) == int(digits[10])


def masked(text: str) -> str:
    """Return text in which of each such number, made up or not, only the last two digits are left."""
    parts, end = [], 0
    for number in numbers(text):
        parts += [text[end : number.start], f"•••••••••{number.tail}"]
        end = number.end
    return "".join([*parts, text[end:]])


def _kind(digits: str) -> tuple[Kind, bool]:
    """Return the kind that day and month tell, and whether it is of a made-up person."""
    day, month = int(digits[:2]), int(digits[2:4])
    if digits[0] in "89":
        return "FH-number", False
    kind: Kind = "D-number" if day > _ADDED else "birth number"
    day -= _ADDED if kind == "D-number" else 0
    if month > _TENOR:
        return (kind, True) if _is_day(month - _TENOR, day) else ("eleven digits", False)
    if month > _ADDED:
        return ("H-number", False) if _is_day(month - _ADDED, day) else ("eleven digits", False)
    return (kind, False) if _is_day(month, day) else ("eleven digits", False)


def _is_day(month: int, day: int) -> bool:
    try:
        return bool(date(_LEAP_YEAR, month, day))
    except ValueError:
        return False


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return -sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
