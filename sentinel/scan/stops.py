"""What is left alone at a site until a person says otherwise, whichever log a run writes: a file in the policy folder.

It is chained as a probe log is. A run reads it before it sends anything, so another log, another scope file or another
day forgets nothing; where it cannot be written, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.errors import InputError, ScopeError
from sentinel.model.scans import LogEntry
from sentinel.scan.health import Health, Stop
from sentinel.scan.probelog import Now, ProbeLog, Verified, outstanding, read_log, stopped, unfinished
from sentinel.scan.scope import Scope

STOPS = "stops.jsonl"
PATIENCE = 5.0
"""Other runs write a line and let go: so many seconds are waited for them."""
_TORN = Stop("run", "", "a crash tore a line of what is stopped, and what it said is not known")


@dataclass(slots=True)
class Stops:
    """The stops of a site, while a run with a log of its own adds to them. `fresh`: nobody had kept any here before."""

    path: Path
    log: Path
    run: str
    now: Now
    fresh: bool = field(init=False)

    def __post_init__(self) -> None:
        """Make the file where there is none; ScopeError where it was changed, or cannot be written."""
        self.fresh = not self.path.exists()
        if not self.fresh and self.log.exists() and self.path.samefile(self.log):
            raise ScopeError(f"{self.log}: holds what is stopped at this site: write the log elsewhere")
        seen = Verified()
        for _ in () if self.fresh else read_log(self.path, seen):
            pass
        if seen.faults:
            what = "look at the devices that it names, and then put it elsewhere"
            raise ScopeError(f"{seen.faults[0]}; what is stopped is not known from it: {what}")
        with self._open():
            pass

    def held(self) -> list[Stop]:
        """Return what is stopped and nobody has let go on; a line that a crash tore stops everything."""
        with self._open():
            return _held(read_log(self.path, Verified()))

    def add(self, stop: Stop, run: str = "") -> None:
        """Keep a stop of a run (this one, where none is named), with the log that says more."""
        facts = {"level": stop.level, "what": stop.what, "why": stop.why}
        with self._open() as file:
            file.add("stop", {**facts, "of": run or self.run, "log": str(self.log.resolve())})

    def take_over(self) -> None:
        """Keep the stops of the run's own log that were never kept here: it may be older than this file."""
        entries = read_log(self.path, Verified())
        known = {
            (entry.facts["of"], entry.facts["level"], entry.facts["what"]) for entry in entries if entry.kind == "stop"
        }
        for (level, what), entry in stopped(read_log(self.log, Verified())).items():
            if (entry.run, level, what) not in known:
                self.add(Stop(level, what, entry.facts["why"]), entry.run)

    def lift(self, by: str, stops: list[Stop]) -> None:
        """Let stops go, because a person says so by name."""
        with self._open() as file:
            file.add("resume", {"by": by, "stops": listed(stops), "log": str(self.log.resolve())})

    def notes(self) -> Iterator[str]:
        """Yield what else there is to tell."""
        if self.fresh:
            yield f"{self.path} is new: what was stopped before, by runs with other logs, is not known from it"

    @contextmanager
    def _open(self) -> Iterator[ProbeLog]:
        try:
            file = ProbeLog.open(self.path, self.run, self.now, PATIENCE)
        except ScopeError as error:
            raise ScopeError(f"{error}; nothing is sent where a stop could not be kept for the next run") from error
        try:
            yield file
        finally:
            file.close()


def _held(read: Iterable[LogEntry]) -> list[Stop]:
    entries = list(read)
    torn = max((entry.n for entry in entries if entry.kind == "torn"), default=-1)
    looked = max((entry.n for entry in entries if entry.kind == "resume"), default=-1)
    return outstanding(entries) + ([_TORN] if torn > looked else [])


def told(policy: Path, scope: Scope) -> list[str]:
    """Return in words what is stopped of what a scope lists, or why that is not known; nothing is written."""
    path, seen = policy / STOPS, Verified()
    if not path.exists():
        return []
    try:
        held = _held(read_log(path, seen))
    except InputError as error:
        return [str(error)]
    stops = (f"stopped ({stop.level}): {stop.what}: {stop.why}" for stop in held if concerns(stop, scope))
    return [*stops, *map(str, seen.faults)]


def listed(stops: list[Stop]) -> list[list[str]]:
    """Return stops as a line of a log lists them."""
    return [[stop.level, stop.what, stop.why] for stop in stops]


def concerns(stop: Stop, scope: Scope) -> bool:
    """Say whether a stop forbids anything that a scope lists."""
    names = {"run": {""}, "kind": {host.alike for host in scope.hosts}, "host": {host.address for host in scope.hosts}}
    return stop.what in names[stop.level]


def take_up(log: ProbeLog, stops: Stops, scope: Scope, resume: str | None) -> tuple[Health, list[str]]:
    """Return what earlier runs stopped, and what to tell of it; a person who says so by name lets a scope's go on.

    ScopeError where an earlier run was stopped as a whole. What the scope does not list stays as it is.
    """
    stops.take_over()
    held, health = stops.held(), Health()
    mine = [stop for stop in held if concerns(stop, scope)]
    if resume:
        log.add("resume", {"by": resume, "stops": listed(mine)})
        stops.lift(resume, mine)
        health.restore(stop for stop in held if stop not in mine)
        return health, []
    if any(stop.level == "run" for stop in mine):
        why = "; ".join(f"{stop.what or 'the run'}: {stop.why}" for stop in mine)
        raise ScopeError(f"an earlier run was stopped ({why}): a person must look first, and then give --resume NAME")
    health.restore(held)
    return health, [*_broken_off(log), *(f"still stopped ({stop.level}): {stop.what}: {stop.why}" for stop in mine)]


def _broken_off(log: ProbeLog) -> Iterator[str]:
    for one in unfinished(read_log(Path(log.name), Verified()), looked_at=False):
        place = f"{one.facts['address']} port {one.facts['port']}"
        yield f"an earlier run died while it asked {place}; what it last sent is not known"
