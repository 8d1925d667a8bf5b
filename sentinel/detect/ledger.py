"""Keeps account of what went by, and says for every rule, log and day whether it was looked at, and if not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sentinel.detect.days import Day, windows
from sentinel.detect.meter import Meter
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.possible import missing, possible
from sentinel.detect.reach import NEVER
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

    def take(self) -> Account:
        """Return what was counted since the last time, with all names so far."""
        taken = Account(self.aliases, Counter(self.days), set(self.seen), self.complete)
        self.days.clear()
        return taken

    def absorb(self, other: Account) -> None:
        """Add what another part of the log held."""
        for day, count in other.days.items():
            self.note(day, count)
        self.note_fields(other.seen)
        self.complete &= other.complete

    def note_unknown_fields(self) -> None:
        """Note that events came whose fields nobody has listed."""
        self.complete = False


@dataclass(slots=True)
class Noted:
    """What was noted of one log. Failures and cuts are kept by day with their reason; None stands for every day.

    `counted` says how many records there were, where only those came that a rule may be about.
    """

    accounts: dict[Combination, Account] = field(default_factory=dict)
    hits: Counter[int] = field(default_factory=Counter)
    suppressed: dict[int, Counter[Day]] = field(default_factory=dict)
    failed: dict[int, dict[Day, str]] = field(default_factory=dict)
    cuts: dict[Day, str] = field(default_factory=dict)
    counted: Counted | None = None

    def take(self) -> Noted:
        """Return what was noted since the last time, and begin anew; accounts stay, and the names noted in them."""
        accounts = {routes: account.take() for routes, account in self.accounts.items() if account.days}
        taken = Noted(accounts, self.hits, self.suppressed, self.failed, self.cuts)
        self.hits, self.suppressed, self.failed, self.cuts = Counter(), {}, {}, {}
        return taken


class Ledger:
    """The account of a whole detection, whichever engine fills it.

    Rules go by their number: the position in `(*ruleset.rules, *ruleset.correlations)`. With a `meter` it is measured
    what each rule takes.
    """

    def __init__(self, ruleset: RuleSet, routes: Routes) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self.meter: Meter | None = None
        self._logs: dict[str, Noted] = {}
        self._numbers: dict[LogSourceKey, list[int]] = {}
        for number, rule in enumerate(ruleset.rules):
            self._numbers.setdefault(rule.logsource, []).append(number)

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

    def note_counted(self, source: str, counted: Counted) -> None:
        """Note how many records a log has of which not all came."""
        self._log(source).counted = counted

    def take(self) -> dict[str, Noted]:
        """Return by log what was noted since the last time, to be absorbed by the ledger of the whole."""
        return {source: log.take() for source, log in self._logs.items()}

    def absorb(self, taken: Mapping[str, Noted]) -> None:
        """Add what the ledger of a part noted of what came after."""
        for source, part in taken.items():
            for routes, account in part.accounts.items():
                self.account(source, routes).absorb(account)
            for rule, count in part.hits.items():
                self.note_hit(source, rule, count)
            for rule, days in part.suppressed.items():
                for day, count in days.items():
                    self.note_suppressed(source, rule, day, count)
            for rule, reasons in part.failed.items():
                for day, why in reasons.items():
                    self.note_failed(source, rule, why, day)
            for day, why in part.cuts.items():
                self.note_truncated(source, why, day)

    def unknown(self, source: str) -> int:
        """Return how many events of a log are of no log source that anybody has connected."""
        account = self._log(source).accounts.get(())
        return account.days.total() if account else 0

    def days(self) -> set[date]:
        """Return the days on which any log holds a record."""
        return {day for log in self._logs.values() for day in _span(log) if day is not None}

    def entries(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what was noted so far."""
        found: list[list[LedgerSource]] = [[] for _ in self.ruleset.rules]
        for name, log in self._logs.items():
            span = _span(log)
            for key, numbers in self._numbers.items():
                look = _Look(name, log, key, span)
                if look.days:
                    for number in numbers:
                        found[number].append(look.judge(number, self.ruleset.rules[number]))
        cuts = sorted({why for log in self._logs.values() for why in log.cuts.values()})
        judged = (_entry(rule, self.routes, logs, cuts) for rule, logs in zip(self.ruleset.rules, found, strict=True))
        return (*judged, *map(_refused, self.ruleset.refused))

    def _log(self, source: str) -> Noted:
        if source not in self._logs:
            self._logs[source] = Noted()
        return self._logs[source]


class _Look:
    """One log, looked at for the rules of one log source; what they share is worked out once."""

    def __init__(self, name: str, log: Noted, key: LogSourceKey, span: Counter[Day]) -> None:
        self._name = name
        self._log = log
        self._accounts = [*_accounts_of(key, log)]
        self.days = _summed(self._accounts) if log.counted is None else log.counted.keys.get(key, Counter())
        self._span = span
        self._shared: dict[RuleState, tuple[Window, ...]] = {}

    def judge(self, number: int, rule: Rule) -> LedgerSource:
        """Return what this log lets say about a rule."""
        log = self._log
        failed, hidden = log.failed.get(number, {}), log.suppressed.get(number, Counter[Day]())
        base, absent = self._reach(rule)
        state: RuleState = "failed" if failed else "truncated" if log.cuts else "suppressed" if hidden else base
        why = [*(failed or log.cuts).values()]
        if log.counted is not None:
            why.append(log.counted.told)
        return LedgerSource(
            source=self._name,
            state=state,
            reason="; ".join(sorted({*why, *([f"never seen: {', '.join(absent)}"] if absent else [])})),
            events=self.days.total(),
            hits=log.hits[number],
            suppressed=hidden.total(),
            missing=absent,
            windows=self._windows(base, failed, hidden),
        )

    def _reach(self, rule: Rule) -> tuple[RuleState, tuple[str, ...]]:
        """Say whether the rule could have fired on the events of any one account, and else what was nearest missing."""
        accounts = self._accounts
        if self._log.counted is not None:
            return "evaluated", ()
        if any(not one.complete or possible(rule.condition, one.seen, outcome=True) for one in accounts):
            return "evaluated", ()
        return "field-absent", _fewest(
            tuple(sorted(missing(rule.condition, one.seen, outcome=True))) for one in accounts
        )

    def _windows(self, base: RuleState, failed: Mapping[Day, str], hidden: Counter[Day]) -> tuple[Window, ...]:
        if not failed and not hidden and base in self._shared:
            return self._shared[base]

        def state(day: Day) -> RuleState:
            if day in failed or None in failed:
                return "failed"
            if day in self._log.cuts or None in self._log.cuts:
                return "truncated"
            return "suppressed" if hidden[day] else base

        made = windows(self.days, self._span, state)
        if not failed and not hidden:
            self._shared[base] = made
        return made


def _accounts_of(key: LogSourceKey, log: Noted) -> Iterator[Account]:
    for routes, account in log.accounts.items():
        if account.days and any(contains(key, route.key) for route in routes):
            yield account


def _summed(accounts: Iterable[Account]) -> Counter[Day]:
    days: Counter[Day] = Counter()
    for account in accounts:
        days.update(account.days)
    return days


def _span(log: Noted) -> Counter[Day]:
    return _summed(log.accounts.values()) if log.counted is None else log.counted.days


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


def unable(ruleset: RuleSet, routes: Routes) -> tuple[LedgerEntry, ...]:
    """Return the rules that look at no event, whatever comes: refused, or of a log source nobody has connected."""
    return tuple(entry for entry in Ledger(ruleset, routes).entries() if entry.state in NEVER)
