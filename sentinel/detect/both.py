"""Two sets of rules, each with a mapping of its own, over the same events: which alerts only one of them raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.backtest import by_key
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.inlet import Inlet
from sentinel.detect.narrow.plan import Plan, make_plan
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.enabled import MOST_KEPT, BackFound, Side
from sentinel.model.events import Event

BATCH = 1_000


@dataclass(slots=True)
class Told:
    """What was found so far: alerts of one side only, and counts by rule of those on both.

    `kept` and `beyond` count those of one side, by side and rule, that are kept and that are not.
    """

    found: list[BackFound] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)


class _One:
    """One side: its rules that are compared, each by what it is known by in both sets."""

    def __init__(self, ruleset: RuleSet, routes: Routes, keys: frozenset[str], cache: RuleCache | None) -> None:
        named = {key: rule for key, rule in by_key(ruleset.rules).items() if key in keys}
        self.keys = {rule.ref.id: key for key, rule in named.items() if rule.ref.id not in ruleset.silent}
        rules = tuple(rule for rule in named.values() if rule.ref.id in self.keys)
        self.engine = FastEngine(RuleSet(rules, ()), routes, cache=cache)

    def hits(self, batch: list[Event], source: str) -> dict[tuple[str, str], Hit]:
        """Return the first hit of each rule on each event, by what the rule is known by and the fingerprint."""
        found: dict[tuple[str, str], Hit] = {}
        for hit in self.engine.run(batch, source):
            found.setdefault((self.keys[hit.rule.id], hit.event_id or fingerprint(hit.event)), hit)
        return found


class Both:
    """Two sets as one engine for a watch: it yields no hits, and tells apart what each side alone raises.

    `keys` are the rules that are compared; rules that only feed correlations are not. Events before `since` are passed
    over; those without a time are compared.
    """

    def __init__(
        self,
        old: tuple[RuleSet, Routes],
        new: tuple[RuleSet, Routes],
        keys: frozenset[str],
        since: datetime | None = None,
        cache: RuleCache | None = None,
    ) -> None:
        self.ruleset = RuleSet((), ())  # what a watch would correlate: nothing, since no hits come out
        self._old = _One(*old, keys, cache)
        self._new = _One(*new, keys, cache)
        self.routes = new[1]
        self.accounts = self._new.engine.accounts
        self._since = since
        self._told = Told()
        self._seen: set[tuple[str, str]] = set()

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format through both sets."""
        for batch in inlet.batches(kind, chunks, BATCH):
            self._compare(batch, inlet.source)
        return iter(())

    def together(self, _inlet: Inlet) -> None:
        """Have no files wait for others."""

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Put events through both sets."""
        remaining = iter(events)
        while batch := list(islice(remaining, BATCH)):
            self._compare(batch, source or batch[0].source)
        return iter(())

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule that is compared: of both sides, since what broke may hide one."""
        before = (replace(entry, title=f"{entry.title} (as it was)") for entry in self._old.engine.ledger())
        return (*self._new.engine.ledger(), *before)

    def plan(self) -> Plan | None:
        """Plan how a store is asked for what a rule of either side may be about; None where the mapping changed."""
        old, new = self._old.engine, self._new.engine
        if old.ruleset.rules and old.routes.routes != new.routes.routes:
            return None
        return make_plan(RuleSet((*old.ruleset.rules, *new.ruleset.rules), ()), new.routes)

    def take(self) -> Told:
        """Return what was found since this was last asked."""
        told, self._told = self._told, Told()
        self._seen.clear()
        return told

    def _compare(self, batch: list[Event], source: str) -> None:
        looked = [one for one in batch if not (self._since and one.time and one.time < self._since)]
        old, new = self._old.hits(looked, source), self._new.hits(looked, source)
        for pair in {**old, **new}:
            if pair in self._seen:  # read twice: one alert
                continue
            self._seen.add(pair)
            if pair in old and pair in new:
                self._told.same[pair[0]] += 1
            elif pair in new:
                self._note("added", pair, new[pair])
            else:
                self._note("gone", pair, old[pair])

    def _note(self, side: Side, pair: tuple[str, str], hit: Hit) -> None:
        counted = f"{side} {pair[0]}"
        if self._told.kept[counted] < MOST_KEPT:
            self._told.kept[counted] += 1
            self._told.found.append(BackFound(side, pair[0], raise_alert(hit, pair[1])))
        else:
            self._told.beyond[counted] += 1
