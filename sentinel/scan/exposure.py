"""Says from where a device was seen to be reached: from the internet, towards it, from other parts of the site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address, ip_network

from sentinel.model.assets import Asset
from sentinel.model.talks import Flow
from sentinel.scan.ranking import EXPOSURES, Exposure

_ZONE = {4: 24, 6: 64}


def exposures(assets: Iterable[Asset], flows: Iterable[Flow], networks: Sequence[str]) -> Mapping[str, Exposure]:
    """Return the worst that was seen of each asset, by its id. `unseen` is not shut off: nobody saw otherwise.

    `internet`: it has a public address outside `networks`, or such an address used a service of it; `crossing`: it used
    one there; `zones`: another network of the site (24 bits, 64 of IPv6) used a service of it.
    """
    owner = {address: asset.id for asset in assets for address in asset.addresses}
    found: dict[str, Exposure] = dict.fromkeys(owner.values(), "unseen")
    own = tuple(ip_network(network, strict=False) for network in networks)

    def outside(text: str) -> bool:
        address = ip_address(text)
        return address.is_global and not any(address in network for network in own)

    def note(address: str, exposure: Exposure) -> None:
        key = owner[address]
        found[key] = max(found[key], exposure, key=lambda one: EXPOSURES[one])

    for address in owner:
        if outside(address):
            note(address, "internet")
    for flow in flows:
        if flow.server in owner and outside(flow.client):
            note(flow.server, "internet")
        elif flow.server in owner and _zone(flow.client) != _zone(flow.server):
            note(flow.server, "zones")
        if flow.client in owner and outside(flow.server):
            note(flow.client, "crossing")
    return found


def _zone(text: str) -> str:
    address = ip_address(text)
    return str(ip_network(f"{address}/{_ZONE[address.version]}", strict=False))
