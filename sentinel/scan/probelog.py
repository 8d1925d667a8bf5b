"""The log of what was sent: append-only JSON lines, each with the hash of the one before.

A line holds its own SHA-256 at its end, over all bytes before. Nothing is ever rewritten: a line that a crash tore is
left as it is, and the next line but one says so. Taking lines off the end shows only against a head kept elsewhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from sentinel.errors import Fault, InputError, Location, ScopeError
from sentinel.model.scans import LogEntry
from sentinel.scan.health import Level, Stop

SCHEMA = "sentinel.probelog/1"
START = "0" * 64
MAX_LINE = 4_000_000
_TAIL = re.compile(rb',"hash":"([0-9a-f]{64})"\}\n?$')
_KEYS = ("n", "time", "kind", "run", "facts", "previous")
MAX_TEARS = 16
_A_MOMENT = 0.05
_PROBES = frozenset({"begun", "probe"})
Now = Callable[[], datetime]


@dataclass(slots=True)
class Verified:
    """What reading a log showed: the hash of its last line, what is wrong, and what a crash tore.

    `open`: the lines at the end that are none; `ended`: the last line has an end.
    """

    entries: int = 0
    head: str = START
    faults: list[Fault] = field(default_factory=list)
    tears: list[Fault] = field(default_factory=list)
    open: list[tuple[Location, bytes]] = field(default_factory=list)
    ended: bool = True


class ProbeLog:
    """A log that is open for writing; one at a time, and from several threads."""

    def __init__(self, descriptor: int, name: str, run: str, now: Now) -> None:
        self._descriptor = descriptor
        self._lock = Lock()
        self.now = now
        self._next, self.head, self.run, self.name = 0, START, run, name
        self._broken = False

    @classmethod
    def open(cls, path: Path, run: str, now: Now, patience: float = 0.0) -> ProbeLog:
        """Open or make a log, after the whole of it was verified; ScopeError where that fails or another writes.

        `patience`: how many seconds to wait for another to end.
        """
        name = str(path)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ScopeError(f"{name}: cannot be written: {error.strerror}") from error
        if not _locked(descriptor, patience):
            os.close(descriptor)
            raise ScopeError(f"{name}: another scan is writing to this log")
        log = cls(descriptor, name, run, now)
        try:
            log._continue(path)
        except BaseException:
            log.close()
            raise
        return log

    def add(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Write one line; what is not about a single probe is on the disk before this returns."""
        with self._lock:
            body = {
                "schema": SCHEMA,
                "n": self._next,
                "time": self.now().astimezone(UTC).isoformat(timespec="milliseconds"),
                "kind": kind,
                "run": self.run,
                "facts": dict(facts),
                "previous": self.head,
            }
            line = sealed(body)
            self._write(line)
            self.head, self._next = _hash_of(line), self._next + 1
            if kind not in _PROBES:
                os.fsync(self._descriptor)

    def close(self) -> None:
        """Close it and let others write."""
        os.close(self._descriptor)

    def _write(self, line: bytes) -> None:
        if self._broken:
            raise ScopeError(f"{self.name}: could not be written before; nothing is sent unlogged")
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            self._broken = True
            raise ScopeError(f"{self.name}: cannot be written: {error.strerror}; nothing is sent unlogged") from error

    def _continue(self, path: Path) -> None:
        """Take up the chain at its end; what a crash tore there is closed, and told by the next line."""
        seen = Verified()
        for _ in read_log(path, seen):
            pass
        if seen.faults:
            raise ScopeError(f"{seen.faults[0]}\n{self.name}: the log was changed; keep it, and begin another")
        self.head, self._next = seen.head, seen.entries
        if not seen.ended:
            self._write(b"\n")
        if seen.open:
            self.add("torn", {"fragments": [_told(part) for _, part in seen.open]})


def sealed(body: Mapping[str, Any]) -> bytes:
    """Return a body as a line with its hash at the end."""
    plain = orjson.dumps(body)
    digest = hashlib.sha256(plain).hexdigest()
    return plain[:-1] + b',"hash":"' + digest.encode() + b'"}\n'


