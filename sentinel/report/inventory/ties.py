"""Adds up flows between places of the map, and says which of them matter: what leaves care comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sentinel.model.assets import Asset
from sentinel.model.inventory import Inventory
from sentinel.model.talks import Flow
from sentinel.report.inventory.areas import Plan, in_care, order

Kind = Literal["crossing", "outside", "clinical", "between", "within"]
KINDS: tuple[Kind, ...] = ("crossing", "outside", "clinical", "between", "within")
"""In the order of weight: a device in care that leaves its zone, other talk with the internet, what clinics speak."""
CLINICAL = frozenset({"dicom", "hl7", "astm", "poct1a"})
OUTSIDE = "outside"
"""The place of all that is on the internet."""


@dataclass(frozen=True, slots=True)
class Met:
    """A flow, and what kind it is; `device` is the one in care of a crossing, `beyond`: with the internet."""

    flow: Flow
    kind: Kind
    device: Asset | None = None
    beyond: bool = False

    @property
    def reached(self) -> bool:
        """Whether a device in care is the one that is called."""
        return self.device is not None and self.flow.server in self.device.addresses


@dataclass(slots=True)
class Tie:
    """All flows of one kind between two places of the map; not frozen: it counts.

    `reached`: of a crossing, the device in care is the one that is called.
    """

    client: str
    server: str
    kind: Kind
    protocols: Counter[str] = field(default_factory=Counter)
    clients: set[str] = field(default_factory=set)
    servers: set[str] = field(default_factory=set)
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    reached: bool = False

    def add(self, one: Met) -> None:
        """Count one flow."""
        flow = one.flow
        self.reached = self.reached or one.reached
        self.protocols[spoken(flow)] += flow.count
        self.clients.add(flow.client)
        self.servers.add(flow.server)
        self.count += flow.count
        times = [t for t in (self.first, self.last, flow.first_seen, flow.last_seen) if t is not None]
        self.first, self.last = min(times, default=None), max(times, default=None)


def spoken(flow: Flow) -> str:
    """Return what a flow spoke; where nobody heard, its port, of which nothing is guessed."""
    return flow.protocol.upper() if flow.protocol else f"{flow.transport}/{flow.port}"


def met(inventory: Inventory, plan: Plan) -> list[Met]:
    """Return every flow between single machines with its kind; groups (multicast, broadcast) are left out."""
    if inventory.heard is None:
        return []
    devices = {address: asset for asset in inventory.assets for address in asset.addresses}
    new = {crossing.flow: crossing.device for crossing in inventory.heard.crossings}
    judge = _Judge(plan, devices, new)
    return [judge(flow) for flow in inventory.heard.flows if not (judge.group(flow.client) or judge.group(flow.server))]


def groups(inventory: Inventory, plan: Plan) -> int:
    """Return how many flows went to a group of machines, and so are on no map."""
    flows = inventory.heard.flows if inventory.heard else ()
    return sum(plan.group(flow.client) or plan.group(flow.server) for flow in flows)


def ties(found: Iterable[Met], place: Callable[[str], str]) -> list[Tie]:
    """Add up flows between places; the weightiest kind first, then by places."""
    sums: dict[tuple[str, str, Kind], Tie] = {}
    for one in found:
        client, server = place(one.flow.client), place(one.flow.server)
        kind = one.kind
        sums.setdefault((client, server, kind), Tie(client, server, kind)).add(one)
    return sorted(sums.values(), key=_order)


def _order(tie: Tie) -> tuple[int, tuple[int, int, str], tuple[int, int, str]]:
    return KINDS.index(tie.kind), min(map(order, tie.servers)), min(map(order, tie.clients))


class _Judge:
    """Says of a flow what kind it is; remembers what it worked out of an address."""

    def __init__(self, plan: Plan, devices: Mapping[str, Asset], new: Mapping[Flow, str]) -> None:
        self.plan, self.devices, self.new = plan, devices, new
        self._homes: dict[str, str] = {}
        self._groups: dict[str, bool] = {}

    def __call__(self, flow: Flow) -> Met:
        client, server = self._home(flow.client), self._home(flow.server)
        if OUTSIDE in (client, server) or flow in self.new:
            device, beyond = next(self._devices(flow), None), OUTSIDE in (client, server)
            return Met(flow, "crossing", device, beyond) if device else Met(flow, "outside", None, beyond)
        if flow.protocol in CLINICAL:
            return Met(flow, "clinical")
        return Met(flow, "within" if client == server else "between")

    def group(self, address: str) -> bool:
        """Say whether an address is that of a group."""
        if address not in self._groups:
            self._groups[address] = self.plan.group(address)
        return self._groups[address]

    def _devices(self, flow: Flow) -> Iterator[Asset]:
        named = self.new.get(flow, "")
        for address in (named, flow.client, flow.server):
            asset = self.devices.get(address)
            if asset is not None and in_care(asset):
                yield asset

    def _home(self, address: str) -> str:
        if address not in self._homes:
            outside = address not in self.devices and self.plan.outside(address)
            self._homes[address] = OUTSIDE if outside else self.plan.home(address)
        return self._homes[address]
