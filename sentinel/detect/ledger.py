"""Keeps account of what went by, and says for every rule, log and day whether it was looked at, and if not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sentinel.detect.days import Day, windows
from sentinel.detect.possible import missing, possible
from sentinel.detect.routes import Route, Routes, contains
from sentinel.detect.rule import LogSourceKey, Refused, Rule, RuleSet
from sentinel.model.alerts import LedgerEntry, LedgerSource, RuleState, Window

MOST_DAYS = 366 * 30
MOST_FIELDS = 50_000
_WORST: tuple[RuleState, ...] = ("failed", "truncated", "suppressed", "evaluated", "field-absent")

Combination: TypeAlias = tuple[Route, ...]


@dataclass(slots=True)
class Account:
    """What came of one combination of log sources in one log; made to be filled in bulk.

    `days` counts events by their day in UTC; None are those without a time, and those of any day after the first
    MOST_DAYS different ones. `complete` is False where not all names of fields were noted: then none is called absent.
    """

    aliases: tuple[tuple[str, str], ...] = ()
    days: Counter[Day] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    complete: bool = True

    def note(self, day: Day, count: int = 1) -> None:
        """Count events of a day."""
        self.days[day if day in self.days or len(self.days) < MOST_DAYS else None] += count

    def note_fields(self, names: Mapping[str, object] | AbstractSet[str]) -> None:
        """Note names of fields as the log has them; the names that rules have for them are added here."""
        if self.seen.issuperset(names):
            return
        if len(self.seen) < MOST_FIELDS:
            self.seen.update(names)
            self.seen.update(new for new, old in self.aliases if old in self.seen)
        else:
            self.complete = False

    def note_unknown_fields(self) -> None:
        """Note that events came whose fields nobody has listed."""
        self.complete = False


@dataclass(slots=True)
class _Log:
    """What was noted of one log. Failures and cuts are kept by day with their reason; None stands for every day."""

    accounts: dict[Combination, Account] = field(default_factory=dict)
    hits: Counter[int] = field(default_factory=Counter)
    suppressed: dict[int, Counter[Day]] = field(default_factory=dict)
    failed: dict[int, dict[Day, str]] = field(default_factory=dict)
    cuts: dict[Day, str] = field(default_factory=dict)


class Ledger:
    """The account of a whole detection, whichever engine fills it.

    Rules go by their number: the position in `(*ruleset.rules, *ruleset.correlations)`.
    """

    def __init__(self, ruleset: RuleSet, routes: Routes) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self._logs: dict[str, _Log] = {}

    def account(self, source: str, routes: Combination) -> Account:
        """Return the account of the events of one log that belong to exactly these log sources, to be filled."""
        accounts = self._log(source).accounts
        if routes not in accounts:
            accounts[routes] = Account(tuple(dict.fromkeys(pair for route in routes for pair in route.aliases)))
        return accounts[routes]

    def note_hit(self, source: str, rule: int, count: int = 1) -> None:
        """Count hits of a rule."""
        self._log(source).hits[rule] += count

    def note_suppressed(self, source: str, rule: int, day: Day, count: int = 1) -> None:
        """Count hits that the rule would have had without its filters."""
        self._log(source).suppressed.setdefault(rule, Counter())[day] += count

    def note_failed(self, source: str, rule: int, why: str, day: Day = None) -> None:
        """Note that a rule broke: on an event of `day`, or, without one, on what may be any day of the log."""
        self._log(source).failed.setdefault(rule, {}).setdefault(day, why)

    def note_truncated(self, source: str, why: str, day: Day = None) -> None:
        """Note that a log was cut off: while events of `day` came, or, without one, somewhere."""
        self._log(source).cuts.setdefault(day, why)

    def days(self) -> set[date]:
        """Return the days on which any log holds a record."""
        accounts = (account for log in self._logs.values() for account in log.accounts.values())
        return {day for account in accounts for day in account.days if day is not None}

    def entries(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what was noted so far."""
        looks = [_Look(name, log, self.ruleset) for name, log in self._logs.items()]
        cuts = sorted({why for log in self._logs.values() for why in log.cuts.values()})
        judged = (
            _entry(rule, self.routes, [found for look in looks if (found := look.judge(number, rule))], cuts)
            for number, rule in enumerate(self.ruleset.rules)
        )
        return (*judged, *map(_refused, self.ruleset.refused))

    def _log(self, source: str) -> _Log:
        if source not in self._logs:
            self._logs[source] = _Log()
        return self._logs[source]


