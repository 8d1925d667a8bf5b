"""The figures of one group, out of its members: quartiles, counts that are rounded down, shares in whole percent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import get_args

from sentinel.comply.sector.privacy import LEAST
from sentinel.comply.sector.standing import BY_CLASS, LETTERS
from sentinel.comply.wording import rounded
from sentinel.model.benchmark import Brought, Counted, Figures, Lack, Quartiles, Spread
from sentinel.model.compliance import Level
from sentinel.model.text import Text

LACKING = frozenset({LETTERS["not_met"], LETTERS["planned"]})
UNSEEN = frozenset({LETTERS["not_assessed"]})
_MOST_LACKS = 10


def figures(members: Sequence[Counted], titles: Mapping[str, Text], version: str, day: date) -> Figures:
    """Return what may be told of a group that is large enough; `titles` are those of what it is asked, in order."""
    levels = Counter(member.level for member in members)
    return Figures(
        day=day,
        version=version,
        members=at_least(len(members)),
        score=_quartiles(member.score for member in members),
        coverage=_quartiles(member.coverage for member in members),
        worst_case=_quartiles(member.worst_case for member in members),
        levels={level: at_least(levels[level]) for level in get_args(Level)},
        spread=_spread(members),
        lacks=_lacks(members, titles),
    )


def brought(member: Counted) -> Brought:
    """Return what a member brings to a release."""
    return Brought(member.number, member.owner, member.print)


def at_least(count: int) -> int:
    """Round a count down to LEAST."""
    return count // LEAST * LEAST


def quartiles(values: Iterable[float]) -> Quartiles:
    """Return the nearest-rank quartiles of whole numbers; the rounding comes first."""
    whole = sorted(map(rounded, values))
    low, middle, high = (whole[ceil(Fraction(part, 4) * len(whole)) - 1] for part in (1, 2, 3))
    return Quartiles(low, middle, high)


def _quartiles(values: Iterable[float | None]) -> Quartiles | None:
    """Return quartiles where everybody has the number: those who have it would be a group within the group."""
    found = list(values)
    known = [value for value in found if value is not None]
    return quartiles(known) if len(known) == len(found) else None


def _spread(members: Sequence[Counted]) -> Spread:
    """Return shares of all that is asked of all; every organisation weighs as much as its requirements."""
    count = Counter(letter for member in members for letter in member.states if letter != BY_CLASS)
    total = count.total()

    def share(*states: str) -> int:
        return rounded(100 * sum(count[state] for state in states) / total) if total else 0

    return Spread(
        met=share(LETTERS["met"]),
        partly=share(LETTERS["partly"]),
        lacking=share(*LACKING),
        unknown=share(LETTERS["unknown"], LETTERS["disputed"]),
        unseen=share(*UNSEEN),
        declared=share(LETTERS["not_applicable"]),
    )


def _lacks(members: Sequence[Counted], titles: Mapping[str, Text]) -> tuple[Lack, ...]:
    """Return the requirements that most lack, of those that everybody in the group is asked and LEAST lack.

    Who is asked the others may be known of each, and would be a group within the group.
    """
    columns = zip(*(member.states for member in members), strict=True)
    found = [_lack(name, title, letters) for (name, title), letters in zip(titles.items(), columns, strict=True)]
    told = sorted((one for one in found if one), key=lambda lack: (-lack.lacking, lack.requirement))
    return tuple(told[:_MOST_LACKS])


def _lack(name: str, title: Text, letters: Sequence[str]) -> Lack | None:
    lacking = sum(letter in LACKING for letter in letters)
    if BY_CLASS in letters or lacking < LEAST:
        return None
    unseen = sum(letter in UNSEEN for letter in letters)
    return Lack(name, title, _fives(lacking, len(letters)), _fives(unseen, len(letters)))


def _fives(part: int, whole: int) -> int:
    return floor(Fraction(100 * part, 5 * whole) + Fraction(1, 2)) * 5
