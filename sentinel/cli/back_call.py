"""One call of `sentinel watch back`: what changed is searched within a budget, shown, and enabled if that was asked."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sentinel import backcorrelating, backsearching
from sentinel.backsearching import Budget, Index, Sets, Source, Wanted
from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked
from sentinel.cli.rules_backtest import show
from sentinel.cli.summary import say, say_all, say_broken, say_warnings
from sentinel.detect.both import Both
from sentinel.detect.compiled import compile_rules
from sentinel.detect.kept_sets import Source as SetSource
from sentinel.detect.kept_sets import take_down
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.elastic.cluster import access, connect
from sentinel.elastic.pages import Reader, Span
from sentinel.errors import StoreError
from sentinel.model.enabled import BackStretch, KeptSet, Plan
from sentinel.model.text import counted
from sentinel.searching import Search, undated
from sentinel.settings import Site
from sentinel.store.back import Back

HOUR = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Whose watch is meant, and over what: an index of a cluster, or files and folders.

    `until` is the moment up to which all that came in can be seen. `file` is the site file that names the files.
    """

    site: str
    url: str | None
    index: str
    time_field: str
    until: datetime
    logs: tuple[Path, ...]
    file: Site | None = None

    @property
    def target(self) -> str:
        """What the watch is kept under in the store."""
        return target_of(self.logs) if self.logs else self.index

    def reader(self) -> Reader:
        """Return what reads the cluster."""
        return Reader(connect(access(self.url, os.environ)), time.sleep)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The set that is wanted, taken down, and as it is loaded."""

    kept: KeptSet
    sets: Sets


def target_of(logs: Iterable[Path]) -> str:
    """Return what a watch over files is kept under in the store."""
    return ", ".join(sorted(str(path.absolute()) for path in logs))


def load_set(
    asked: Asked,
    rules: tuple[Path, ...],
    values: Mapping[str, Sequence[str]],
    site: Site | None = None,
    ruleset: RuleSet | None = None,
) -> Loaded:
    """Take down the rules that were asked for, or those that are shipped; `ruleset` where they are loaded already."""
    content = asked.content_folder(site)
    folders, base = (rules, Path.cwd()) if rules else ((content / "rules",), content)
    if ruleset is None:
        with asked.progress.busy("Loading rules"):
            ruleset = compile_rules(folders, base, values, asked.rule_cache()).ruleset
        say_warnings(ruleset.warnings)
    routes = load_routes(content)
    kept = take_down(SetSource(folders, base, content, values), ruleset, routes)
    return Loaded(kept, (ruleset, routes))


class BackCall:
    """One call of `watch back`."""

    def __init__(self, asked: Asked, place: Place, back: Back, loaded: Loaded, given: dict[str, Any]) -> None:
        minutes = given["max_minutes"]
        until = datetime.now(UTC) + timedelta(minutes=minutes) if minutes else None
        self.asked, self.place, self.loaded = asked, place, loaded
        self.since: datetime = given["since"]
        self.enable: bool = given["enable"]
        self.records: int | None = given["max_records"]
        self.budget_until = until
        self.partial = bool(loaded.kept.refused)
        self.back = back
        self.files: dict[str, Path] = {}

    def run(self) -> int:
        """Search, show, enable and tell; return the exit code."""
        wanted = backsearching.wanted(self.back, self.loaded.kept)
        say_changes(wanted, self.place)
        self._look()
        if wanted.changes:
            self.back.keep(wanted.new)
            plan = self.back.plan(wanted.old.id, wanted.new.id, self.since)
            self._search(plan, wanted, self.loaded.sets)
            self._show(plan, wanted)
            if self.enable:
                self._enable(plan)
            elif left := left_of(self.back, plan, wanted, self.place, self.files):
                say(f"the difference is not the whole one: not searched yet: {left}")
                self.partial = True
        elif self.enable:
            say("nothing to enable: these rules are in use")
        self._search_owed()
        owed = list(owed_lines(self.back, self.place, self._in_use(), self.files))
        say_all(owed)
        return ExitCode.PARTIAL if self.partial or owed else ExitCode.CLEAN

    def _in_use(self) -> KeptSet:
        return backsearching.wanted(self.back, self.loaded.kept).old

    def _look(self) -> None:
        """Find the files, or say how many records of the index no stretch can hold."""
        if self.place.logs:
            self.files, troubles = backsearching.files_in(self.place.logs)
            say_all(troubles)
            self.partial |= bool(troubles)
            return
        try:
            number = undated(self.place.reader(), Search(self.place.index, Span(self.place.time_field)))
        except StoreError as error:
            say(f"not looked for records without {self.place.time_field}: {error}")
            self.partial = True
            return
        if number:
            say(f"{counted(number, 'record')} without {self.place.time_field}: in no stretch, and not searched")
            self.partial = True

    def _search(self, plan: Plan, wanted: Wanted, new: Sets | None) -> None:
        if not (wanted.keys or wanted.correlations):
            return
        with tempfile.TemporaryDirectory(prefix="sentinel-back-") as folder:
            sides = backsearching.sides_of(wanted, Path(folder), new)
        lost = backsearching.lost(wanted, sides[0][0])
        say_all(f"{title}: cannot be made again as it was: alerts that go are not known" for title in lost)
        self.partial |= bool(lost)
        if wanted.keys:
            self._search_events(plan, wanted, sides)
        if wanted.correlations:
            self._search_correlations(plan, wanted, sides)

    def _search_events(self, plan: Plan, wanted: Wanted, sides: tuple[Sets, Sets]) -> None:
        since = plan.since if self.place.logs else None
        both = backsearching.both_of(wanted, since, sides, self.asked.rule_cache())
        means = (lambda: datetime.now(UTC)), self.asked.progress.track
        budget = Budget(self.records, self.budget_until)
        for done in backsearching.search_back(self.back, plan, both, self._source(plan, both), budget, means):
            self._tell(done)
        self.partial |= say_broken(both.ledger())

    def _search_correlations(self, plan: Plan, wanted: Wanted, sides: tuple[Sets, Sets]) -> None:
        """Search the whole span for correlations, if the budget holds it: they cannot be searched in parts."""
        about = whole_of(plan, self.place, self.files)
        before = self.back.stretches(plan)
        if backcorrelating.is_searched(plan, about, before) or backcorrelating.may_wait(plan, before):
            return
        if not self._has_room(about):
            return
        if self.place.logs:
            whole = backcorrelating.of_files(about, self.files)
        else:
            whole = backcorrelating.of_span(about, self._index())
        means = self.asked.rule_cache(), self.asked.progress.track
        self._tell(backcorrelating.search_correlations(self.back, plan, wanted, sides, whole, means))

    def _has_room(self, about: BackStretch) -> bool:
        """Say whether the budget holds a whole span; of files that is known only once they were read."""
        late = self.budget_until is not None and datetime.now(UTC) >= self.budget_until
        if late or self.records == 0:
            return False
        if self.records is None or self.place.logs:
            return True
        span = Span(self.place.time_field, about.start, about.end)
        try:
            return 2 * self.place.reader().count(self.place.index, span.query()) <= self.records
        except StoreError as error:
            say(f"correlations not searched back: {error}")
            return False

    def _source(self, plan: Plan, both: Both) -> Source:
        if self.place.logs:
            return backsearching.of_files(self.back, plan, self.files)
        return backsearching.of_index(self.back, plan, self._index(), both.plan())

    def _index(self) -> Index:
        return Index(self.place.reader(), self.place.index, self.place.time_field, self.place.until)

    def _tell(self, done: BackStretch) -> None:
        if self.records is not None:
            self.records = max(0, self.records - done.records - done.skipped)
        if done.state == "owed":
            self.partial = True
            say(f"{_name(done)}: not searched to its end, and stays owed: {done.reason}")
            return
        skipped = f", {done.skipped:,} skipped" if done.skipped else ""
        self.partial |= bool(done.skipped)
        say(f"{_name(done)}: {counted(done.records, 'record')} searched{skipped}")

    def _show(self, plan: Plan, wanted: Wanted) -> None:
        show(list(backsearching.differences(self.back, plan, wanted, self.loaded.sets)), self.asked.form)
        lost = sum(sum(one.beyond.values()) for one in self.back.stretches(plan))
        if lost:
            say(f"{counted(lost, 'alert')} beyond the first 10,000 of a rule: counted, and not kept")
            self.partial = True
        if not self.enable:
            say("not enabled: with --enable these rules are used from now on")

    def _enable(self, plan: Plan) -> None:
        new = self.back.enable(plan, datetime.now(UTC))
        say(f"enabled for {self.place.site}; {counted(new, 'new alert')} kept")
        say("start the watch again with these rules; what came in until then is searched by this command once more")

    def _search_owed(self) -> None:
        """Go on with changes that were enabled before they were searched to their end."""
        in_use = self._in_use()
        for plan in self.back.owed_plans():
            wanted = backsearching.owed(self.back, plan, in_use)
            if plan.new != self.loaded.kept.id or not self.enable:
                self._search(plan, wanted, None)


def say_changes(wanted: Wanted, place: Place) -> None:
    """Tell what changed since a set was enabled; what is removed, or is not loaded, by name."""
    say_all(f"not loaded: {fault}" for fault in wanted.new.refused)
    for one in wanted.changes:
        if one.change == "removed":
            say(f"removed: {one.title}: nothing looks for it any more")
    what = counts_of(wanted) if wanted.changes else f"all {len(wanted.new.rules):,} rules are as they were"
    say(f"{place.site}: {what}{'' if wanted.old.rules else '; no set was ever enabled'}")


def counts_of(wanted: Wanted) -> str:
    """Return how many rules changed, and how."""
    kinds = [one.change for one in wanted.changes]
    return ", ".join(f"{kinds.count(kind):,} {kind}" for kind in ("new", "changed", "removed"))


def owed_lines(back: Back, place: Place, in_use: KeptSet, files: dict[str, Path] | None = None) -> Iterator[str]:
    """Yield a line for each change that is enabled and not searched to its end; `files` are those that are there."""
    for plan in back.owed_plans():
        wanted = backsearching.owed(back, plan, in_use)
        if left := left_of(back, plan, wanted, place, files):
            yield f"owed: not searched back: {left}"


def left_of(back: Back, plan: Plan, wanted: Wanted, place: Place, files: dict[str, Path] | None) -> str:
    """Return what of a plan is not searched, in words; empty where all of it is."""
    stretches = back.stretches(plan)
    parts = []
    if wanted.keys and (left := _events_left(plan, stretches, place, files)):
        parts.append(f"{counted(len(wanted.keys), 'changed rule')} over {left}")
    if wanted.correlations and _correlations_left(plan, stretches, place, files):
        parts.append(counted(len(wanted.correlations), "changed correlation"))
    return "; ".join(parts)


def _events_left(plan: Plan, stretches: Sequence[BackStretch], place: Place, files: dict[str, Path] | None) -> str:
    if not place.logs:
        return _spans(backsearching.spans_owed(plan, stretches, place.until))
    left = [one for one in stretches if one.state == "owed"]
    gone = sum(one.name not in files for one in left) if files else 0
    what = counted(len(left), "file") + (f", {gone:,} of them not there any more as they were" if gone else "")
    return what if left else ""


def _correlations_left(
    plan: Plan, stretches: Sequence[BackStretch], place: Place, files: dict[str, Path] | None
) -> bool:
    """Say whether correlations were not searched over all there is; of files that are not known, over any."""
    if place.logs and files is None:
        return not any(one.correlations for one in stretches)
    return not backcorrelating.is_searched(plan, whole_of(plan, place, files or {}), stretches)


def whole_of(plan: Plan, place: Place, files: dict[str, Path]) -> BackStretch:
    """Return the stretch that correlations are searched over."""
    return backcorrelating.files(files) if place.logs else backcorrelating.span(plan, place.until)


def _spans(spans: Sequence[tuple[datetime, datetime]]) -> str:
    if not spans:
        return ""
    minutes = sum((end - start).total_seconds() for start, end in spans) / 60
    long = f"{minutes / 60:,.1f} hours" if minutes >= HOUR else f"{minutes:.1f} minutes"
    return f"{long}, from {min(start for start, _ in spans):%Y-%m-%d %H:%M:%S} UTC on"


def _name(done: BackStretch) -> str:
    if done.correlations:
        return "correlations, read with the old rules and with the new ones"
    if done.start and done.end:
        return f"{done.start:%Y-%m-%d %H:%M:%S} to {done.end:%Y-%m-%d %H:%M:%S} UTC"
    return Path(done.path).name or "the next stretch"
