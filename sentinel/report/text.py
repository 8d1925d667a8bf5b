"""The words of a report: one catalogue a language, and numbers, dates and plurals as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from pydantic import field_validator

from sentinel.content import Schema, load_one
from sentinel.errors import RenderError
from sentinel.model.text import Language

OSLO = ZoneInfo("Europe/Oslo")
NARROW_SPACE = "\u202f"
FEW = 10
"""A share of fewer things than this is written as a count: «7 av 8», never «88 %»."""

_LOCALES: dict[Language, Locale] = {"nb": Locale("nb", "NO"), "en": Locale("en", "GB")}
_DAY_MONTH: dict[Language, str] = {"nb": "d. MMMM", "en": "d MMMM"}
_CLOCK: dict[Language, str] = {"nb": "d. MMMM y 'kl.' HH:mm", "en": "d MMMM y 'at' HH:mm"}


class Plural(Schema):
    """A text that depends on a number; `{n}` in it is the number, ready written."""

    one: str
    other: str


class Texts(Schema):
    """One language's file. `words` are the numbers from nought to twelve as words."""

    language: Language
    words: tuple[str, ...]
    texts: dict[str, str | Plural]

    @field_validator("words")
    @classmethod
    def _thirteen(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if len(words) != len(range(13)):
            raise ValueError(f"holds {len(words)} words, not 13 (nought to twelve)")
        return words


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every sentence of a report in one language."""

    language: Language
    words: tuple[str, ...]
    texts: Mapping[str, str | Plural]

    def say(self, key: str, /, **values: object) -> str:
        """Return a text with its places filled; what is filled in is never read as a pattern itself."""
        text = self.texts.get(key)
        if not isinstance(text, str):
            raise RenderError(f"reports/text/{self.language}.yml has no text '{key}'")
        return text.format_map({name: str(value) for name, value in values.items()})

    def find(self, key: str) -> str | None:
        """Return a text that may be missing: the name of a device class or a log format."""
        text = self.texts.get(key)
        return text if isinstance(text, str) else None

    def count(self, key: str, n: int, /, **values: object) -> str:
        """Return a text in the singular or plural that `n` asks for, with `{n}` as figures and `{word}` spelt out."""
        plural = self.texts.get(key)
        if not isinstance(plural, Plural):
            raise RenderError(f"reports/text/{self.language}.yml has no text '{key}' with one and other")
        chosen = plural.one if _LOCALES[self.language].plural_form(n) == "one" else plural.other
        pattern = chosen.replace("{n} ", "{n}\u00a0")  # a number stays with what it counts
        places = {name: str(value) for name, value in values.items()}
        return pattern.format_map({**places, "n": number(n, self.language), "word": self.spell(n)})

    def spell(self, n: int) -> str:
        """Return a small number as a word, a larger one in figures."""
        return self.words[n] if 0 <= n < len(self.words) else number(n, self.language)

    def listed(self, items: Iterable[str]) -> str:
        """Join as a sentence does: «a, b og c»."""
        *first, last = items
        return self.say("list.last", first=", ".join(first), last=last) if first else last


def load_texts(language: Language, base: Path) -> Catalogue:
    """Read `reports/text/<language>.yml`, once while the file stays as it is; ContentError names each fault's line."""
    path = base / "reports" / "text" / f"{language}.yml"
    try:
        state = path.stat()
    except OSError:  # told with its place by the reading below
        return _read(path, base, 0, 0)
    return _read(path, base, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, base: Path, changed: int, size: int) -> Catalogue:
    del changed, size  # only tell one state of the file from another
    found = load_one(path, Texts, base)
    return Catalogue(found.language, found.words, found.texts)


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Write a number, thousands apart by a narrow no-break space in Norwegian and a comma in English."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    written = format_decimal(exact, "#,##0." + "0" * decimals if decimals else "#,##0", _LOCALES[language])
    return written.replace("\u00a0", NARROW_SPACE)


def whole(value: float) -> int:
    """Round a 0–100 figure half up, except that only all is 100 and only nothing is 0."""
    rounded = int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))
    if rounded == 100 and value < 100:  # noqa: PLR2004 - a hundred per cent
        return 99
    return 1 if rounded == 0 and value > 0 else rounded


def percent(value: float, language: Language) -> str:
    """Write a 0–100 share: «69 %» in Norwegian, "69%" in English."""
    return f"{whole(value)}{NARROW_SPACE if language == 'nb' else ''}%"


def day(value: date, language: Language) -> str:
    """Write a date: «14. oktober 2026»."""
    return _no_breaks(format_date(value, _DAY_MONTH[language] + " y", _LOCALES[language]))


def moment(value: datetime, language: Language) -> str:
    """Write a point in time as the clocks in Oslo showed it: «14. oktober 2026 kl. 01:41»."""
    return _no_breaks(format_datetime(local(value), _CLOCK[language], locale=_LOCALES[language]))


def clock(value: datetime, language: Language) -> str:
    """Write a point in time to the second: «14. oktober 2026 kl. 01:41:07»."""
    return _no_breaks(format_datetime(local(value), f"{_CLOCK[language]}:ss", locale=_LOCALES[language]))


def local(value: datetime) -> datetime:
    """Return the time in Oslo; a time without zone is UTC, as everywhere inside."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(OSLO)
    except OverflowError:  # the first and last day of the calendar have no neighbour to move to
        return aware


def days(first: date, last: date, language: Language) -> str:
    """Write a span of days without saying anything twice: «3.–19. oktober 2026»."""
    if first == last:
        return day(first, language)
    if first.year != last.year:
        return f"{day(first, language)} – {day(last, language)}"
    if first.month != last.month:
        return f"{_no_breaks(format_date(first, _DAY_MONTH[language], _LOCALES[language]))} – {day(last, language)}"
    return f"{first.day}{'.' if language == 'nb' else ''}–{day(last, language)}"


def span(first: datetime | None, last: datetime | None, catalogue: Catalogue) -> str:
    """Write first to last time: one moment, two clock times of one day, or two days."""
    times = sorted(local(t) for t in (first, last) if t is not None)
    if not times:
        return catalogue.say("time.unknown")
    start, end = times[0], times[-1]
    if (end - start).total_seconds() < 60:  # noqa: PLR2004 - a minute: the clock shows no seconds
        return moment(start, catalogue.language)
    if start.date() == end.date():
        return f"{moment(start, catalogue.language)}–{end:%H:%M}"
    return f"{moment(start, catalogue.language)} – {moment(end, catalogue.language)}"


def _no_breaks(written: str) -> str:
    """Keep the day with its month, and `kl.` with the clock, on one line."""
    return re.sub(r"(?<=\d\.) |(?<=\d) (?=[A-Z])|(?<=kl\.) ", "\u00a0", written)
