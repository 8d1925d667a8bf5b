"""When to stop: each device is watched while it is asked, and left alone at the first signs that it suffers.

Pure: a state machine that is told what was measured. Three sizes of stop: the host, all devices of its make, the run.
What is stopped stays so, over runs too, until a person says otherwise (see scan/probelog.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["open", "closed", "filtered"]
Level = Literal["host", "kind", "run"]
SLOWER = 3.0
SLOWER_BY = 0.05
SLOW_ANSWERS = 3
RESETS = 3
ALIKE = 2
ALIKE_SECONDS = 600.0
IN_ALL = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """Something is left alone from now on: an address, a make, or (empty) the whole run; and why."""

    level: Level
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Measured:
    """How a connection to a port went: what answered, after how many seconds, at which moment (of a steady clock)."""

    port: int
    answer: Answer
    seconds: float
    at: float


@dataclass(slots=True)
class _Device:
    """What is known of one host. `open`: ports that have answered."""

    alike: str
    baseline: float | None = None
    slow: int = 0
    resets: int = 0
    open: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Health:
    """The well-being of all hosts of a run. `stopped` holds what is left alone, by level and name."""

    stopped: dict[tuple[Level, str], Stop] = field(default_factory=dict)
    devices: dict[str, _Device] = field(default_factory=dict)
    degraded: dict[str, tuple[float, str]] = field(default_factory=dict)

    def stops(self, address: str, alike: str) -> Stop | None:
        """Return what forbids sending to a host, or nothing."""
        keys: tuple[tuple[Level, str], ...] = (("run", ""), ("kind", alike), ("host", address))
        return next((self.stopped[key] for key in keys if key in self.stopped), None)

    def connected(self, address: str, alike: str, seen: Measured) -> list[Stop]:
        """Take in how a connection to a port went; return what is stopped because of it."""
        device = self._device(address, alike)
        if seen.answer != "open":
            gone = seen.port in device.open
            return (
                self._degrade(address, f"port {seen.port} was open and is {seen.answer} now", seen.at) if gone else []
            )
        device.open.add(seen.port)
        if device.baseline is None:
            device.baseline = seen.seconds
            return []
        limit = SLOWER * device.baseline + SLOWER_BY
        device.slow += seen.seconds > limit
        if device.slow < SLOW_ANSWERS:
            return []
        slower = f"took longer than {limit * 1000:.0f} ms to answer, {SLOW_ANSWERS} times"
        return self._degrade(address, f"{slower}; at first it took {device.baseline * 1000:.1f} ms", seen.at)

    def reset(self, address: str, alike: str, now: float) -> list[Stop]:
        """Take in that a device broke a connection off; several are a storm."""
        device = self._device(address, alike)
        device.resets += 1
        return self._degrade(address, f"broke {RESETS} connections off", now) if device.resets >= RESETS else []

    def unwell(self, address: str, alike: str, why: str, now: float) -> list[Stop]:
        """Take in that a device is in trouble for another reason."""
        self._device(address, alike)
        return self._degrade(address, why, now)

    def slow(self, address: str) -> int:
        """Return how often a host was slow to answer."""
        return self.devices[address].slow if address in self.devices else 0

    def restore(self, stops: Iterable[Stop]) -> None:
        """Take over what earlier runs stopped and nobody has let go on."""
        self.stopped |= {(stop.level, stop.what): stop for stop in stops}

    def _device(self, address: str, alike: str) -> _Device:
        return self.devices.setdefault(address, _Device(alike))

    def _degrade(self, address: str, why: str, now: float) -> list[Stop]:
        alike = self.devices[address].alike
        self.degraded.setdefault(address, (now, alike))
        stops = [Stop("host", address, why)]
        lately = [one for one, (at, kind) in self.degraded.items() if kind == alike and now - at <= ALIKE_SECONDS]
        if len(lately) >= ALIKE:
            stops.append(Stop("kind", alike, f"{len(lately)} of this make suffered within ten minutes"))
        if len(self.degraded) >= IN_ALL:
            stops.append(Stop("run", "", f"{len(self.degraded)} devices suffered"))
        fresh = [stop for stop in stops if (stop.level, stop.what) not in self.stopped]
        self.restore(fresh)
        return fresh
