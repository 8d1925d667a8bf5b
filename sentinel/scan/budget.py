"""How fast, how much and in which order: a pace for each host and for all, and a count for each host and the run.

Pure: the clock and the random numbers are passed in. Whoever sends asks `wait` first and says `spend` for what it sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from sentinel.scan.profiles import Limits
from sentinel.scan.scope import Host, Scope

NEVER = float("inf")
JITTER = 0.2
"""The part of a pause that may be added to it by chance, so that devices are not asked in step."""
MOST_AT_ONCE = 64


@dataclass(slots=True)
class Pace:
    """At most `per_second` packets in any second whatever: stricter than a token bucket, which lets a burst through.

    What needs more than a second's worth at once waits until that many seconds before it were empty.
    """

    per_second: float
    sent: deque[tuple[float, int]] = field(default_factory=deque)

    def wait(self, packets: int, now: float) -> float:
        """Return for how many seconds to wait until so many packets may go."""
        if self.per_second <= 0:
            return NEVER
        span = max(1.0, packets / self.per_second)
        room = self.per_second * span - packets
        for at, count in reversed(self.sent):
            room -= count
            if room < 0:
                return max(0.0, at + span - now)
        return 0.0

    def spend(self, packets: int, now: float) -> None:
        """Count packets as sent now."""
        self.sent.append((now, packets))
        oldest = now - max(1.0, MOST_AT_ONCE / self.per_second)
        while self.sent[0][0] < oldest:
            self.sent.popleft()


@dataclass(slots=True)
class HostBudget:
    """What one host has had so far, against the limits of its network."""

    limits: Limits
    pace: Pace = field(init=False)
    sent: int = 0
    datagrams: int = 0
    next_at: float = 0.0

    def __post_init__(self) -> None:
        """Begin with nothing sent."""
        self.pace = Pace(self.limits.host_per_second)


@dataclass(slots=True)
class Budget:
    """The budget of a run: what each host and the whole have had. Only scan/gate.py spends from it."""

    hosts: dict[str, HostBudget]
    total: Pace
    run_packets: int
    random: Random
    sent: int = 0
    free_at: float = 0.0

    def affords(self, address: str, packets: int) -> bool:
        """Say whether host and run have so many packets left."""
        host = self.hosts[address]
        return host.sent + packets <= host.limits.host_packets and self.sent + packets <= self.run_packets

    def wait(self, address: str, packets: int, now: float) -> float:
        """Return for how long to wait before packets may go to a host; NEVER where no budget is left for them."""
        if not self.affords(address, packets):
            return NEVER
        host = self.hosts[address]
        pauses = (host.next_at - now, self.free_at - now, host.pace.wait(packets, now), self.total.wait(packets, now))
        return max(0.0, *pauses)

    def spend(self, address: str, packets: int, now: float) -> None:
        """Count packets as sent now; keep the host's gap, lengthened by chance, and an even pace for the whole.

        Without that, many hosts begun at once would be a burst: small servers take connections from short queues, and
        lose what comes together.
        """
        host = self.hosts[address]
        host.sent += packets
        self.sent += packets
        host.pace.spend(packets, now)
        self.total.spend(packets, now)
        gap = max(host.limits.host_gap_seconds, packets / host.limits.host_per_second)
        self.free_at = max(now, self.free_at) + packets / self.total.per_second
        host.next_at = now + gap * (1 + JITTER * self.random.random())

    def datagram(self, address: str) -> bool:
        """Count a datagram to a host; say whether it may still be sent."""
        host = self.hosts[address]
        host.datagrams += 1
        return host.datagrams <= host.limits.udp_messages


def budget_of(scope: Scope, random: Random) -> Budget:
    """Return a fresh budget; where networks differ, the lowest total and the lowest number for the run hold for all."""
    used = [scope.networks[name].limits for name in {host.network for host in scope.hosts}]
    total = min((limits.total_per_second for limits in used), default=0.0)
    run = min((limits.run_packets for limits in used), default=0)
    hosts = {host.address: HostBudget(scope.networks[host.network].limits) for host in scope.hosts}
    return Budget(hosts, Pace(total), run, random)


def call_budget_of(scope: Scope, random: Random) -> Budget:
    """Return the budget of questions to everybody: each is an account of its own, and no host's pace is theirs."""
    limits = {call.grant.network: scope.networks[call.grant.network].limits for call in scope.calls}
    accounts = {call.grant.account: HostBudget(limits[call.grant.network]) for call in scope.calls}
    total = min((one.total_per_second for one in limits.values()), default=0.0)
    return Budget(accounts, Pace(total), sum(one.run_packets for one in limits.values()), random)


def at_once(scope: Scope) -> int:
    """Return how many hosts may be asked at the same time."""
    return min((scope.networks[host.network].limits.hosts_at_once for host in scope.hosts), default=0)


def shuffled(hosts: Iterable[Host], random: Random) -> tuple[Host, ...]:
    """Return hosts in random order, so that no rack, room or make is asked in a row."""
    order = list(hosts)
    random.shuffle(order)
    return tuple(order)


def next_host(waiting: Sequence[Host], busy: Mapping[str, Host], most: int) -> Host | None:
    """Return the first host that may be begun beside those that are `busy`: never two that are alike."""
    if len(busy) >= most:
        return None
    alike = {host.alike for host in busy.values()}
    return next((host for host in waiting if host.alike not in alike and host.address not in busy), None)
