"""Knowledge as it is shown: feeds with their age, and weaknesses with the products that they concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sentinel.model.knowledge import Weakness


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """`sentinel.feed/1`: one source within a bundle; `age_days` is counted to the day of asking."""

    name: str
    dated: date
    age_days: int
    old: bool
    kept: int
    skipped: Mapping[str, int]
    licence: str
    origin: str


@dataclass(frozen=True, slots=True)
class KnownWeakness(Weakness):
    """`sentinel.weakness/1`: what is known of a CVE, and the keys of the products that statements name with it."""

    products: tuple[str, ...] = ()
