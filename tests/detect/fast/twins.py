"""Runs the reference engine and the fast one over the same log, to be compared in all that they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from sentinel.detect.coverage import Watcher
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit, LogSource
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

T = TypeVar("T")


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@dataclass
class Said:
    """All that an engine says of one stream."""

    hits: list[Hit]
    handled: int
    skipped: dict[str, int]
    examples: dict[str, Skipped]
    summary: LogSource
    newest: object

    def differences(self, other: Said) -> list[str]:
        """Return what is not the same, in words; what was hit, line by line."""
        said = [
            f"{what}: {mine} ≠ {theirs}"
            for what, mine, theirs in (
                ("handled", self.handled, other.handled),
                ("skipped", self.skipped, other.skipped),
                ("examples", self.examples, other.examples),
                ("summary", self.summary, other.summary),
                ("newest", self.newest, other.newest),
            )
            if mine != theirs
        ]
        mine, theirs = ({(hit.event.record, hit.rule.title) for hit in said.hits} for said in (self, other))
        said += [f"only the first: {hit}" for hit in sorted(mine - theirs)]
        said += [f"only the second: {hit}" for hit in sorted(theirs - mine)]
        return said if said or self.hits == other.hits else ["the same hits in another order, or otherwise matched"]


@dataclass
class Twins:
    """Both engines over the same rules; their accounts go on from log to log."""

    ruleset: RuleSet
    routes: Routes
    scanning: bool = True
    reference: Engine = field(init=False)
    fast: FastEngine = field(init=False)

    def __post_init__(self) -> None:
        self.reference = Engine(self.ruleset, self.routes)
        self.fast = FastEngine(self.ruleset, self.routes, scanning=self.scanning, pace=Pace(small=False))

    def read(self, data: bytes, cut: Sequence[bytes] | None = None, name: str = "log") -> list[str]:
        """Let both read JSON lines, the fast one in pieces; return what they say differently."""
        return said(self.reference, [data], name).differences(said(self.fast, cut or [data], name))

    def run(self, events: Sequence[Event], source: str | None = None) -> list[str]:
        """Let both look at events; return the hits in which they differ."""
        hits, fast = list(self.reference.run(events, source)), list(self.fast.run(events, source))
        if hits == fast:
            return []
        odd = [hit for hit in (*hits, *fast) if (hit in hits) is not (hit in fast)]
        return [f"{hit.rule.title} {hit.event.record}" for hit in odd] or ["the same hits in another order"]

    def accounts(self) -> list[str]:
        """Return the entries in which the ledgers differ."""
        pairs = zip(self.reference.ledger(), self.fast.ledger(), strict=True)
        return [f"{mine}\n ≠ {theirs}" for mine, theirs in pairs if mine != theirs]


def said(engine: Engine | FastEngine, chunks: Sequence[bytes], name: str = "log") -> Said:
    """Read JSON lines with an engine."""
    inlet = inlet_of(engine, name)
    hits = list(engine.read("jsonl", iter(chunks), inlet))
    tally, watcher = inlet.tally, inlet.watcher
    return Said(hits, tally.handled, dict(tally.skipped), tally.examples, watcher.summary(tally), watcher.newest)


def inlet_of(engine: Engine | FastEngine, name: str = "log") -> Inlet:
    return Inlet(name, name, Tally(name), Watcher(name, "jsonl", timedelta(hours=1), engine.routes), silent)
