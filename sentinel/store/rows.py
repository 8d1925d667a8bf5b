"""What of an asset and a finding stands in columns beside its body, to be looked up and sorted by."""

from __future__ import annotations

import ipaddress
from typing import Any

from pydantic import TypeAdapter

from sentinel.model.assets import Asset, Finding

ASSET: TypeAdapter[Asset] = TypeAdapter(Asset)
FINDING: TypeAdapter[Finding] = TypeAdapter(Finding)
_SHOWN_PORTS = 40


def asset_row(site: str, asset: Asset) -> dict[str, Any]:
    """Return the columns of an asset that do not depend on when it was seen."""
    address = asset.addresses[0] if asset.addresses else ""
    product = f"{asset.product} {asset.version}".strip()
    ports = [str(service.port) for service in asset.services]
    words = (*asset.addresses, *asset.macs, *asset.names, asset.device_class, asset.vendor, product)
    return {
        "site": site,
        "id": asset.id,
        "place": place(address),
        "address": " ".join(asset.addresses),
        "name": " ".join(asset.names),
        "device_class": asset.device_class,
        "product": product,
        "ports": " ".join(ports[:_SHOWN_PORTS]) + (" …" if len(ports) > _SHOWN_PORTS else ""),
        "search": "\n".join(filter(None, words)).casefold(),
    }


def finding_row(site: str, finding: Finding) -> dict[str, Any]:
    """Return the columns of a finding that do not depend on when it was seen."""
    return {
        "site": site,
        "id": finding.id,
        "asset": finding.asset,
        "severity": finding.severity.rank,
        "body": FINDING.dump_json(finding).decode(),
    }


def place(address: str) -> str:
    """Return text that sorts as addresses do: IPv4 before IPv6, each by its number."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"9{address}"
    return f"{found.version}{int(found):032x}"
