"""Searches back for what a change of rules changes: stretch after stretch, the newest first, each settled by itself.

set that is enabled × set that is wanted → rules that changed → both over the same records → what came and what went
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

from sentinel.detect.backtest import MOST_EXAMPLES, by_key, why_gone
from sentinel.detect.both import Both
from sentinel.detect.kept_sets import EMPTY, as_it_was, changes, make_again
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.narrow.plan import Plan as Asking
from sentinel.detect.readers.unpack import files_below
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Feed, Log, Watch
from sentinel.elastic.pages import Reader, Span
from sentinel.errors import InputError, Location, StoreError
from sentinel.model.backtest import Change, Difference, Example
from sentinel.model.enabled import BackFound, BackStretch, EnabledRule, KeptSet, Plan, SetChange, SetChangeKind
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track
from sentinel.searching import FORMAT, Narrowing, Search, events_of
from sentinel.store.back import Back

SHORTEST = timedelta(seconds=1)
AT_ONCE = 200_000
"""Records of a stretch of time; one with more is cut."""
HEAD = 65_536
"""Bytes that tell files apart, with their size and age."""
_CHANGES: dict[SetChangeKind, Change] = {"new": "new", "changed": "changed", "removed": "gone"}

Sets: TypeAlias = tuple[RuleSet, Routes]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the past that can be read: a span of an index, or a file."""

    about: BackStretch
    log: Log | Feed


