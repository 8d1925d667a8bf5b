"""Says how much room letters take, for typefaces that are wider than ours too, and breaks lines by it."""

from __future__ import annotations

BOLD = 1.12
"""How much wider bold letters are."""
_NARROW = frozenset("iljI.,:;|!'/·- ")
_SLIM = frozenset("tfr()[]")
_WIDE = frozenset("mwMW@%æÆœŒ—…▲■●○◆")
_WIDTHS = (0.36, 0.46, 0.99, 0.77, 0.64)
"""Of narrow letters, slim and wide ones, capitals and all others, as parts of the size: those of wide typefaces."""


def breadth(text: str, size: float, *, bold: bool = False) -> float:
    """Return the most room that a text takes, in the units of `size`."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1)


def fit(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return a text, cut with «…» where it would be wider than `width`; it stands in full in a table."""
    if breadth(text, size, bold=bold) <= width:
        return text
    kept = ""
    for letter in text:
        if breadth(kept + letter + "…", size, bold=bold) > width:
            break
        kept += letter
    return kept.rstrip(" ,.;:–-·(") + "…"


def wrap(text: str, width: float, size: float, most: int) -> list[str]:
    """Break a text at its spaces into at most `most` lines; the last is cut where all does not fit."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < most:
        count = _fitting(words, width, size)
        last = len(found) == most - 1
        found.append(fit(" ".join(words) if last else " ".join(words[:count]), width, size))
        words = words[count:]
    return found


def _fitting(words: list[str], width: float, size: float) -> int:
    """Return how many words a line holds, at least one."""
    count = 1
    while count < len(words) and breadth(" ".join(words[: count + 1]), size) <= width:
        count += 1
    return count


def _letter(letter: str) -> float:
    narrow, slim, wide, capital, other = _WIDTHS
    if letter in _NARROW or letter in _SLIM:
        return narrow if letter in _NARROW else slim
    if letter in _WIDE or ord(letter) > 0x24F:  # noqa: PLR2004 -- beyond Latin: as wide as it is high, or wider
        return wide if ord(letter) < 0x1100 else 1.2  # noqa: PLR2004 -- from Hangul on
    return capital if letter.isupper() else other