def read_log(path: Path, seen: Verified) -> Iterator[LogEntry]:
    """Yield the entries whose hashes hold, in order; `seen` gathers faults and tears. InputError where it is no file.

    Lines that are none are torn where the next entry says so, or where the last of them has no end; else changed.
    """
    for number, line in enumerate(_lines(path), 1):
        here = Location(str(path), number)
        seen.ended = line.endswith(b"\n")
        entry = _entry(line.removesuffix(b"\n"))
        if entry is None:
            seen.open.append((here, line.removesuffix(b"\n")))
            if len(seen.open) > MAX_TEARS:
                break
            continue
        if why := _out_of_chain(entry, seen):
            seen.faults.append(Fault(here, why))
            return
        seen.tears += [
            Fault(place, f"torn by a crash: {len(part)} bytes, and line {number} says so") for place, part in seen.open
        ]
        seen.open, seen.head, seen.entries = [], entry.hash, seen.entries + 1
        yield entry
    _end_of_file(seen)


def stopped(entries: Iterable[LogEntry]) -> dict[tuple[Level, str], LogEntry]:
    """Return the lines that stopped something which no person has let go on since, by level and what."""
    stops: dict[tuple[Level, str], LogEntry] = {}
    for entry in entries:
        if entry.kind == "stop":
            stops[entry.facts["level"], entry.facts["what"]] = entry
        elif entry.kind == "resume":
            for level, what, _ in entry.facts.get("stops", ()):
                stops.pop((level, what), None)
    return stops


def outstanding(entries: Iterable[LogEntry]) -> list[Stop]:
    """Return what was stopped and what no person has let go on since."""
    return [Stop(level, what, entry.facts["why"]) for (level, what), entry in stopped(entries).items()]


def unfinished(entries: Iterable[LogEntry], *, looked_at: bool = True) -> list[LogEntry]:
    """Return probes that were begun and never ended: the process died, and what they last sent is not known.

    Without `looked_at`, only those since a person last let things go on.
    """
    begun: dict[tuple[str, int], LogEntry] = {}
    for entry in entries:
        if entry.kind == "begun":
            begun[entry.run, entry.facts["probe_n"]] = entry
        elif entry.kind == "probe":
            begun.pop((entry.run, entry.facts["probe_n"]), None)
        elif entry.kind == "resume" and not looked_at:
            begun.clear()
    return list(begun.values())


def _locked(descriptor: int, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(_A_MOMENT)
        else:
            return True


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_LINE):
                yield line
    except OSError as error:
        raise InputError(Location(str(path)), f"cannot be read: {error.strerror}") from error


def _entry(line: bytes) -> LogEntry | None:
    """Return the entry of a line whose own hash holds; None for all else."""
    tail = _TAIL.search(line)
    if not tail:
        return None
    plain = line[: tail.start()] + b"}"
    if hashlib.sha256(plain).hexdigest().encode() != tail[1]:
        return None
    try:
        body = orjson.loads(plain)
        entry = LogEntry(**{key: body[key] for key in _KEYS}, hash=tail[1].decode())
    except (ValueError, KeyError, TypeError):
        return None
    return entry if body["schema"] == SCHEMA and isinstance(entry.facts, dict) else None


def _out_of_chain(entry: LogEntry, seen: Verified) -> str:
    if entry.previous != seen.head or entry.n != seen.entries:
        return "does not follow the line before it: a line was changed, taken out or put in"
    told = {"fragments": [_told(part) for _, part in seen.open]}
    if seen.open and (entry.kind != "torn" or entry.facts != told):
        return "stands after a line that was changed"
    return ""


def _end_of_file(seen: Verified) -> None:
    """Judge last lines that do not hold: torn where the last has no end, changed where it has."""
    for place, part in seen.open:
        if seen.ended:
            seen.faults.append(Fault(place, "was changed: its hash does not hold"))
        else:
            seen.tears.append(Fault(place, f"torn by a crash: {len(part)} bytes that are no whole line"))


def _told(fragment: bytes) -> dict[str, Any]:
    return {"bytes": len(fragment), "sha256": hashlib.sha256(fragment).hexdigest()}


def _hash_of(line: bytes) -> str:
    found = _TAIL.search(line)
    return found[1].decode() if found else START
