"""What rules take and give in a watch: added up with each window, and set aside after some bad ones in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from sentinel.model.alerts import Alert
from sentinel.model.windows import SET_ASIDE, RuleCost, WatchRule, WatchWindow
from sentinel.store.tables import watch_rules as rules
from sentinel.store.tables import watch_windows as windows
from sentinel.store.windows import Windows


@dataclass(frozen=True, slots=True)
class WatchRules:
    """The rules of one index of one site; `transaction` opens one on the store's database."""

    transaction: Callable[[], AbstractContextManager[Connection]]
    site: str
    target: str

    def aside(self) -> dict[str, WatchRule]:
        """Return the rules that are set aside, by id."""
        here = and_(rules.c.site == self.site, rules.c.target == self.target, rules.c.aside.is_not(None))
        with self.transaction() as connection:
            rows = connection.execute(select(rules).where(here)).all()
        return {row.rule: _rule(row) for row in rows}

    def note(
        self, connection: Connection, costs: Iterable[RuleCost], now: datetime, most: int
    ) -> tuple[WatchRule, ...]:
        """Add what rules took and gave in a window; return those that are set aside now.

        That is with `most` strikes; 0: never.
        """
        ordered = sorted(costs, key=lambda cost: cost.rule.id)  # two runners that lock rows must do so in one order
        fresh = []
        for cost in ordered:
            before = self._known(connection, cost)
            after = _struck(_added(before, cost), cost, now, most)
            self._put(connection, after)
            if after.aside and not before.aside:
                fresh.append(after)
        return tuple(fresh)

    def _known(self, connection: Connection, cost: RuleCost) -> WatchRule:
        """Return what is known of a rule; of one that means something else now, nothing."""
        row = connection.execute(select(rules).where(self._key(cost.rule.id)).with_for_update()).first()
        if row is not None and row.meaning == cost.rule.hash:
            return _rule(row)
        return WatchRule(self.site, self.target, cost.rule.id, cost.rule.title, cost.rule.hash)

    def _put(self, connection: Connection, rule: WatchRule) -> None:
        connection.execute(delete(rules).where(self._key(rule.rule)))
        row = asdict(rule) | {"since": _plain(rule.since), "aside": _plain(rule.aside)}
        connection.execute(insert(rules).values(row))

    def _key(self, rule: str) -> Any:  # noqa: ANN401 -- a clause of SQL
        return and_(rules.c.site == self.site, rules.c.target == self.target, rules.c.rule == rule)


@dataclass(frozen=True, slots=True)
class Turn:
    """A window that a runner has looked at, and when."""

    window: WatchWindow
    who: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """Notes a window as done, what rules took in it, and by `tell` raises an alert for each that is set aside now."""

    windows: Windows
    rules: WatchRules
    turn: Turn
    costs: tuple[RuleCost, ...]
    strikes: int
    tell: Callable[[WatchRule], Alert]

    def __call__(self, connection: Connection) -> list[Alert]:
        """Do so in the transaction that keeps the alerts; StoreError: another runner has the window now."""
        turn = self.turn
        self.windows.settle(connection, turn.window, turn.who, turn.now)
        return [self.tell(rule) for rule in self.rules.note(connection, self.costs, turn.now, self.strikes)]


def all_rules(transaction: Callable[[], AbstractContextManager[Connection]]) -> Iterator[WatchRule]:
    """Yield the rules of all watches, those that are set aside first, then what took longest."""
    with transaction() as connection:
        order = (rules.c.aside.is_(None), rules.c.seconds.desc(), rules.c.site, rules.c.target, rules.c.rule)
        rows: Iterable[Any] = connection.execute(select(rules).order_by(*order)).all()
    return map(_rule, rows)


def release(transaction: Callable[[], AbstractContextManager[Connection]], rule: str) -> tuple[int, int]:
    """Put a rule back in every watch, and owe again all windows in which it broke or was set aside.

    Return in how many watches it was set aside, and how many windows are owed for it.
    """
    released, owed = 0, 0
    with transaction() as connection:
        found = connection.execute(select(rules).where(rules.c.rule == rule, rules.c.aside.is_not(None))).all()
        for row in found:
            here = and_(rules.c.site == row.site, rules.c.target == row.target, rules.c.rule == rule)
            back = {"aside": None, "since": None, "strikes": 0, "reason": ""}
            released += connection.execute(update(rules).where(here).values(back)).rowcount
            blind = or_(windows.c.rules.contains(f'"{SET_ASIDE}"'), windows.c.rules.contains('"failed"'))
            theirs = and_(windows.c.site == row.site, windows.c.target == row.target, windows.c.state == "done")
            again = {"state": "owed", "tries": 0, "leased": None, "runner": None}
            why = {"reason": f"{row.title} was set aside, and is put back"[:500]}
            late = and_(theirs, blind, windows.c.done >= row.since)
            owed += connection.execute(update(windows).where(late).values(again | why)).rowcount
    return released, owed


def _added(before: WatchRule, cost: RuleCost) -> WatchRule:
    return replace(
        before,
        windows=before.windows + 1,
        asked=before.asked + cost.asked,
        seconds=before.seconds + cost.seconds,
        hits=before.hits + cost.hits,
    )


def _struck(rule: WatchRule, cost: RuleCost, now: datetime, most: int) -> WatchRule:
    """Return a rule with what a window says against it, or with nothing where the window says nothing."""
    if rule.aside:  # another runner was first
        return rule
    if not cost.trouble:
        return replace(rule, strikes=0, since=None, reason="")
    struck = replace(rule, strikes=rule.strikes + 1, since=rule.since or now, reason=cost.trouble)
    return replace(struck, aside=now, times=rule.times + 1) if 0 < most <= struck.strikes else struck


def _rule(row: Any) -> WatchRule:  # noqa: ANN401 -- a row of SQL
    values = {name: getattr(row, name) for name in WatchRule.__dataclass_fields__}
    return WatchRule(**values | {"since": _utc(row.since), "aside": _utc(row.aside)})


def _plain(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC).replace(tzinfo=None)


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)
