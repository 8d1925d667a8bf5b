"""Makes foreign text fit to print: everything a reader could not see, or that turns the line around, is spelt out."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from sentinel.report.glyphs import drawable, font_folder
from sentinel.report.text import Catalogue

MAX_LENGTH = 600
"""The longest text anything in a report may have; longer ones end in «… (9 400 tegn til)»."""
MAX_MARKS = 2
"""How many accents may stand on one letter; more are spelt out, since stacked ones run over the lines above."""

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_SPACES = {"\t", "\n", "\r", "\v", "\f", "\u0085"}
_WIDE = frozenset("WMwm@%æÆœŒ")
_WIDEST = 1.6
_LONGEST_RUN = 12
_VOWELS = frozenset("aeiouyæøåäöéèêëüáíóú")
_RUN = re.compile(r"\S{9,}")  # shorter ones fit everywhere, also in wide letters
_GIVEN = r"(?:godkj|approv|sertif|certif)\w*"
_CLAIM = re.compile(
    rf"normen[\W_]{{0,4}}{_GIVEN}|{_GIVEN}\W{{1,4}}(?:av|etter|mot|ifølge|by|under|to|against)\W{{1,4}}normen\b",
    re.IGNORECASE,
)
N = TypeVar("N")


def visible(text: str) -> str:
    """Spell out control, format, private and unassigned characters as `[U+202E]`; line ends become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_pieces(unicodedata.normalize("NFC", text)))


def spelt(character: str) -> str:
    """Return a character as its number."""
    return f"[U+{ord(character):04X}]"


def shorten(text: str, limit: int, catalogue: Catalogue) -> str:
    """Return the text visible, cut near `limit` where a word ends, and with how many characters were left out.

    The limit is in letters of ordinary width.
    """
    kept, rest = _fitting(text, limit)
    return kept + catalogue.count("more.characters", rest) if rest else kept


def in_threes(organisation_number: str, catalogue: Catalogue) -> str:
    """Write an organisation number in threes, as people read it aloud; anything else visible and short."""
    plain = shorten(organisation_number.replace(" ", ""), 20, catalogue)
    return "\u00a0".join(plain[at : at + 3] for at in range(0, len(plain), 3)) if plain.isdigit() else plain


def brief(text: str, limit: int) -> str:
    """Return the text visible, cut where a sentence or a word ends, and with «…» for the rest.

    Only for what stands in full elsewhere in the same report: the first page, and labels of charts.
    """
    kept, rest = _fitting(text, limit)
    if not rest:
        return kept
    if kept.count("(") > kept.count(")"):
        kept = kept[: kept.rfind("(")]
    sentence = kept.rfind(". ")
    kept = kept[:sentence] if sentence > limit * 0.5 else kept
    return kept.rstrip(" ,.;:–-") + "…"


def scrub(noun: N, catalogue: Catalogue) -> N:
    """Return a noun of the report with every text in it visible and bounded, and none claiming Normen's approval."""
    return rewrite(noun, lambda text: shorten(unclaimed(text, catalogue), MAX_LENGTH, catalogue))


def unclaimed(text: str, catalogue: Catalogue) -> str:
    """Return the text with each claim of an approval by Normen taken out, and said to be; nobody gives one."""
    if "normen" not in text.casefold():
        return text
    return _CLAIM.sub(lambda _: catalogue.say("claim.removed"), visible(text))


def rewrite(noun: N, change: Callable[[str], str]) -> N:
    """Return a noun with `change` done to every text inside it, however deep."""
    return cast("N", _rewrite(noun, change))


def _rewrite(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - any noun, and what it holds
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_rewrite(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(value, **{name: _rewrite(getattr(value, name), change) for name in names})
    return value


def breakable(text: str, longest: int = 30) -> str:
    """Let long runs be broken on paper: after their punctuation, and inside what no line holds (hashes, paths).

    `longest` is how long a word may be, in letters of ordinary width; words that may be divided need no more.
    """
    return _RUN.sub(lambda run: _break_run(run.group(), longest), text)


def _fitting(text: str, limit: int) -> tuple[str, int]:
    """Return what fits, visible and ending with a word where one ends near the limit, and how much does not."""
    if len(text) * _WIDEST <= limit and text.isascii() and text.isprintable():
        return text.strip(), 0  # most texts: short and plain
    kept: list[str] = []
    length = 0.0
    for piece in _pieces(unicodedata.normalize("NFC", text[: limit + 1])):
        kept.append(piece)
        length += sum(map(_breadth, piece))
        if length > limit:
            break
    if length <= limit:
        return "".join(kept).strip(), 0
    kept.pop()
    spaces = [at for at, piece in enumerate(kept) if piece == " " and at > len(kept) * 2 // 3]
    kept = kept[: spaces[-1]] if spaces else kept
    return "".join(kept).rstrip(" ,.;:–-"), len(text) - len(kept)


def _pieces(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character in _SPACES:
            yield " "
        elif category in _UNSEEN or marks > MAX_MARKS:
            yield spelt(character)
        else:
            yield character


def _breadth(character: str) -> float:
    """Return how wide a letter is set, in ordinary letters: a limit is a promise about room on paper.

    What the paper's typeface cannot draw is spelt out there, and takes the room of that.
    """
    if character in _WIDE:
        return _WIDEST
    if not character.isascii() and ord(character) not in drawable(font_folder()):
        return len(spelt(character)) * 1.1
    return 1.25 if character.isupper() else 1.0


def _break_run(run: str, longest: int) -> str:
    if sum(map(_breadth, run)) <= _LONGEST_RUN:
        return run
    parts = re.split(r"(?<=[^\w«(\[])(?=\w)|(?<=_)", run)
    return "\u200b".join(_broken(part, longest if _is_word(part) else _LONGEST_RUN) for part in parts)


def _is_word(part: str) -> bool:
    """Say whether hyphenation may divide this: no digits, and vowels to divide at."""
    return not any(map(str.isdigit, part)) and any(letter in _VOWELS for letter in part.casefold())


def _broken(part: str, longest: int) -> str:
    out: list[str] = []
    room = float(longest)
    for character in part:
        room -= _breadth(character)
        if room < 0 and not unicodedata.combining(character):
            out.append("\u200b")
            room = longest - _breadth(character)
        out.append(character)
    return "".join(out)
