"""Certificates of rules: that two engines said the same of the same events, and for how long that holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sentinel.model.text import counted

CertificateState = Literal["agrees", "differs", "outdated", "none"]
MOST_NAMED = 20
"""Events that a certificate names; all of them are counted."""


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """What a converted query found among a rule's events, beside what the rule finds there.

    `missing` are hits that the query has not, `extra` what it finds beyond them; the fingerprints of the first few are
    named. `unheld` events could not be put into the index, so that the query was never asked about them. `failure`
    says why there is no answer at all.
    """

    target: str
    pipelines: tuple[str, ...] = ()
    events: int = 0
    missing: int = 0
    extra: int = 0
    unheld: int = 0
    missing_events: tuple[str, ...] = ()
    extra_events: tuple[str, ...] = ()
    failure: str = ""

    @property
    def differs(self) -> bool:
        """Whether the query is not known to say the same."""
        return bool(self.missing or self.extra or self.failure)


@dataclass(frozen=True, slots=True)
class Certificate:
    """`sentinel.certificate/1`: one rule over the same events by the reference evaluator here and by way of a cluster.

    It holds for the rule's `hash`, this `engine` and this `mapping` (a hash of what log sources events belong to), and
    for nothing else. `events` are those of the rule's log source, `hits` what the reference evaluator found. `differ`
    counts events of which the two say different things; the first few are named by fingerprint, never by a value.
    `data` is a hash of all events that were compared.
    """

    rule: str
    title: str
    hash: str
    engine: str
    mapping: str
    server: str
    made: datetime
    data: str
    events: int
    hits: int
    differ: int = 0
    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()
    query: QueryCheck | None = None


@dataclass(frozen=True, slots=True)
class Uncertified:
    """`sentinel.uncertified/1`: a rule of which the comparison says nothing, and why."""

    rule: str
    title: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rule stands: with its newest certificate that says the worst, and in one line for people.

    agrees    compared, and nothing differed
    differs   compared, and something did
    outdated  it was compared, but since then the rule, the engine or the mapping changed: it says nothing any more
    none      it was never compared
    """

    state: CertificateState
    told: str
    certificate: Certificate | None = None


NONE = Standing("none", "not certified")


@dataclass(frozen=True, slots=True)
class Certified:
    """The certificates that are kept, by rule, and the engine and mapping of today that they must hold for.

    `trouble` says why they could not be looked for.
    """

    engine: str
    mapping: str
    kept: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)
    trouble: str = ""

    def standing(self, rule: str, meaning: str) -> Standing:
        """Return where a rule stands whose hash is `meaning`; an older certificate is never taken for a valid one."""
        if self.trouble:
            return Standing("none", f"not known: {self.trouble}")
        kept = self.kept.get(rule, ())
        valid = [one for one in kept if (one.hash, one.engine, one.mapping) == (meaning, self.engine, self.mapping)]
        if not kept:
            return NONE
        if not valid:
            last = max(kept, key=lambda one: one.made)
            return Standing("outdated", f"outdated: {self._changed(last, meaning)}, {_when(last)}", last)
        worst = max(valid, key=lambda one: (one.differ, _query_weight(one.query), one.events, one.made))
        return Standing("differs" if worst.differ else "agrees", _told(worst), worst)

    def _changed(self, one: Certificate, meaning: str) -> str:
        parts = (
            ("the rule", one.hash != meaning),
            ("the engine", one.engine != self.engine),
            ("the mapping of log sources", one.mapping != self.mapping),
        )
        return " and ".join(name for name, changed in parts if changed) + " changed since"


def by_rule(found: Iterable[Certificate]) -> dict[str, tuple[Certificate, ...]]:
    """Return certificates by the id of their rule."""
    kept: dict[str, tuple[Certificate, ...]] = {}
    for one in found:
        kept[one.rule] = (*kept.get(one.rule, ()), one)
    return kept


def _query_weight(query: QueryCheck | None) -> tuple[int, bool]:
    return (query.missing + query.extra, query.differs) if query else (0, False)


def _told(one: Certificate) -> str:
    says = f"differs in {one.differ:,} of {counted(one.events, 'event')}" if one.differ else _agreed(one)
    return "; ".join(filter(None, (f"{says}, {_when(one)}", query_told(one.query))))


def _agreed(one: Certificate) -> str:
    if not one.hits:
        return f"agrees, but 0 hits among {counted(one.events, 'event')} prove little"
    return f"agrees on {counted(one.events, 'event')}, {counted(one.hits, 'hit')}"


def _when(one: Certificate) -> str:
    return f"{one.server} {one.made:%Y-%m-%d}"


def query_told(query: QueryCheck | None) -> str:
    """Return in a few words what the converted query did; nothing where it was not asked."""
    if query is None:
        return ""
    name = f"the query converted to {query.target}"
    if query.failure:
        return f"{name} has no answer: {query.failure}"
    unheld = f" ({counted(query.unheld, 'event')} could not be put to it)" if query.unheld else ""
    if query.differs:
        return f"{name} misses {counted(query.missing, 'hit')} and finds {query.extra:,} more{unheld}"
    return f"{name} finds the same{unheld}"
