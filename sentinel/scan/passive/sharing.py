"""Reads a capture, a large one in two processes that share its connections."""

from __future__ import annotations

import gc
import marshal
import multiprocessing
import signal
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias

from sentinel.model.assets import Observation
from sentinel.model.kept import Kept
from sentinel.model.skipped import Skipped, Tally
from sentinel.processes import can_fork, usable_cores
from sentinel.scan.passive.capture import Interface, Source, is_plain, opened
from sentinel.scan.passive.gather import Gathered, Sights
from sentinel.scan.passive.observing import Watcher, look_over, watch
from sentinel.scan.passive.quick import quickly
from sentinel.scan.passive.share import WHOLE, Share
from sentinel.scan.passive.skimming import skimmer_for, walks

SKIM_FROM = 16 << 20  # linking the machine code costs as much as reading some megabytes without it
SHARE_FROM = 96 << 20  # another process costs as much as reading some more
_COLLECTED_AFTER = 100_000  # objects that may be part of a cycle: about as many as facts are made of at most


class Pace(NamedTuple):
    """From how many bytes on machine code, and from how many on two processes are worth their beginning."""

    skim_from: int = SKIM_FROM
    share_from: int = SHARE_FROM


_USUAL = Pace()
Last: TypeAlias = tuple[int, dict[str, int], list[tuple[str, ...]]]
"""What the other process says last: packets handled (none, less those that were not), what was skipped, examples."""


def observe(
    path: Path, name: str, tally: Tally, kept: Kept | None = None, pace: Pace = _USUAL
) -> Iterator[Observation]:
    """Yield what hosts let be known in a capture; `name` stands for the file in observations and faults.

    Where machine code can be kept in `kept`, packets of large files that say nothing new are passed over by it; files
    that are larger still, and not compressed, are read by two processes where there are two cores. What comes out is
    the same, but for its order and for bounds, which each process has for itself. Raise InputError, when iteration
    begins, for a file that is none.
    """
    size = path.stat().st_size if path.is_file() else 0
    kept = kept if size >= pace.skim_from else None
    shared = size >= pace.share_from and can_fork() and usable_cores() > 1 and is_plain(path)
    with _seldom_collected(), opened(path, name) as capture:
        other = _Other(path, name, kept) if shared else None
        watcher = Watcher(name, Share(0, 2) if shared else WHOLE)
        try:
            yield from _watched(watcher, capture, (tally, tally), kept)
            _end(watcher, tally)
            if other is not None:
                yield from other.joined(watcher.gathered, tally)
        finally:
            if other is not None:
                other.end()
        yield from watcher.gathered.drain()


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Have Python look for cycles less often meanwhile: facts have none, and it takes a tenth of the whole time."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _watched(
    watcher: Watcher, capture: Source, tallies: tuple[Tally, Tally], kept: Kept | None
) -> Iterator[Observation]:
    """Look at all packets of a capture; what cannot be read as a packet is counted apart from what is looked at."""
    reading, looking = tallies
    name = looking.source
    if kept is not None:
        skimmer = skimmer_for(watcher.streams, kept)
        if skimmer is not None:
            for walked in walks(capture, name, reading, skimmer):
                yield from look_over(watcher, walked, looking, name)
            return
    yield from watch(watcher, quickly(capture, name, reading, watcher.streams.states), looking, name)


def _end(watcher: Watcher, tally: Tally) -> None:
    reason = watcher.finish()
    if reason:
        tally.skip(Skipped(tally.source, "end of capture", reason))


class _Other:
    """The process that reads the other share, and writes what it found to a file that has no name."""

    def __init__(self, path: Path, name: str, kept: Kept | None) -> None:
        self._out = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by `end`
        self._read = partial(_read_other, path, name, kept, self._out)
        self._process = multiprocessing.get_context("fork").Process(target=_alone, args=(self._read,))
        self._process.start()

    def joined(self, gathered: Gathered, tally: Tally) -> Iterator[Observation]:
        """Put what it found to what was gathered here; where it was ended from outside, its share is read here."""
        self._process.join()
        if self._process.exitcode:
            self._out.seek(0)
            self._out.truncate()
            self._read()
        self._out.seek(0)
        last = None
        while last is None:
            rows, interfaces, last = marshal.load(self._out)  # noqa: S302 -- written by ourselves a moment ago
            known = [Interface(*one) for one in interfaces]
            for fact, begun_on, begun, ended_on, ended, count in rows:
                gathered.join(fact, Sights(known[begun_on], begun, known[ended_on], ended, count))
                if gathered.full:
                    yield from gathered.drain()
        handled, skipped, examples = last
        tally.absorb(
            Tally(tally.source, handled, Counter(skipped), examples={one[2]: Skipped(*one) for one in examples})
        )

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._out.close()


def _alone(read: Callable[[], None]) -> None:
    """Read in a process of its own: an interrupt is for the one that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    read()


def _read_other(path: Path, name: str, kept: Kept | None, out: IO[bytes]) -> None:
    """Read the other share, and write what was gathered, in parts; the last has what was not handled."""
    watcher, tally = Watcher(name, Share(1, 2)), Tally(name)
    watcher.drain = lambda: _put(watcher.gathered, out, None)
    with opened(path, name) as capture:
        deque(_watched(watcher, capture, (Tally(name), tally), kept), maxlen=0)
    handled = -tally.skipped.total()  # all packets are handled where they are read, until one is not
    _end(watcher, tally)
    examples = [astuple(one) for one in tally.examples.values()]
    _put(watcher.gathered, out, (handled, dict(tally.skipped), examples))
    out.flush()


def _put(gathered: Gathered, out: IO[bytes], last: Last | None) -> Iterator[Observation]:
    """Write what was gathered, and forget it."""
    interfaces: dict[Interface, int] = {}
    rows = []
    for fact, sights in gathered.taken().items():
        begun_on = interfaces.setdefault(sights.begun_on, len(interfaces))
        ended_on = interfaces.setdefault(sights.ended_on, len(interfaces))
        rows.append((tuple(fact), begun_on, sights.begun, ended_on, sights.ended, sights.count))
    marshal.dump((rows, [astuple(one) for one in interfaces], last), out)
    return iter(())
