"""Divides a site into areas: its networks as it names them, those nobody named, and those where nothing was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from sentinel.model.assets import MEDICAL, Asset
from sentinel.model.inventory import Inventory

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
PRIVATE: tuple[Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"))
)
"""RFC 1918, RFC 3927, RFC 4193, RFC 4291: never the internet, whosever they are."""
NOWHERE = ""
"""The area of machines whose address is none that can be read."""
_WIDEST = {4: 20, 6: 64}
"""A network wider than this is no area by itself, unless the site gave it a name."""
_PART = {4: 24, 6: 64}
_PAIR = 31
"""Networks of this length have no broadcast address (RFC 3021)."""


@dataclass(frozen=True, slots=True)
class Area:
    """A network with what is known of it.

    `stated`: the site says that it is its own. `asked`: a finished scan asked all of it. `silent` are addresses that
    were asked and did not answer, `mentioned` those that others were heard to talk to, and nothing else is known of.
    """

    network: str
    name: str
    stated: bool
    asked: bool
    assets: tuple[Asset, ...]
    silent: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether any machine is known to be there."""
        return bool(self.assets or self.mentioned)

    @property
    def care(self) -> int:
        """How many devices in it a patient may depend on."""
        return sum(map(in_care, self.assets))


Table: TypeAlias = Mapping[tuple[int, int], Mapping[int, Network]]
"""Networks by version and length, the longest first, and by their leading bits: found without trying each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a site is divided: `frames` are the networks it states or names; `ends` are their broadcast addresses."""

    stated: tuple[Network, ...]
    names: Mapping[Network, str]
    frames: tuple[Network, ...]
    table: Table
    private: Table
    ends: frozenset[str]

    def home(self, text: str) -> str:
        """Return the area that an address is in, whoever owns it."""
        address = read_address(text)
        if address is None:
            return NOWHERE
        frame = next((one for one in _around(address, self.table) if self.whole(one)), None)
        return str(frame or ip_network(f"{address}/{_PART[address.version]}", strict=False))

    def outside(self, text: str) -> bool:
        """Say whether an address is somewhere on the internet."""
        address = read_address(text)
        return address is not None and not any(
            True for table in (self.table, self.private) for _ in _around(address, table)
        )

    def group(self, text: str) -> bool:
        """Say whether an address stands for a group of machines or for none: nobody is at home there."""
        address = read_address(text)
        if address is None or address.is_multicast or address.is_unspecified or address.is_loopback:
            return True
        return str(address) in self.ends

    def whole(self, network: Network) -> bool:
        """Say whether a network is an area as it stands; wider ones are shown in parts, where something was seen."""
        return network in self.names or network.prefixlen >= _WIDEST[network.version]


def plan_of(inventory: Inventory) -> Plan:
    """Return how a site is divided, by the networks that it states and names."""
    stated = tuple(network for text in inventory.networks if (network := read_network(text)))
    named = {network: name for text, name in inventory.names.items() if (network := read_network(text))}
    names = {network: name for network, name in named.items() if network.num_addresses > 1}
    frames = tuple(sorted({*stated, *names}, key=lambda network: (-network.prefixlen, str(network))))
    ends = (
        str(frame.broadcast_address) for frame in frames if isinstance(frame, IPv4Network) and frame.prefixlen < _PAIR
    )
    return Plan(stated, names, frames, _table(frames), _table(PRIVATE), frozenset({"255.255.255.255", *ends}))


def _table(networks: Iterable[Network]) -> Table:
    table: dict[tuple[int, int], dict[int, Network]] = {}
    for network in sorted(networks, key=lambda one: -one.prefixlen):
        bits = network.max_prefixlen - network.prefixlen
        table.setdefault((network.version, network.prefixlen), {})[int(network.network_address) >> bits] = network
    return table


def _around(address: Address, table: Table) -> Iterator[Network]:
    """Yield the networks of a table that an address is in, the narrowest first."""
    for (version, length), networks in table.items():
        if version == address.version:
            found = networks.get(int(address) >> (address.max_prefixlen - length))
            if found is not None:
                yield found


def areas(inventory: Inventory, plan: Plan) -> tuple[Area, ...]:
    """Return the areas of a site: with devices in care first, then by address; where nothing was seen comes last."""
    assets = _assets(inventory.assets, plan)
    silent, mentioned = _quiet(inventory, plan), _mentioned(inventory, plan)
    asked = [network for scan in inventory.scans for text in scan.asked if (network := read_network(text))]
    keys = {*assets, *silent, *mentioned}
    found = [
        _area(key, plan, asked, (assets.get(key, []), silent.get(key, []), mentioned.get(key, [])))
        for key in keys | _empty(plan, keys)
    ]
    return tuple(sorted(found, key=_first))


def read_address(text: str) -> Address | None:
    """Return an address; None for a text that is none."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def read_network(text: str) -> Network | None:
    """Return a network; None for a text that is none."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def order(text: str) -> tuple[int, int, str]:
    """Return a key that orders addresses by number, and texts that are none after them."""
    address = read_address(text)
    return (address.version, int(address), text) if address else (9, 0, text)


def in_care(asset: Asset) -> bool:
    """Say whether a patient may depend on a device."""
    return asset.device_class in MEDICAL


def _assets(assets: Iterable[Asset], plan: Plan) -> dict[str, list[Asset]]:
    groups: dict[str, list[Asset]] = {}
    for asset in assets:
        groups.setdefault(plan.home(next(iter(asset.addresses), "")), []).append(asset)
    return groups


def _quiet(inventory: Inventory, plan: Plan) -> dict[str, list[str]]:
    known = {address for asset in inventory.assets for address in asset.addresses}
    groups: dict[str, list[str]] = {}
    for address in {address for scan in inventory.scans for address in scan.silent} - known:
        groups.setdefault(plan.home(address), []).append(address)
    return groups


def _mentioned(inventory: Inventory, plan: Plan) -> dict[str, list[str]]:
    known = {address for asset in inventory.assets for address in asset.addresses}
    known |= {address for scan in inventory.scans for address in scan.silent}
    flows = inventory.heard.flows if inventory.heard else ()
    groups: dict[str, list[str]] = {}
    for address in {address for flow in flows for address in (flow.client, flow.server)} - known:
        if not plan.group(address) and not plan.outside(address):
            groups.setdefault(plan.home(address), []).append(address)
    return groups


def _empty(plan: Plan, taken: Iterable[str]) -> set[str]:
    """Return the networks that the site states or names, and in which nothing is known to be."""
    used = [network for text in taken if (network := read_network(text))]
    return {str(frame) for frame in plan.frames if not any(_within(one, frame) for one in used)}


def _area(key: str, plan: Plan, asked: Iterable[Network], found: tuple[list[Asset], list[str], list[str]]) -> Area:
    network = read_network(key)
    assets, silent, mentioned = found
    return Area(
        network=key,
        name=plan.names.get(network, "") if network else "",
        stated=network is not None and any(_within(network, frame) for frame in plan.frames),
        asked=network is not None and any(_within(network, one) for one in asked),
        assets=tuple(sorted(assets, key=lambda asset: (order(next(iter(asset.addresses), "")), asset.id))),
        silent=tuple(sorted(silent, key=order)),
        mentioned=tuple(sorted(mentioned, key=order)),
    )


def _within(one: Network, other: Network) -> bool:
    return one.version == other.version and (
        other.network_address <= one.network_address and one.broadcast_address <= other.broadcast_address  # type: ignore[operator]  # the same version
    )


def _first(area: Area) -> tuple[bool, bool, tuple[int, int, str]]:
    return not area.seen, not area.care, order(area.network.partition("/")[0])
