"""Adds up who talks to whom while observations pass: flows, DICOM titles, and devices that leave their zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeVar

from sentinel.model.assets import MEDICAL, Asset, Observation, Transport
from sentinel.model.result import ScanSource
from sentinel.model.talks import Association, Crossing, CrossingKind, Flow, Heard, Title
from sentinel.scan.addresses import by_number
from sentinel.scan.implied import spoken

MAX_FLOWS = 65_536
MAX_ASSOCIATIONS = 16_384
_ZONE = {4: 24, 6: 64}

Key = TypeVar("Key", bound=tuple[object, ...])
FlowKey = tuple[str, str, Transport, int]
Pair = tuple[str, str, str, str, int]
Network = IPv4Network | IPv6Network


@dataclass(slots=True)
class _Sum:
    count: int = 0
    accepted: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, seen: Observation, *, accepted: bool = False) -> None:
        if accepted:
            self.accepted += seen.count
        else:
            self.count += seen.count
        if seen.time is not None:
            last = seen.last or seen.time
            self.first = min(self.first or seen.time, seen.time)
            self.last = max(self.last or last, last)


@dataclass(slots=True)
class Talks:
    """Flows and associations, bounded in number; `left_out` counts the sights of those that were too many."""

    left_out: int = 0
    _flows: dict[FlowKey, _Sum] = field(default_factory=dict)
    _pairs: dict[Pair, _Sum] = field(default_factory=dict)
    _spoken: dict[tuple[str, Transport, int], str] = field(default_factory=dict)

    def watch(self, observations: Iterable[Observation]) -> Iterator[Observation]:
        """Pass observations on, but for those that are about talks alone, which are added up."""
        for seen in observations:
            if seen.kind == "flow":
                self._flow(seen)
            elif seen.kind == "dicom.association":
                self._associated(seen)
            else:
                protocol = spoken(seen)
                if protocol and seen.port is not None and seen.transport and len(self._spoken) < MAX_FLOWS:
                    self._spoken.setdefault((seen.address, seen.transport, seen.port), protocol)
                yield seen

    def flows(self) -> tuple[Flow, ...]:
        """Return all flows by the addresses of client and server."""
        return tuple(
            Flow(*key, self._spoken.get(key[1:], ""), one.count, one.first, one.last)
            for key, one in sorted(self._flows.items(), key=lambda item: _order(item[0]))
        )

    def associations(self) -> tuple[Association, ...]:
        """Return all DICOM associations by their titles."""
        return tuple(
            Association(*pair, one.count, one.accepted, one.first, one.last)
            for pair, one in sorted(self._pairs.items())
        )

    def titles(self) -> tuple[Title, ...]:
        """Return the register of titles that associations add up to."""
        pairs = self.associations()
        names = sorted({name for pair in pairs for name in (pair.calling, pair.called) if name})
        return tuple(_title(name, pairs) for name in names)

    def heard(
        self,
        sources: Iterable[ScanSource],
        assets: Iterable[Asset],
        networks: Sequence[str],
        known: Iterable[Flow] = (),
    ) -> Heard | None:
        """Return all that was heard, with crossings beside what was `known`; None where no source listened."""
        if not any(source.method == "passive" and source.handled for source in sources):
            return None
        flows = self.flows()
        return Heard(flows, self.associations(), tuple(crossings(flows, assets, networks, known)), self.left_out)

    def _flow(self, seen: Observation) -> None:
        if seen.transport is None:
            return
        key = (seen.address, seen.facts["server"], seen.transport, int(seen.facts["port"]))
        self._add(self._flows, key, MAX_FLOWS, seen)

    def _associated(self, seen: Observation) -> None:
        facts = seen.facts
        names = facts.get("calling_ae", ""), facts.get("called_ae", "")
        pair = (*names, seen.address, facts["server"], int(facts["port"]))
        self._add(self._pairs, pair, MAX_ASSOCIATIONS, seen, accepted=facts["said"] == "accepted")

    def _add(self, sums: dict[Key, _Sum], key: Key, most: int, seen: Observation, *, accepted: bool = False) -> None:
        if key not in sums and len(sums) >= most:
            self.left_out += seen.count
            return
        sums.setdefault(key, _Sum()).add(seen, accepted=accepted)


def crossings(
    flows: Iterable[Flow], assets: Iterable[Asset], networks: Sequence[str], known: Iterable[Flow] = ()
) -> Iterator[Crossing]:
    """Yield flows of devices in care that lead out of `networks`, or to a zone they have no `known` flow with.

    A zone is the network of 24 bits (64 of IPv6) that an address is in. Without any known flow nothing is new.
    """
    own = tuple(ip_network(network, strict=False) for network in networks)
    devices = {address: asset for asset in assets for address in asset.addresses if asset.device_class in MEDICAL}
    usual = {pair for flow in known for pair in _zones_of(flow)}
    for flow in flows:
        sides: tuple[tuple[str, str, CrossingKind], ...] = (
            (flow.client, flow.server, "to-internet"),
            (flow.server, flow.client, "from-internet"),
        )
        for device, other, outward in sides:
            asset = devices.get(device)
            if asset is None:
                continue
            if _is_outside(other, own):
                yield _crossing(outward, device, asset, flow)
            elif usual and _zone(device) != _zone(other) and (device, _zone(other)) not in usual:
                yield _crossing("new-zone", device, asset, flow)


def _crossing(kind: CrossingKind, device: str, asset: Asset, flow: Flow) -> Crossing:
    name = asset.names[0] if asset.names else ""
    return Crossing(kind, device, asset.device_class, flow, name, asset.vendor, asset.product)


def _zones_of(flow: Flow) -> Iterator[tuple[str, str]]:
    yield flow.client, _zone(flow.server)
    yield flow.server, _zone(flow.client)


def _zone(text: str) -> str:
    address = ip_address(text)
    return str(ip_network(f"{address}/{_ZONE[address.version]}", strict=False))


def _is_outside(text: str, own: Sequence[Network]) -> bool:
    address = ip_address(text)
    return address.is_global and not any(address in network for network in own)


def _order(key: FlowKey) -> tuple[tuple[int, int, str], tuple[int, int, str], str, int]:
    client, server, transport, port = key
    return by_number(client), by_number(server), transport, port


def _title(name: str, pairs: Sequence[Association]) -> Title:
    """Put together what associations tell of one title; who merely asks for a title does not say who has it."""
    calling = [pair for pair in pairs if pair.calling == name]
    called = [pair for pair in pairs if pair.called == name]
    accepted = [pair for pair in called if pair.accepted]
    times = [time for pair in (*calling, *called) for time in (pair.first_seen, pair.last_seen) if time is not None]
    addresses = {pair.client for pair in calling} | {pair.server for pair in accepted or called}
    return Title(
        title=name,
        addresses=tuple(sorted(addresses, key=by_number)),
        ports=tuple(sorted({pair.port for pair in accepted or called})),
        calls=tuple(sorted({pair.called for pair in calling})),
        called_by=tuple(sorted({pair.calling for pair in called})),
        confirmed=bool(accepted),
        first_seen=min(times, default=None),
        last_seen=max(times, default=None),
    )