Source: TypeAlias = Callable[[int, set[str]], Stretch | None]
"""Gives the newest stretch that was not searched, of at most so many records, none of those that failed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be searched: records, and until when; None is no limit. The stretch under way is read to its end."""

    records: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """What an index is searched by: its name, the field of dates, and the moment up to which it is whole."""

    reader: Reader
    target: str
    field: str
    until: datetime

    def log(self, start: datetime | None, end: datetime | None, asking: Asking | None) -> Feed:
        """Return a span of it as a log. With the plan of what is asked, records that no rule is about are left out."""
        counted = list[Counted]()
        search = Search(self.target, Span(self.field, start, end))
        events = partial(events_of, self.reader, search, narrowing=Narrowing(asking, counted))
        return Feed(self.target, events, FORMAT, counted=counted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The set that is wanted, beside the one that is enabled; `changes` are those between them."""

    old: KeptSet
    new: KeptSet
    changes: tuple[SetChange, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The rules that can be searched back event by event: those that alert by themselves."""
        return frozenset(one.rule for one in self.changes if one.alerts and not one.correlation)

    @property
    def correlations(self) -> frozenset[str]:
        """Those that look at many events, and alert by themselves."""
        return frozenset(one.rule for one in self.changes if one.alerts and one.correlation)


def wanted(back: Back, new: KeptSet) -> Wanted:
    """Return what changes from the set that is enabled to another; of a watch that never had one, all is new."""
    now = back.enabled()
    old = _kept(back, now.set) if now else EMPTY
    return Wanted(old, new, tuple(changes(old, new)))


def owed(back: Back, plan: Plan, current: KeptSet) -> Wanted:
    """Return what of a change that was enabled is still to be searched: rules that changed again since are left out."""
    old, new = _kept(back, plan.old), _kept(back, plan.new)
    today = {one.key: one.meaning for one in current.rules}
    meant = {one.key: one.meaning for one in new.rules}
    still = (one for one in changes(old, new) if today.get(one.rule) == meant.get(one.rule))
    return Wanted(old, new, tuple(still))


def sides_of(asked: Wanted, folder: Path, new: Sets | None = None) -> tuple[Sets, Sets]:
    """Return both sets as they are loaded: made again in an empty folder, the new one unless it is there already."""
    return _made(asked, asked.old, folder / "old"), new or _made(asked, asked.new, folder / "new")


def both_of(asked: Wanted, since: datetime | None, sides: tuple[Sets, Sets], cache: RuleCache | None) -> Both:
    """Return the engine of both sets.

    `since`: events that happened before are passed over; None where a source gives what came in since then alone.
    """
    return Both(*sides, asked.keys, since, cache)


def lost(asked: Wanted, old: RuleSet) -> list[str]:
    """Return the titles of rules that this program cannot make again as they were: it may be another version."""
    return [one.title for one in _changed(asked, asked.old) if not as_it_was(one, old)]


def search_back(
    back: Back, plan: Plan, both: Both, source: Source, budget: Budget, means: tuple[Callable[[], datetime], Track]
) -> Iterator[BackStretch]:
    """Search what a plan did not search yet within a budget, and yield each stretch with what became of it.

    One that could not be read to its end stays owed, and says why.
    """
    clock, track = means
    used, failed = 0, set[str]()
    while (budget.records is None or used < budget.records) and (budget.until is None or clock() < budget.until):
        try:
            stretch = source(AT_ONCE if budget.records is None else min(AT_ONCE, budget.records - used), failed)
        except (StoreError, InputError) as error:
            if used and isinstance(error, InputError):  # what is left of the budget is too little, and that is all
                return
            yield BackStretch("", "owed", reason=str(error))
            return
        if stretch is None:
            return
        done = _searched(back, plan, both, stretch, track)
        used += done.records + done.skipped
        if done.state == "owed":
            failed.add(done.name)
        yield done


def spans_owed(plan: Plan, done: Iterable[BackStretch], until: datetime) -> list[tuple[datetime, datetime]]:
    """Return the spans of a plan that were not searched, the newest first."""
    end = min(until, plan.upto) if plan.upto else until
    searched = sorted((one.start, one.end) for one in done if _is_events(one) and one.start and one.end)
    found, at = list[tuple[datetime, datetime]](), plan.since
    for start, stop in searched:
        if start > at:
            found.append((at, min(start, end)))
        at = max(at, stop)
    found.append((at, end))
    return [(start, stop) for start, stop in reversed(found) if start < stop]


def of_index(back: Back, plan: Plan, index: Index, asking: Asking | None = None) -> Source:
    """Return the source of an index: spans that are cut until they hold no more than may be searched."""

    def newest(most: int, failed: set[str]) -> Stretch | None:
        spans = spans_owed(plan, back.stretches(plan), index.until)
        if not spans or failed:  # what stands in the way stands there for earlier spans too
            return None
        start, end = spans[0]
        while (number := _count(index, start, end)) > most:
            if end - start <= SHORTEST:
                when = f"{start:%Y-%m-%d %H:%M:%S} UTC"
                raise InputError(
                    Location(index.target), f"{number:,} records in a second ({when}): give a larger budget"
                )
            start = end - max(SHORTEST, (end - start) / 2)
        about = BackStretch(f"{start.isoformat()}/{end.isoformat()}", "owed", start=start, end=end)
        return Stretch(about, index.log(start, end, asking))

    return newest


def of_files(back: Back, plan: Plan, there: Mapping[str, Path]) -> Source:
    """Return the source of files by their names, in that order; one that grew takes the place of what it was."""
    heads = {name.partition(":")[0] for name in there}
    before = (one.name for one in back.stretches(plan) if one.state == "owed" and one.name not in there)
    back.forget(plan, (name for name in before if name.partition(":")[0] in heads))
    back.owe(plan, (BackStretch(name, "owed", path=str(path)) for name, path in there.items()))

    def newest(_most: int, failed: set[str]) -> Stretch | None:
        done = {one.name for one in back.stretches(plan) if one.state == "done"}
        left = ((name, path) for name, path in there.items() if name not in done | failed)
        name, path = next(left, ("", None))
        return Stretch(BackStretch(name, "owed", path=str(path)), Log(path.name, [path])) if path else None

    return newest


def differences(back: Back, plan: Plan, asked: Wanted, new: Sets) -> Iterator[Difference]:
    """Yield for each rule that changed what was found so far, and a few examples of either side."""
    found: dict[str, list[BackFound]] = defaultdict(list)
    counts, same = Counter[str](), Counter[str]()
    for one in back.found(plan):
        name = f"{one.side} {one.rule}"
        counts[name] += 1
        if counts[name] <= MOST_EXAMPLES:
            found[name].append(one)
    for stretch in back.stretches(plan):
        counts.update(stretch.beyond)
        same.update(stretch.same)
    rules = by_key(new[0].rules)
    for change in asked.changes:
        if change.alerts:
            added, gone = f"added {change.rule}", f"gone {change.rule}"
            why = _no_reason if change.correlation else partial(why_gone, rules.get(change.rule), new[1])
            yield Difference(
                rule=change.rule,
                title=change.title,
                change=_CHANGES[change.change],
                added=counts[added],
                gone=counts[gone],
                same=same[change.rule],
                examples_added=tuple(_example(one, _no_reason) for one in found[added]),
                examples_gone=tuple(_example(one, why) for one in found[gone]),
            )


def _changed(asked: Wanted, kept: KeptSet) -> list[EnabledRule]:
    keys = asked.keys | asked.correlations
    return [one for one in kept.rules if one.key in keys]


def _made(asked: Wanted, kept: KeptSet, folder: Path) -> Sets:
    """Make what is needed of a set again; all of it where that does not give the rules as they were."""
    changed = _changed(asked, kept)
    made = make_again(kept, folder / "part", frozenset(one.key for one in changed))
    if all(as_it_was(one, made[0]) for one in changed):
        return made
    return make_again(kept, folder / "whole")


def _is_events(one: BackStretch) -> bool:
    return one.state == "done" and not one.correlations


def _searched(back: Back, plan: Plan, both: Both, stretch: Stretch, track: Track) -> BackStretch:
    watching = Watch(both)
    deque(watching.alerts([stretch.log], track), maxlen=0)  # it counts, and yields none
    told = both.take()
    (source,) = watching.sources
    skipped = sum(source.skipped.values())
    if watching.unreadable:
        failed = replace(stretch.about, records=source.handled, reason="; ".join(watching.unreadable)[:500])
        if stretch.about.path:
            back.settle(plan, failed)
        return failed
    done = replace(
        stretch.about,
        state="done",
        records=source.handled + left_out(stretch.log),
        skipped=skipped,
        same=dict(told.same),
        beyond=dict(told.beyond),
    )
    back.settle(plan, done, told.found)
    return done


def left_out(log: Log | Feed) -> int:
    """Return how many records of a log were searched by its index alone."""
    return sum(one.left for one in log.counted) if isinstance(log, Feed) else 0


def _kept(back: Back, id_: str) -> KeptSet:
    if id_ == EMPTY.id:
        return EMPTY
    found = back.kept(id_)
    if found is None:
        raise StoreError(f"the set of rules {id_} is not kept any more: what changed from it is not known")
    return found


def _count(index: Index, start: datetime, end: datetime) -> int:
    return index.reader.count(index.target, Span(index.field, start, end).query())


def files_in(paths: Iterable[Path]) -> tuple[dict[str, Path], list[str]]:
    """Return all files that hold something, the one that was written last first, and what could not be looked into.

    Each is under a name that is made of what it holds: one that is renamed keeps it, one that grew does not.
    """
    found: list[tuple[int, str, Path]] = []
    troubles: list[str] = []
    for path in paths:
        tally = Tally(str(path))
        for file, _below in files_below(path, tally):
            try:
                about = file.stat()
                with file.open("rb") as opened:
                    head = hashlib.sha256(opened.read(HEAD)).hexdigest()[:32]
            except OSError as error:
                troubles.append(f"{file}: cannot be read: {error.strerror}")
                continue
            if about.st_size:
                name = f"{head}:{about.st_size}:{about.st_mtime_ns}"
                found.append((-about.st_mtime_ns, name, file.absolute()))
        troubles += [f"{path}: {count:,} {reason}" for reason, count in sorted(tally.skipped.items())]
    return {name: file for _, name, file in sorted(found)}, troubles


def _no_reason(_event: Event) -> str:
    return ""


def _example(found: BackFound, why: Callable[[Event], str]) -> Example:
    alert = found.alert
    event = Event(alert.source, alert.record, alert.time, alert.fields)
    return Example(alert.event_id, alert.time, alert.source, alert.record, alert.matched, why(event))
