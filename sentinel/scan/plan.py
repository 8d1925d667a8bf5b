"""What a run would send: every step to every host, in order, with its first bytes and its packets. Nothing is sent.

A run carries out these very steps. Packets are counted as TCP makes them: SYN and ACK, each message and the ACK of its
answer, FIN and ACK. An answer of several segments costs an ACK more for each, which is what `most` allows for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from sentinel.model.scans import PlannedStep
from sentinel.scan.budget import shuffled
from sentinel.scan.probes.dns import domain_probe
from sentinel.scan.probes.everybody import TO_ALL
from sentinel.scan.probes.exchange import LIMIT, Caller, Exchange, Probe, Target
from sentinel.scan.scope import HEALTH, Call, Grant, Host, Scope

OPENING, MESSAGE, CLOSING = 2, 2, 2
"""SYN and ACK; the message and the ACK of what comes back; FIN and ACK."""
SEGMENT = 1_200
"""No more than that is ever sent in one message, so that it is one packet."""
ACKS_OF_AN_ANSWER = LIMIT // 1_200
FLIGHTS = 3
"""What TLS sends of its own: hello, key exchange, and the word that it closes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do with a host: a probe, or a look at how it is (`health`), which connects and closes.

    `first` is the first message; empty where none is sent, where the device speaks first, or where it holds a secret.
    """

    grant: Grant
    probe: Probe
    first: bytes = b""

    @property
    def health(self) -> bool:
        """Say whether this only looks how the host is."""
        return self.probe.name == HEALTH

    @property
    def packets(self) -> int:
        """How many packets we send when all goes as it should."""
        return packets_of(self.probe)

    @property
    def most(self) -> int:
        """How many there are when every answer is as long as we take."""
        answers = self.probe.messages + (FLIGHTS if self.probe.tls else 0)
        return self.packets + (answers * ACKS_OF_AN_ANSWER if self.probe.transport == "tcp" else 0)


@dataclass(frozen=True, slots=True)
class HostPlan:
    """A host and its steps in order."""

    host: Host
    steps: tuple[Step, ...]

    @property
    def packets(self) -> int:
        """How many packets it is sent."""
        return sum(step.packets for step in self.steps)


@dataclass(frozen=True, slots=True)
class CallStep:
    """A question to everybody on a segment, as it is sent: one datagram to a group."""

    call: Call
    step: Step


@dataclass(frozen=True, slots=True)
class Plan:
    """All hosts in the order in which they are begun. `cut`: hosts whose steps do not all fit their budget, and why.

    `calls` come before all hosts, one after the other; their ids are of one `day`.
    """

    scope: Scope
    hosts: tuple[HostPlan, ...]
    cut: tuple[tuple[str, str], ...]
    calls: tuple[CallStep, ...] = ()
    day: str = ""

    @property
    def packets(self) -> int:
        """How many packets all hosts are sent, and all segments."""
        return sum(host.packets for host in self.hosts) + len(self.calls)

    @property
    def hash(self) -> str:
        """What an approver can name, so that a run does this and nothing else: independent of the order of hosts.

        It holds for every day of the scope, so it is not over the ids that a question to everybody bears for its day.
        """
        lines = sorted(f"{s.grant}|{s.first.hex()}|{s.packets}" for host in self.hosts for s in host.steps)
        lines += sorted(f"{one.call}|{one.step.packets}" for one in self.calls)
        return hashlib.sha256("\n".join([self.scope.hash, *lines]).encode()).hexdigest()


def health_probe() -> Probe:
    """Return the probe that connects and closes: how long that takes tells how a device is."""
    return Probe(HEALTH, "tcp", (), tls=False, messages=0, begin=_nothing, fragile_max=1)


def packets_of(probe: Probe) -> int:
    """Return how many packets one probe sends when all goes as it should."""
    if probe.transport == "udp":
        return probe.messages
    flights = FLIGHTS * MESSAGE if probe.tls else 0
    return OPENING + probe.messages * MESSAGE + flights + CLOSING


def make_plan(scope: Scope, probes: Mapping[str, Probe], random: Random, day: str = "") -> Plan:
    """Plan a run over all hosts of a scope; steps that go beyond a host's budget are left out and told.

    `day` tells the questions to everybody of one day from those of another.
    """
    plans, cut, left = [], [], _run_packets(scope)
    asked = {one.grant: domain_probe(one.name, one.selectors, one.names) for one in scope.domains}
    for host in shuffled(scope.hosts, random):
        most = min(scope.networks[host.network].limits.host_packets, left)
        wanted = list(_steps(host, lambda grant: asked.get(grant) or probes.get(grant.probe), scope.caller))
        steps = _affordable(wanted, most)
        if len(steps) < len(wanted):
            cut.append((host.address, f"{len(wanted) - len(steps)} of {len(wanted)} steps do not fit {most} packets"))
        if steps:
            plans.append(HostPlan(host, tuple(steps)))
            left -= plans[-1].packets
    return Plan(scope, tuple(plans), tuple(cut), tuple(_call(call, scope.caller, day) for call in scope.calls), day)


def caller_on(caller: Caller, call: Call, day: str) -> Caller:
    """Return the caller of a question to everybody, whose message ids belong to one segment and one day."""
    return replace(caller, secrets={}, run=f"{call.grant.network} {day}")


def _call(call: Call, caller: Caller, day: str) -> CallStep:
    probe = TO_ALL[call.grant.probe].probe
    return CallStep(call, Step(call.grant, probe, first_message(probe, call.grant, caller_on(caller, call, day))))


def records_of(plan: Plan) -> Iterator[PlannedStep]:
    """Yield the plan as records, what is held back at the end."""
    number = 0
    for number, one in enumerate(plan.calls, 1):
        yield _record(number, one.step, plan.scope, "to all")
    for host in plan.hosts:
        for step in host.steps:
            number += 1
            yield _record(number, step, plan.scope, "health" if step.health else "probe")
    for held in plan.scope.held_back:
        yield PlannedStep(0, held.address, 0, "", held.probe, "held back", "", "", "", "", 0, 0, 0, held.reason)
    for address, why in plan.cut:
        yield PlannedStep(0, address, 0, "", "", "held back", "", "", "", "", 0, 0, 0, why)


def _record(number: int, step: Step, scope: Scope, purpose: str) -> PlannedStep:
    return PlannedStep(
        order=number,
        address=step.grant.address,
        port=step.grant.port,
        transport=step.grant.transport,
        probe=step.probe.name,
        purpose=purpose,
        network=step.grant.network,
        profile=scope.networks[step.grant.network].profile.id,
        name=step.grant.name,
        first=step.first.hex(),
        messages=step.probe.messages,
        packets=step.packets,
        most=step.most,
        reason=_unprinted(step),
    )


def _unprinted(step: Step) -> str:
    """Say what the first message alone does not tell."""
    if step.probe.tls:
        return "inside TLS"
    return "first waits for the device, or holds a secret" if step.probe.messages and not step.first else ""


def _steps(host: Host, probe_of: Callable[[Grant], Probe | None], caller: Caller) -> Iterator[Step]:
    """Yield a look at the host, then each probe, and after each that says something another look."""
    known = look_at(host, host.health_port) if host.health_port else None
    if known:
        yield known
    for grant in host.grants:
        probe = probe_of(grant)
        if probe is None:
            continue  # `health` itself
        yield Step(grant, probe, first_message(probe, grant, replace(caller, secrets={})))
        look = known or (look_at(host, grant.port) if grant.transport == "tcp" else None)
        if look and probe.messages:
            yield look


def look_at(host: Host, port: int) -> Step:
    """Return a look at how a host is, by one of its ports: connect and close."""
    return Step(Grant(host.address, port, "tcp", HEALTH, host.network, host.name), health_probe())


def first_message(probe: Probe, grant: Grant, caller: Caller) -> bytes:
    """Return the first bytes that a probe sends to a target; they depend on nothing else."""
    exchange = probe.begin(grant.target, caller)
    try:
        return next(exchange)
    except StopIteration:
        return b""
    finally:
        exchange.close()


def _affordable(steps: Sequence[Step], most: int) -> list[Step]:
    """Return as many steps as fit, never a probe without the look after it."""
    taken: list[Step] = []
    spent = 0
    for number, step in enumerate(steps):
        after = steps[number + 1] if number + 1 < len(steps) and not step.health else None
        needed = step.packets + (after.packets if after and after.health else 0)
        if spent + needed > most:
            break
        taken.append(step)
        spent += step.packets
    return taken if any(not step.health for step in taken) else []


def _run_packets(scope: Scope) -> int:
    return min((scope.networks[host.network].limits.run_packets for host in scope.hosts), default=0)


def _nothing(_target: Target, _caller: Caller) -> Exchange:
    """Say nothing: the connection was all that was wanted."""
    yield from ()
    return ()
