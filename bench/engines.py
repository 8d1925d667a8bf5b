"""One run of one engine over one log, in a process of its own: `python -m bench.engines ENGINE LOG RULES`.

Standard output is one JSON object: seconds of processor time to load and to run (a busy machine changes them less than
the clock), hits by rule, a hash of all pairs of rule and record, so that two engines can be compared, and the peak of
memory in MB. A new engine is a function and a line in ENGINES.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson
from evtx import PyEvtxParser

from bench.spent import high_water
from sentinel.detect.compiled import SELDOM
from sentinel.detect.engine import Engine
from sentinel.detect.evaluate import matches
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.readers import read_log
from sentinel.detect.routes import Routes, contains, load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track
from sentinel.native import machine_code

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / ".cache" / "bench" / "code"
Hit = tuple[str, str]
"""Id of a rule and place of the record."""
Run = Callable[[Path], Iterator[Hit]]


def loaded(folder: Path) -> tuple[RuleSet, Routes]:
    """Load rules and log sources."""
    return load_rules([folder], folder), load_routes(ROOT)


def events(path: Path) -> Iterator[Event]:
    """Read one log, or a folder of logs one after another."""
    for log in sorted(path.rglob("*.evtx")) if path.is_dir() else [path]:
        yield from read_log(log, log.name, Tally(log.name))


def floor(_: Path) -> Run:
    """Decode every line and keep nothing."""

    def run(path: Path) -> Iterator[Hit]:
        with path.open("rb") as log:
            for line in log:
                orjson.loads(line)
        return iter(())

    return run


def evtx_dump(_: Path) -> Run:
    """Let the parser of EVTX dump every record as JSON and keep nothing."""

    def run(path: Path) -> Iterator[Hit]:
        for log in sorted(path.rglob("*.evtx")):
            for _record in PyEvtxParser(str(log), number_of_threads=1).records_json():
                pass
        return iter(())

    return run


def reading(_: Path) -> Run:
    """Read events with our reader and keep nothing."""

    def run(path: Path) -> Iterator[Hit]:
        for _event in events(path):
            pass
        return iter(())

    return run


def reference(folder: Path) -> Run:
    """Run the reference engine, whose word counts."""
    engine = Engine(*loaded(folder))
    return lambda path: ((hit.rule.id, f"{hit.event.source}:{hit.event.record}") for hit in engine.run(events(path)))


class Nothing(RuleCache):
    """A cache in which nothing was kept."""

    def load(self, key: str) -> bytes | None:  # noqa: ARG002 -- as the cache has it
        """Return nothing."""
        return None

    def save(self, key: str, data: bytes) -> None:
        """Save nothing."""


def fast_first(folder: Path) -> Run:
    """Run the fast engine over the first log there is: nothing but machine code was kept."""
    return fast(folder, Nothing(CODE))


def fast_folder(folder: Path) -> Run:
    """Run the fast engine over a folder as one log."""
    return fast(folder, is_one=True)


def fast(folder: Path, kept: RuleCache | None = None, *, is_one: bool = False) -> Run:
    """Run the fast engine as a watch does, alerts and all, with what an earlier log left in the cache.

    Machine code is part of what is loaded, and so is that Python does not look for garbage in rules, as in the command.
    Each file of a folder is a log, or the whole of it `is_one`.
    """
    machine_code("detect", RuleCache(CODE))
    watch = Watch(FastEngine(*loaded(folder), pace=Pace(small=False), cache=kept or RuleCache(CODE)))
    gc.freeze()
    gc.set_threshold(SELDOM)
    quiet: Track = lambda _, items: items  # noqa: E731 -- a function of one line that mypy should compare

    def run(path: Path) -> Iterator[Hit]:
        logs = sorted(path.rglob("*.evtx")) if path.is_dir() and not is_one else [path]
        for alert in watch.alerts([Log(log.name, [log]) for log in logs], quiet):
            yield alert.rule.id, f"{alert.source.rpartition('/')[2]}:{alert.record}"

    return run


def naive(folder: Path) -> Run:
    """Try each rule of an event's log sources by itself: the loop that one writes first."""
    ruleset, routes = loaded(folder)

    def run(path: Path) -> Iterator[Hit]:
        for event in events(path):
            views = [(route.key, route.view(event.fields)) for route in routes.route(event)]
            for rule in ruleset.rules:
                looks = (view for key, view in views if contains(rule.logsource, key))
                if any(matches(rule.condition, view) is not None for view in looks):
                    yield rule.ref.id, f"{event.source}:{event.record}"

    return run


def sql(folder: Path) -> Run:
    """Put events into SQLite and run a query for each rule, made by pySigma (needs `make .cache/oracle/ready`)."""
    from bench.sql import Database

    ruleset, routes = loaded(folder)
    database = Database(folder, ruleset.rules, routes)
    return lambda path: database.run(events(path))


ENGINES: dict[str, Callable[[Path], Run]] = {
    "floor": floor,
    "evtx dump": evtx_dump,
    "reading": reading,
    "reference": reference,
    "fast-first": fast_first,
    "fast": fast,
    "fast-folder": fast_folder,
    "naive": naive,
    "sql": sql,
}


def measure(name: str, path: Path, folder: Path) -> dict[str, object]:
    """Load, run once, and return what came of it."""
    start = time.process_time()
    run = ENGINES[name](folder)
    ready = time.process_time()
    pairs = list(run(path))
    done = time.process_time()
    return {
        "load": ready - start,
        "seconds": done - ready,
        "hits": len(pairs),
        "rules": dict(Counter(rule for rule, _ in pairs)),
        "pairs": digest(pairs),
        "peak": high_water("self") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def digest(pairs: Iterable[Hit]) -> str:
    """Return a hash of pairs that does not depend on their order."""
    return hashlib.sha256("\n".join(sorted(f"{rule} {place}" for rule, place in pairs)).encode()).hexdigest()[:16]


def main() -> None:
    """Measure the engine of the command line on one core."""
    name, path, folder, core = sys.argv[1:5]
    if core and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})
    json.dump(measure(name, Path(path), Path(folder)), sys.stdout)


if __name__ == "__main__":
    main()
