"""Small words of both languages: numbers, lists and days as a person writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sentinel.model.compliance import EffectiveState, Level, Signal, State
from sentinel.model.text import Language, Text

_NUMBERS: Mapping[Language, str] = {
    "nb": "ingen én to tre fire fem seks sju åtte ni ti elleve tolv",
    "en": "no one two three four five six seven eight nine ten eleven twelve",
}
_MONTHS: Mapping[Language, str] = {
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "en": "January February March April May June July August September October November December",
}
STATES: Mapping[State | EffectiveState, Text] = {
    "met": Text("oppfylt", "met"),
    "partly": Text("delvis oppfylt", "partly met"),
    "planned": Text("planlagt, ikke finansiert", "planned, not funded"),
    "not_met": Text("ikke oppfylt", "not met"),
    "disputed": Text("omstridt", "disputed"),
    "not_assessed": Text("ikke vurdert", "not assessed"),
    "not_applicable": Text("ikke relevant", "not relevant"),
    "unknown": Text("vet ikke", "do not know"),
}
LEVELS: Mapping[Level, Text] = {
    "red": Text("rødt", "red"),
    "yellow": Text("gult", "yellow"),
    "green": Text("grønt", "green"),
}


def number(count: int, language: Language) -> str:
    """Return a count as a word up to twelve, as figures above."""
    words = _NUMBERS[language].split()
    return words[count] if 0 <= count < len(words) else str(count)


def listed(parts: Sequence[str], language: Language) -> str:
    """Join parts with commas and a last «og» or “and”."""
    if len(parts) < 2:  # noqa: PLR2004 — a list of one needs no word between
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'og' if language == 'nb' else 'and'} {parts[-1]}"


def some(parts: Sequence[str], most: int, language: Language) -> str:
    """Join at most `most` different parts, in their order, and say how many more there are."""
    different = list(dict.fromkeys(parts))
    shown, rest = different[:most], len(different) - most
    if rest > 0:
        shown.append(f"{rest} til" if language == "nb" else f"{rest} more")
    return listed(shown, language)


def day(when: date, language: Language) -> str:
    """Return a day as «14. oktober 2026» or “14 October 2026”."""
    month = _MONTHS[language].split()[when.month - 1]
    return f"{when.day}{'.' if language == 'nb' else ''} {month} {when.year}"


def sentence(words: str) -> str:
    """Return words as one sentence: a capital first, one full stop last."""
    bare = words.strip().rstrip(".").rstrip()
    return f"{bare[:1].upper()}{bare[1:]}." if bare else ""


def rounded(value: float) -> int:
    """Round half up, for display only: 62.5 becomes 63."""
    return int(Decimal(repr(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def named(asset: str, what: Text) -> Text:
    """Put the machine's name before what is said of it, where it is not said already."""
    if not asset or (asset in what.nb and asset in what.en):
        return what
    return Text(f"{asset}: {what.nb}", f"{asset}: {what.en}")


def told(signal: Signal) -> Text:
    """Return what a signal says; a finding says it of a machine."""
    return named(signal.subject, signal.what) if signal.kind == "finding" else signal.what
