"""Why a rule hit an event, or did not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from sentinel.model.alerts import Alert, Match
from sentinel.model.certificates import Standing

Held = Literal["absent", "null", "empty", "there"]
"""absent: no such field · null: there, without a value · empty: a list of nothing · there: `values` says what."""
Verdict = Literal["hit", "no-hit", "not-routed"]
_ID = re.compile(r"[^\s,()]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One single test as a person reads it, and whether the event met it."""

    test: str
    met: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition over one event; `true` is what the reference evaluator says of it.

    `name` is that of the part of the detection it stands for, where it has one. A `field` or `keyword` part has
    `tests` (of which one, or with `every` each, must be met), what the field held, and the texts that met them. A
    `near` one is not met only because of blanks around the value.
    """

    kind: Literal["and", "or", "not", "field", "keyword"]
    true: bool
    name: str = ""
    items: tuple[Part, ...] = ()
    field: str = ""
    every: bool = False
    tests: tuple[Asked, ...] = ()
    held: Held = "there"
    values: tuple[str, ...] = ()
    matched: tuple[Match, ...] = ()
    near: bool = False

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in the order in which they are evaluated."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, slots=True)
class View:
    """The condition over an event as one log source shows it (`route`: product/category/service)."""

    route: str
    condition: Part
    first_false: Part | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`sentinel.explanation/1`: one rule over one event. `reason` says why it was not routed.

    `routes` are the log sources that the event does belong to. Where the rule's own is not among them, `views` holds
    the condition over the event as it stands, so that it can be seen what it would have said. `certificate` says
    whether another engine agrees on the rule, where that was looked up.
    """

    rule: str
    title: str
    hash: str
    path: str
    source: str
    record: str
    verdict: Verdict
    reason: str
    routes: tuple[str, ...]
    views: tuple[View, ...]
    certificate: Standing | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """What people call rules, by their ids: titles, which of them are correlations, and the fields that these count."""

    titles: Mapping[str, str] = field(default_factory=dict)
    correlations: Collection[str] = ()
    counted: Mapping[str, str] = field(default_factory=dict)

    def title(self, rule: str) -> str:
        """Return a rule's title, or its id where nobody knows it."""
        return self.titles.get(rule, rule)

    def titled(self, text: str) -> str:
        """Return a text with titles in the place of ids."""
        return _ID.sub(lambda found: f"«{self.titles[found[0]]}»" if found[0] in self.titles else found[0], text)

    def matched(self, alert: Alert) -> tuple[Match, ...]:
        """Return what an alert matched; of a correlation each rule by its title with the id beside it."""
        told = alert.correlation
        if told is None:
            return alert.matched
        return tuple(self._beside(one) if one.field == told.type else one for one in alert.matched)

    def _beside(self, match: Match) -> Match:
        by, value = (_ID.sub(self._both, text) for text in (match.by, match.value))
        return replace(match, by=by, value=value)

    def _both(self, found: re.Match[str]) -> str:
        return f"«{self.titles[found[0]]}» ({found[0]})" if found[0] in self.titles else found[0]