class _Look:
    """One log, looked at for one rule after another; what rules of the same log source share is worked out once."""

    def __init__(self, name: str, log: _Log, ruleset: RuleSet) -> None:
        self._name = name
        self._log = log
        keys = {rule.logsource for rule in ruleset.rules}
        self._accounts = {key: [*_accounts_of(key, log)] for key in keys}
        self._days = {key: _summed(accounts) for key, accounts in self._accounts.items()}
        self._all = _summed(log.accounts.values())
        self._shared: dict[tuple[LogSourceKey, RuleState], tuple[Window, ...]] = {}

    def judge(self, number: int, rule: Rule) -> LedgerSource | None:
        """Return what this log lets say about a rule; None where no event of its log source came."""
        days, log = self._days[rule.logsource], self._log
        if not days:
            return None
        base, absent = self._reach(rule)
        made = self._windows(number, rule.logsource, base)
        state = _worst({window.state for window in made})
        if log.cuts and state != "failed":
            state = "truncated"
        why = {"failed": log.failed.get(number, {}), "truncated": log.cuts}.get(state, {})
        return LedgerSource(
            source=self._name,
            state=state,
            reason="; ".join(sorted({*why.values(), *([f"never seen: {', '.join(absent)}"] if absent else [])})),
            events=days.total(),
            hits=log.hits[number],
            suppressed=log.suppressed.get(number, Counter()).total(),
            missing=absent,
            windows=made,
        )

    def _reach(self, rule: Rule) -> tuple[RuleState, tuple[str, ...]]:
        """Say whether the rule could have fired on the events of any one account, and else what was nearest missing."""
        accounts = self._accounts[rule.logsource]
        if any(not one.complete or possible(rule.condition, one.seen, outcome=True) for one in accounts):
            return "evaluated", ()
        return "field-absent", _fewest(
            tuple(sorted(missing(rule.condition, one.seen, outcome=True))) for one in accounts
        )

    def _windows(self, number: int, key: LogSourceKey, base: RuleState) -> tuple[Window, ...]:
        failed, hidden = self._log.failed.get(number, {}), self._log.suppressed.get(number, Counter[Day]())
        if not failed and not hidden and (key, base) in self._shared:
            return self._shared[key, base]

        def state(day: Day) -> RuleState:
            if day in failed or None in failed:
                return "failed"
            if day in self._log.cuts or None in self._log.cuts:
                return "truncated"
            return "suppressed" if hidden[day] else base

        made = windows(self._days[key], self._all, state)
        if not failed and not hidden:
            self._shared[key, base] = made
        return made


def _accounts_of(key: LogSourceKey, log: _Log) -> Iterator[Account]:
    for routes, account in log.accounts.items():
        if account.days and any(contains(key, route.key) for route in routes):
            yield account


def _summed(accounts: Iterable[Account]) -> Counter[Day]:
    days: Counter[Day] = Counter()
    for account in accounts:
        days.update(account.days)
    return days


def _fewest(lacks: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return min(lacks, key=lambda names: (len(names), names), default=())


def _worst(states: AbstractSet[RuleState]) -> RuleState:
    return next((state for state in _WORST if state in states), "source-absent")


def _entry(rule: Rule, routes: Routes, sources: Sequence[LedgerSource], cuts: Sequence[str]) -> LedgerEntry:
    state = _worst({source.state for source in sources})
    deciding = [source for source in sources if source.state == state]
    return LedgerEntry(
        rule=rule.ref.id,
        title=rule.ref.title,
        path=str(rule.location),
        state=state if sources or routes.has(rule.logsource) else "no-route",
        reason=_reason(deciding) if sources else _why_absent(rule, routes, cuts),
        events=sum(source.events for source in sources),
        hits=sum(source.hits for source in sources),
        missing=_fewest(source.missing for source in deciding),
        suppressed=sum(source.suppressed for source in sources),
        sources=tuple(sources),
        logsource=str(rule.logsource),
        tags=rule.ref.tags,
    )


def _reason(deciding: Sequence[LedgerSource]) -> str:
    return "; ".join(sorted({source.reason for source in deciding if source.reason}))


def _why_absent(rule: Rule, routes: Routes, cuts: Sequence[str]) -> str:
    if routes.has(rule.logsource):
        lost = f"; what was cut off may have held some: {', '.join(cuts)}" if cuts else ""
        return f"no event of {rule.logsource} came{lost}"
    why = routes.why_not(rule.logsource) or "no events are known to be of its log source"
    return f"{rule.logsource}: {why}"


def _refused(refused: Refused) -> LedgerEntry:
    fault = refused.fault
    return LedgerEntry("", refused.title, str(fault.location), "refused", f"{refused.kind}: {fault.what}")
