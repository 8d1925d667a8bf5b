"""Frameworks, how their places relate, and what answers to one say of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.compliance import Confidence, EffectiveState
from sentinel.model.text import Text

Relation = Literal["equal", "narrower", "broader", "intersects"]
"""How the first place stands to the second: the same · a part of it · holds all of it and more · they overlap."""


@dataclass(frozen=True, slots=True)
class Framework:
    """The numbers of one framework with labels; those of outside frameworks are our own words, never theirs."""

    id: str
    title: Text
    about: Text
    source: Text
    confidence: Confidence
    labels: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Link:
    """One place of a framework beside one of another."""

    first: str
    second: str
    relation: Relation
    confidence: Confidence
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """All links from one framework to another, and who says so."""

    id: str
    first: str
    second: str
    source: Text
    confidence: Confidence
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A way from a place that was answered to a place that was not asked; `steps` are both and all between."""

    steps: tuple[str, ...]
    relation: Relation
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Ground:
    """One answered place that bears on another, and how it stands."""

    route: Route
    state: EffectiveState


Known = Literal["met", "partly", "not_met", "not_known"]
"""met: all of it is in place · partly: something of it is · not_met: a part of it is known not to be in place, and
nothing is known to be · not_known: the answers say nothing of it, which is not the same as nothing in place."""


@dataclass(frozen=True, slots=True)
class Covered:
    """`sentinel.covered/1`: how one place of a framework stands at least; `confidence` is that of the weakest link."""

    framework: str
    place: str
    label: Text
    state: Known
    confidence: Confidence | None
    because: Text
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """`sentinel.crosscoverage/1`: one framework through answers to another, as a lower bound.

    `share` is places met in percent of all places, never of those alone that something maps to.
    """

    answered: str
    framework: str
    title: Text
    as_of: date
    met: int
    partly: int
    not_met: int
    not_known: int
    share: float
    says: Text
    sources: tuple[Text, ...]
    places: tuple[Covered, ...]
