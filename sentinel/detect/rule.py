"""A loaded Sigma rule: what it looks at, its condition, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sentinel.detect.condition import Node
from sentinel.detect.correlation import Correlation
from sentinel.errors import Fault, Location
from sentinel.model.alerts import RuleRef


@dataclass(frozen=True, slots=True)
class LogSourceKey:
    """Which events a rule means, as Sigma says it; None leaves a part open."""

    category: str | None
    product: str | None
    service: str | None

    def __str__(self) -> str:
        return "/".join(part or "*" for part in (self.product, self.category, self.service))


Conditions: TypeAlias = tuple[Node, Node | None]
"""A rule's condition, and where filters apply to it the one without them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be evaluated exactly. `fields` are all field names its condition reads.

    `filters` names the filters that apply to it: they are part of `condition`, and of its hash. Where there are any,
    `unfiltered` is the condition without them: an event that meets only that one was suppressed.

    A rule out of a cache reads its conditions when they are first asked for (`postpone`): most are not in most runs.
    """

    ref: RuleRef
    location: Location
    logsource: LogSourceKey
    condition: Node
    fields: frozenset[str]
    description: str = ""
    falsepositives: tuple[str, ...] = ()
    name: str = ""
    filters: tuple[str, ...] = ()
    unfiltered: Node | None = None
    read: Callable[[], Conditions] | None = field(default=None, repr=False, compare=False)

    @property
    def widest(self) -> Node:
        """The condition that must be true for an event to be found or suppressed."""
        return self.unfiltered or self.condition

    if not TYPE_CHECKING:  # a checker would take every misspelt name for one that this finds

        def __getattr__(self, name: str) -> object:
            """Read what is not set yet."""
            if name not in _CONDITIONS:
                raise AttributeError(name)
            for part, value in zip(_CONDITIONS, self.read(), strict=True):
                object.__setattr__(self, part, value)
            return getattr(self, name)


_CONDITIONS = ("condition", "unfiltered")


def postpone(rule: Rule, read: Callable[[], Conditions]) -> None:
    """Forget the conditions of a rule that is being made, and have them read when they are asked for."""
    object.__setattr__(rule, "read", read)
    for part in _CONDITIONS:
        object.__delattr__(rule, part)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was loaded: what a rule finds must meet `condition` too.

    `rules` are ids, None means every rule whose log source says what `logsource` says. `name` is its title where it
    has no name.
    """

    name: str
    location: Location
    logsource: LogSourceKey
    condition: Node
    hash: str
    rules: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule file or document that was not loaded; `kind` groups reasons: content, placeholder, correlation, filter."""

    title: str
    kind: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that was found in the rule folders: in = rules + correlations + filters + refused.

    `correlations` stand after those that they build on. `silent` are ids of rules and correlations whose hits only
    feed correlations and are no alerts by themselves (`generate: false`). `warnings` are about documents that were
    loaded and yet may not do what their author meant. `filters` are in the conditions of the rules already.
    """

    rules: tuple[Rule, ...]
    refused: tuple[Refused, ...]
    correlations: tuple[Correlation, ...] = ()
    silent: frozenset[str] = frozenset()
    warnings: tuple[Fault, ...] = ()
    filters: tuple[Filter, ...] = ()

    def below(self, top: str) -> RuleSet:
        """Return the rule or correlation with this id and all that it is made of; nothing where it is not loaded."""
        wanted = {top}
        for one in reversed(self.correlations):
            if one.ref.id in wanted:
                wanted.update(one.rules)
        return RuleSet(
            rules=tuple(rule for rule in self.rules if rule.ref.id in wanted),
            refused=(),
            correlations=tuple(one for one in self.correlations if one.ref.id in wanted),
        )
