"""What may be asked of everybody on a segment at once (multicast): three protocols, one message each to its group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Literal

from sentinel.scan.probes import mdns, ssdp, wsdiscovery
from sentinel.scan.probes.exchange import Caller, Fact, Probe, Target

Asking = Literal["wsdiscovery", "mdns", "ssdp"]
MOST_OF_ONE = 4
"""Datagrams of one machine that are read; what it says beyond is counted."""


@dataclass(frozen=True, slots=True)
class ToAll:
    """A probe, and the group it goes to, by version of IP."""

    probe: Probe
    groups: Mapping[int, str]

    @property
    def port(self) -> int:
        """The port of the group."""
        return self.probe.ports[0]


def _to_all(name: Asking, module: ModuleType) -> ToAll:
    probe = Probe(name, "udp", (module.PORT,), tls=False, messages=1, begin=module.begin, fragile_max=1)
    return ToAll(probe, MappingProxyType({4: module.GROUP, 6: module.GROUP6}))


TO_ALL: Mapping[str, ToAll] = MappingProxyType(
    {
        "wsdiscovery": _to_all("wsdiscovery", wsdiscovery),
        "mdns": _to_all("mdns", mdns),
        "ssdp": _to_all("ssdp", ssdp),
    }
)


def learnt(probe: Probe, target: Target, caller: Caller, datagrams: list[bytes]) -> tuple[Fact, ...]:
    """Return what the datagrams of one machine teach: each gets an exchange of its own, whose question is sent already.

    A fact that is said twice counts once.
    """
    facts: dict[tuple[str, tuple[tuple[str, str], ...]], Fact] = {}
    for datagram in datagrams[:MOST_OF_ONE]:
        for fact in _of_one(probe, target, caller, datagram):
            if fact.ended == "answered":
                facts.setdefault((fact.kind, tuple(sorted(fact.facts.items()))), fact)
    return tuple(facts.values())


def _of_one(probe: Probe, target: Target, caller: Caller, datagram: bytes) -> tuple[Fact, ...]:
    exchange = probe.begin(target, caller)
    try:
        next(exchange)
        exchange.send(datagram)
        exchange.send(b"")  # where it was none of ours, no other comes
    except StopIteration as end:
        return tuple(end.value or ())
    finally:
        exchange.close()
    return ()
