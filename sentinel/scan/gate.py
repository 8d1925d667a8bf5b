"""Where every packet asks for leave: scope, window, stops and budget in one place, for all threads of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Lock

from sentinel.errors import InputError, ScopeError
from sentinel.scan.budget import NEVER, Budget, call_budget_of
from sentinel.scan.health import Health, Measured, Stop
from sentinel.scan.probelog import ProbeLog
from sentinel.scan.scope import Grant, Host, Scope
from sentinel.scan.stops import Stops

LONGEST_SLEEP = 0.25
"""A kill switch is heard at least this often, in seconds."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day (UTC), and a steady clock in seconds that only ever goes forward."""

    now: Callable[[], datetime]
    steady: Callable[[], float]


@dataclass(slots=True)
class Gate:
    """One run's leave to send. `stop_file`: when it exists, everything ends.

    `stops`: where those of the site are kept; a stop that cannot be ends the run.
    """

    scope: Scope
    budget: Budget
    health: Health
    log: ProbeLog
    clock: Clock
    stop_file: Path | None = None
    stops: Stops | None = None
    killed: Event = field(default_factory=Event)
    why_killed: str = ""
    lock: Lock = field(default_factory=Lock)
    alike: dict[str, str] = field(init=False)
    calls: Budget = field(init=False)

    def __post_init__(self) -> None:
        """Remember which devices are alike, and what may be asked of everybody."""
        self.alike = {host.address: host.alike for host in self.scope.hosts}
        self.calls = call_budget_of(self.scope, self.budget.random)

    def kill(self, why: str) -> None:
        """End the run: nothing more is begun, and what is open is closed."""
        if not self.killed.is_set():
            self.why_killed = why
            self.killed.set()

    def look(self) -> None:
        """Look at the stop file, and at the windows."""
        if self.stop_file and self.stop_file.exists():
            self.kill(f"the stop file {self.stop_file} is there")
        if why := self.scope.barrier(self.clock.now()):
            self.kill(why)

    def closed(self, address: str) -> str:
        """Return why nothing more may be sent to a host, or nothing."""
        if self.killed.is_set():
            return self.why_killed
        stop = self.health.stops(address, self.alike.get(address, address))
        return f"stopped ({stop.level}): {stop.why}" if stop else ""

    def check(self, grant: Grant) -> None:
        """Raise ScopeError where a grant may not be used now; asked immediately before anything is sent."""
        why = self.scope.refusal(grant, self.clock.now()) or self.closed(grant.address)
        if why:
            raise ScopeError(why)

    def take(self, grant: Grant, packets: int) -> None:
        """Wait until so many packets may go to the host of a grant, and count them; ScopeError where they may not."""
        budget = self.calls if grant.to_all else self.budget
        while True:
            self.check(grant)
            with self.lock:
                now = self.clock.steady()
                pause = budget.wait(grant.account, packets, now)
                if pause <= 0:
                    budget.spend(grant.account, packets, now)
                    return
            if pause == NEVER:
                raise ScopeError(f"{grant.account}: its packet budget is spent")
            self.killed.wait(min(pause, LONGEST_SLEEP))

    def affords(self, address: str, packets: int) -> bool:
        """Say whether a host and the run have so many packets left."""
        with self.lock:
            return self.budget.affords(address, packets)

    def also_sent(self, address: str, packets: int) -> None:
        """Count packets that the kernel sent beyond what was taken, or that had to go without waiting."""
        if packets > 0:
            with self.lock:
                self.budget.spend(address, packets, self.clock.steady())

    def datagram(self, grant: Grant) -> None:
        """Count a datagram; ScopeError for one too many."""
        with self.lock:
            allowed = (self.calls if grant.to_all else self.budget).datagram(grant.account)
        if not allowed:
            raise ScopeError(f"{grant.account}: it has had all the datagrams it may have")

    def connected(self, host: Host, seen: Measured) -> None:
        """Take in how a connection went; stop what must be stopped."""
        with self.lock:
            self._stopped(self.health.connected(host.address, host.alike, seen))

    def reset(self, host: Host) -> None:
        """Take in that a device broke a connection off."""
        with self.lock:
            self._stopped(self.health.reset(host.address, host.alike, self.clock.steady()))

    def unwell(self, host: Host, why: str) -> None:
        """Take in that a device is in trouble."""
        with self.lock:
            self._stopped(self.health.unwell(host.address, host.alike, why, self.clock.steady()))

    def _stopped(self, stops: list[Stop]) -> None:
        for stop in stops:
            self.log.add("stop", {"level": stop.level, "what": stop.what, "why": stop.why})
            if stop.level == "run":
                self.kill(f"stopped (run): {stop.why}")
            self._keep(stop)

    def _keep(self, stop: Stop) -> None:
        try:
            if self.stops:
                self.stops.add(stop)
        except (ScopeError, InputError) as error:
            self.kill(str(error))
