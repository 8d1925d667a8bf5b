"""Puts findings into words: texts of content with their words filled in, days, and who the witnesses are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from sentinel.content import Said
from sentinel.model.assets import Claim
from sentinel.model.text import Text

_OSLO = ZoneInfo("Europe/Oslo")
_LOCALES = {"nb": "nb", "en": "en_GB"}
_NO_DAY = {"nb": "ukjent dato", "en": "an unknown date"}


def finding_id(*parts: str) -> str:
    """Return the id of a finding: the same for the same check, asset and subject in every scan."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]


def witnesses(claims: Iterable[Claim]) -> str:
    """Name the witnesses and the rules that read them; a rule that nobody has confirmed carries its mark."""
    told = sorted({f"{claim.evidence}, {claim.rule}" for claim in claims})
    return "; ".join(told[:3]) + (f" (+{len(told) - 3})" if len(told) > 3 else "")  # noqa: PLR2004 (three are shown)


def fill(said: Said, words: Mapping[str, str], by_language: Mapping[str, Text]) -> Text:
    """Return a text with its words filled in; `by_language` are those that differ between the two."""

    def side(language: str, template: str) -> str:
        mine = {key: text.nb if language == "nb" else text.en for key, text in by_language.items()}
        return " ".join(template.format_map({**words, **mine}).split())

    return Text(side("nb", said.nb), side("en", said.en))


def fill_day(said: Said | None, day: date | None) -> Text:
    """Return a phrase with its day."""
    return Text("", "") if said is None else fill(said, {}, {"date": said_day(day)})


@lru_cache(maxsize=1024)
def said_day(day: date | None) -> Text:
    """Return a day as people write it."""
    if day is None:
        return Text(_NO_DAY["nb"], _NO_DAY["en"])
    return Text(*(format_date(day, "long", locale=_LOCALES[language]) for language in ("nb", "en")))


def said_moment(seen: datetime | None) -> Text:
    """Return the day in Oslo on which something was seen."""
    return said_day(seen.astimezone(_OSLO).date() if seen else None)
