"""Lets nmap look at a few hosts at a time, and watches them in between: a look at each before and after, by the wire.

What nmap is to send stands in the log before it is started, a line for each host and port, and afterwards what it told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sentinel.errors import ScopeError
from sentinel.model.assets import Observation
from sentinel.scan.conduct import Conduct, about_step, watch
from sentinel.scan.health import SLOW_ANSWERS
from sentinel.scan.plan import HostPlan, look_at
from sentinel.scan.scope import Host
from sentinel.scan.workers.order import CONNECT, PACKETS_A_PORT, NmapOrder

TRIES = 3
"""Listed ports that are tried to find one to watch a host by."""
RunNmap = Callable[[NmapOrder], tuple[list[Observation], int]]
"""Runs one order; returns what nmap told, and how many packets its fence dropped."""
State = Mapping[tuple[str, int], str]


@dataclass(slots=True)
class Watched:
    """A scan by nmap under way. `left`: why hosts were not given to it, with their ports' number; `blind`: not watched.

    `packets` are those of the looks. What nmap itself sends is counted as the `most` it may, in each host's budget too.
    """

    conduct: Conduct
    run: RunNmap
    left: Counter[str] = field(default_factory=Counter)
    blind: list[str] = field(default_factory=list)
    packets: int = 0
    dropped: int = 0
    most: int = 0
    done: int = 0

    def all(self, orders: Iterable[NmapOrder]) -> Iterator[Observation]:
        """Yield what nmap found; once a host, a make or the run is to be left alone, it is."""
        hosts = {host.address: host for host in self.conduct.plan.scope.hosts}
        for order in orders:
            self.conduct.look()
            ready = {
                address: port for address in order.hosts if (port := self._before(hosts[address], order)) is not None
            }
            if ready:
                yield from self._group(replace(order, hosts=tuple(ready)), hosts, ready)

    def _group(self, order: NmapOrder, hosts: Mapping[str, Host], ready: Mapping[str, int]) -> Iterator[Observation]:
        planned = list(self._planned(order, hosts))
        self._log("begun", planned, {})
        facts = {"arguments": order.arguments("TARGETS", "EXCLUDED"), "hosts": order.hosts, "ports": order.ports}
        self.conduct.gate.log.add("nmap", facts)
        for address in order.hosts:
            self.conduct.gate.also_sent(address, len(order.ports) * PACKETS_A_PORT)
        self.most += len(planned) * PACKETS_A_PORT
        try:
            seen, dropped = self.run(order)
        except ScopeError as error:
            self._log("probe", planned, {"result": "halted", "note": str(error), "sent": [], "packets": 0})
            if not self.conduct.gate.killed.is_set():
                if not self.done:
                    raise
                self.conduct.gate.kill(str(error))  # what was found before is kept
            self.left[self.conduct.gate.why_killed] += len(planned)
            return
        self.dropped += dropped
        self.done += 1
        states = {(one.address, one.port or 0): one.facts.get("state", "") for one in seen if one.port}
        self._log_told(planned, states, dropped)
        yield from seen
        for address in order.hosts:
            self._after(hosts[address], ready[address], states)

    def _before(self, host: Host, order: NmapOrder) -> int | None:
        """Return the port that a host is watched by, 0 where none is seen; None where it is left alone."""
        why = self.conduct.gate.closed(host.address)
        if not why and not self.conduct.gate.affords(host.address, len(order.ports) * PACKETS_A_PORT):
            why = f"{host.address}: its packet budget is spent"
        for port in () if why else [host.health_port] if host.health_port else order.ports[:TRIES]:
            answer, why = self._look(host, port)
            if answer == "open":
                return port
            if host.health_port and not why:
                why = f"port {port} is {answer}: how the device is cannot be seen, so nmap is not let near it"
            if why:
                break
        if why:
            self.left[why] += len(order.ports)
            return None
        return 0

    def _after(self, host: Host, port: int, states: State) -> None:
        """Look how a host is, again where it was slow; by a port that nmap found open where none was known before."""
        found = port or _an_open_port(host.address, states)
        if not found:
            self.blind.append(host.address)
            return
        for _ in range(SLOW_ANSWERS):
            slow = self.conduct.gate.health.slow(host.address)
            answer, why = self._look(host, found)
            if answer and answer != "open" and not port:
                self.conduct.gate.unwell(host, f"port {found} was open to nmap and is {answer} now")
            if why or self.conduct.gate.health.slow(host.address) == slow:
                return

    def _look(self, host: Host, port: int) -> tuple[str, str]:
        """Return how a port answered, or why it was not looked at."""
        step = look_at(host, port)
        if why := self.conduct.gate.closed(host.address):
            return "", why
        try:
            reply = self.conduct.logged(step)
        except ScopeError as error:
            return "", str(error)
        self.packets += reply.packets
        watch(HostPlan(host, (step,)), step, reply, self.conduct.gate)
        return reply.answer, ""

    def _planned(self, order: NmapOrder, hosts: Mapping[str, Host]) -> Iterator[dict[str, Any]]:
        """Yield what the log says of each host and port before nmap is started."""
        for address in order.hosts:
            for port in order.ports:
                about = about_step(look_at(hosts[address], port), next(self.conduct.numbers))
                yield {**about, "probe": CONNECT, "by": "nmap"}

    def _log(self, kind: str, planned: Iterable[Mapping[str, Any]], told: Mapping[str, Any]) -> None:
        for about in planned:
            self.conduct.gate.log.add(kind, {**about, **told})

    def _log_told(self, planned: Iterable[Mapping[str, Any]], states: State, dropped: int) -> None:
        """Log what nmap told of each; its own packets are not seen by us, so none are counted."""
        for about in planned:
            told = states.get((about["address"], about["port"]), "not told by itself")
            self.conduct.gate.log.add(
                "probe", {**about, "result": told, "sent": [], "note": "sent by nmap: no message"}
            )
        self.conduct.gate.log.add("nmap-end", {"dropped_by_fence": dropped})


def _an_open_port(address: str, states: State) -> int:
    return next((port for (where, port), state in states.items() if (where, state) == (address, "open")), 0)
