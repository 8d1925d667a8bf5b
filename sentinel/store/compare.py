"""What of an asset counts as a change: what it is and what it offers, not when it was last seen."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.assets import Asset, Service
from sentinel.model.history import Detail

SINGLE = ("device_class", "vendor", "product", "version")
MANY = ("names", "macs", "contradictions")


def said(asset: Asset) -> tuple[object, ...]:
    """Return all that an asset says, without times: two that say the same are one version."""
    claims = tuple((claim.attribute, claim.value, claim.rule, claim.strength) for claim in asset.claims)
    single = tuple(getattr(asset, name) for name in (*SINGLE, *MANY))
    return (asset.addresses, single, asset.services, claims, asset.closed)


def details(before: Asset, after: Asset) -> tuple[Detail, ...]:
    """Return what differs, in words for people; claims that changed nothing of it are left out."""
    return tuple(_details(before, after))


def _details(before: Asset, after: Asset) -> Iterator[Detail]:
    for name in SINGLE:
        old, new = str(getattr(before, name)), str(getattr(after, name))
        if old != new:
            yield Detail(name, old, new)
    for name in MANY[:2]:
        listed, now = getattr(before, name), getattr(after, name)
        if set(listed) != set(now):
            yield Detail(name, ", ".join(listed), ", ".join(now))
    old_ports, new_ports = (_by_port(asset.services) for asset in (before, after))
    for port in sorted(old_ports.keys() | new_ports.keys(), key=lambda one: (int(one.partition("/")[2]), one)):
        was, now = old_ports.get(port, ""), new_ports.get(port, "")
        if was != now:
            yield Detail(port, was, now)


def _by_port(services: tuple[Service, ...]) -> dict[str, str]:
    return {f"{one.transport}/{one.port}": _words(one) for one in services}


def _words(service: Service) -> str:
    words = (service.protocol or "open", service.product, service.version)
    return " ".join(word for word in words if word)
