"""Devices that are left alone because of what they are: known fragile classes, and what fingerprint rules say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from sentinel.content import Said, Schema, load_one
from sentinel.model.assets import Asset, DeviceClass
from sentinel.scan.addresses import single
from sentinel.scan.fingerprint_rules import FingerprintRule
from sentinel.scan.probes.exchange import Probe
from sentinel.scan.scope import UNKNOWN_KIND, Call, HeldBack, Host, Scope

Words = Annotated[str, StringConstraints(min_length=2, max_length=80)]


class FragileClass(Schema):
    """One class of devices: all that is given must fit (text without regard to case, anywhere in the field).

    `fragile`: 0 sturdy · 1 with care · 2 not actively asked · 3 do not touch.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    device_class: DeviceClass | None = None
    vendor: Words | None = None
    product: Words | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    fragile: Annotated[int, Field(ge=0, le=3)]
    why: Said
    source: Annotated[str, StringConstraints(min_length=3, max_length=300)]

    @model_validator(mode="after")
    def _names_something(self) -> FragileClass:
        if not (self.device_class or self.vendor or self.product or self.port):
            raise ValueError("names no class, vendor, product or port")
        return self

    def fits(self, asset: Asset) -> bool:
        """Say whether an asset is of this class."""
        return (
            self.device_class in {None, asset.device_class}
            and (self.vendor or "").casefold() in asset.vendor.casefold()
            and (self.product or "").casefold() in asset.product.casefold()
            and (self.port is None or any(service.port == self.port for service in asset.services))
        )


class FragileFile(Schema):
    """scanners/fragile.yml."""

    as_of: date
    classes: tuple[FragileClass, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> FragileFile:
        names = [one.id for one in self.classes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"more than one class is called {', '.join(twice)}")
        return self


def load_fragile(base: Path) -> tuple[FragileClass, ...]:
    """Load scanners/fragile.yml below `base`."""
    return load_one(base / "scanners" / "fragile.yml", FragileFile, base).classes


def mind_the_fragile(
    scope: Scope,
    assets: Iterable[Asset],
    classes: Iterable[FragileClass],
    rules: Iterable[FingerprintRule],
    probes: Mapping[str, Probe],
) -> Scope:
    """Return the scope without what the inventory knows to be fragile, and with the makes that it knows.

    What is known of an address only ever takes away: an inventory cannot make a device less fragile.
    """
    every = tuple(assets)
    levels = _levels(every, tuple(classes), {rule.id: rule for rule in rules if rule.fragile})
    makes = {address: make_of(asset) for asset in every for address in _written(asset.addresses) if make_of(asset)}
    others = _other_addresses(scope, every)
    barred = [
        HeldBack(host.address, others[host.address], known=True) for host in scope.hosts if host.address in others
    ]
    held = [one for host in scope.hosts for one in _held(scope, host, levels.get(host.address, (0, "")), probes)]
    held += barred
    held += [one for call in scope.calls for one in _held_call(scope, call, levels)]
    left = scope.without(held)
    return replace(left, hosts=tuple(_made(host, makes.get(host.address, "")) for host in left.hosts))


def _levels(
    assets: Iterable[Asset], classes: Iterable[FragileClass], rules: Mapping[str, FingerprintRule]
) -> dict[str, tuple[int, str]]:
    """Return how fragile the machine at each address is known to be: by what is said of it, or of its network card.

    A device that moved, or has an address of the other version too, is known by its card alone.
    """
    levels, cards = dict[str, tuple[int, str]](), dict[str, tuple[int, str]]()
    careful, every = tuple(classes), tuple(assets)
    for asset in every:
        worst = max(_fragility(asset, careful, rules), default=(0, ""))
        for mac in asset.macs:
            cards[mac] = max(worst, cards.get(mac, worst))
        for address in _written(asset.addresses):
            levels[address] = max(worst, levels.get(address, worst))
    for asset in every:
        for address in _written(asset.addresses):
            levels[address] = max(levels[address], *(cards[mac] for mac in asset.macs), (0, ""))
    return levels


def _other_addresses(scope: Scope, assets: Iterable[Asset]) -> dict[str, str]:
    """Return the addresses of machines that are barred under another address, and why; the network card tells."""
    every = [(asset.macs, list(_written(asset.addresses))) for asset in assets]
    owners = {
        mac: address
        for macs, addresses in every
        for address in addresses if any(single(address) in bar for bar in scope.barred)
        for mac in macs
    }  # fmt: skip
    return {
        address: f"has the network card of {owners[mac]}, which is excluded or never probed"
        for macs, addresses in every
        for mac in macs if mac in owners
        for address in addresses if address != owners[mac]
    }  # fmt: skip


def make_of(asset: Asset) -> str:
    """Return what an asset shares with others of its make, whatever their version; nothing where that is not known."""
    known = f"{asset.vendor} {asset.product}".strip()
    return known or (asset.device_class if asset.device_class != "unknown" else "")


def _fragility(
    asset: Asset, classes: Iterable[FragileClass], rules: Mapping[str, FingerprintRule]
) -> Iterator[tuple[int, str]]:
    yield from ((one.fragile, f"{one.id}: {one.why.en}") for one in classes if one.fits(asset))
    for claim in asset.claims:
        rule = rules.get(claim.rule.partition(" ")[0])
        if rule:
            yield rule.fragile, f"fingerprint '{rule.id}' asks for care"


def _held(scope: Scope, host: Host, known: tuple[int, str], probes: Mapping[str, Probe]) -> Iterator[HeldBack]:
    level, why = known
    if level > scope.networks[host.network].profile.fragile_max:
        yield HeldBack(host.address, f"known to be fragile ({level}): {why}", known=True)
        return
    for name in sorted({grant.probe for grant in host.grants}):
        probe = probes.get(name)
        if probe and level > probe.fragile_max:
            what = f"'{name}' is not used against devices this fragile ({level}): {why}"
            yield HeldBack(host.address, what, name, known=True)


def _held_call(scope: Scope, call: Call, levels: Mapping[str, tuple[int, str]]) -> Iterator[HeldBack]:
    """Hold a question to all of a segment back where a machine in it is known to be too fragile for it."""
    network, grant = scope.networks[call.grant.network], call.grant
    for address, (level, why) in sorted(levels.items()):
        if level > network.profile.fragile_max and single(address) in network:
            what = f"'{network.name}' holds {address}, known to be fragile ({level}): {why}"
            yield HeldBack(grant.address, what, grant.probe, known=True, account=grant.account)
            return


def _made(host: Host, make: str) -> Host:
    return replace(host, kind=make) if make and host.kind in {"", UNKNOWN_KIND} else host


def _written(addresses: Iterable[str]) -> Iterator[str]:
    """Yield addresses as a scope writes them; what is none concerns nobody."""
    for text in addresses:
        try:
            yield str(single(text.partition("%")[0]))
        except ValueError:
            continue
