"""What nmap is asked to do: its arguments are built here and nowhere else, from a compiled scope alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sentinel.errors import ScopeError
from sentinel.scan import never
from sentinel.scan.profiles import Limits
from sentinel.scan.scope import Host, Scope

CONNECT = "connect"
PACKETS_A_PORT = 4
"""SYN, ACK and RST where a port is open; SYN and one more where nothing answers. One in hand."""
LOOKS = 8
"""Packets of the two looks at how a device is, before and after."""
MOST_TOGETHER = 8
"""Hosts that nmap is given at once: after so few, those who watch see how they are."""


@dataclass(frozen=True, slots=True)
class NmapOrder:
    """One call of nmap: hosts that share their ports. The two files are written by whoever starts it."""

    hosts: tuple[str, ...]
    excluded: tuple[str, ...]
    ports: tuple[int, ...]
    limits: Limits
    source: str

    def arguments(self, targets: str, excluded: str) -> list[str]:
        """Return nmap's arguments: a full handshake and nothing else; no ping, no names, no versions, no scripts."""
        total, host = self.limits.total_per_second, self.limits.host_per_second
        arguments = [
            "-sT", "-Pn", "-n", "--disable-arp-ping", "--noninteractive", "--max-retries", "1",
            "--max-rate", f"{max(0.1, total / PACKETS_A_PORT):g}",
            "--scan-delay", f"{PACKETS_A_PORT / host * 1000:.0f}ms",
            "--max-hostgroup", str(self.limits.hosts_at_once), "-iL", targets, "--excludefile", excluded,
        ]  # fmt: skip
        return [*arguments, *(["-6"] if ":" in self.hosts[0] else []), *(["-S", self.source] if self.source else [])]

    @property
    def port_list(self) -> str:
        """The ports, as nmap reads them."""
        return ",".join(map(str, self.ports))


def orders(scope: Scope, now: datetime) -> Iterator[NmapOrder]:
    """Yield a call for each small group of hosts that share their ports; only hosts whose profile allows nmap.

    What the scope lists for the probe `connect` is what nmap is asked; ScopeError where nothing may be sent now, and
    for hosts whose ports go beyond their budget.
    """
    if why := scope.barrier(now):
        raise ScopeError(why)
    groups: dict[tuple[str, bool, tuple[int, ...]], list[Host]] = {}
    for host in scope.hosts:
        ports = tuple(sorted({grant.port for grant in host.grants if grant.probe == CONNECT} - never.PORTS))
        if ports and scope.networks[host.network].profile.nmap:
            groups.setdefault((host.network, ":" in host.address, ports), []).append(host)
    for (name, _, ports), hosts in groups.items():
        limits = scope.networks[name].limits
        if len(ports) * PACKETS_A_PORT + LOOKS > limits.host_packets:
            most = (limits.host_packets - LOOKS) // PACKETS_A_PORT
            raise ScopeError(f"network '{name}' takes {most} ports a host by nmap, and {len(ports)} are listed")
        for group in together(hosts, min(MOST_TOGETHER, limits.hosts_at_once)):
            yield NmapOrder(tuple(one.address for one in group), tuple(_written(scope)), ports, limits, scope.source)


def together(hosts: Iterable[Host], most: int) -> list[list[Host]]:
    """Return hosts in small groups in which no two are of one make."""
    groups: list[list[Host]] = []
    for host in hosts:
        fits = (group for group in groups if len(group) < most and host.alike not in {one.alike for one in group})
        group = next(fits, None)
        if group is None:
            groups.append([host])
        else:
            group.append(host)
    return groups


def _written(scope: Scope) -> Sequence[str]:
    """Return what is excluded as nmap reads it: each address that is held back, and the networks that are barred."""
    held = {one.address for one in scope.held_back if not one.probe}
    return sorted(held | {bar.text for bar in scope.barred if "-" not in bar.text})
