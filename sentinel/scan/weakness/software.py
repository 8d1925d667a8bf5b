"""Tells what an asset runs, as (maker, product, version, revision), with who says so and what sources call it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from sentinel.model.assets import Asset, Claim
from sentinel.scan.inventory import EVERYTHING, by_attribute
from sentinel.scan.support import Groups, version_of
from sentinel.scan.versions import split
from sentinel.scan.votes import best
from sentinel.scan.weakness.aliases import Aliases, Named

T = TypeVar("T")
_LISTED = "software."


@dataclass(frozen=True, slots=True)
class Software:
    """One product of an asset. `named` is None where no content says what sources call it.

    `services` are the ports that named it, `system` the distribution and release that the machine runs.
    """

    vendor: str
    product: str
    version: str
    revision: str
    services: tuple[str, ...]
    claims: tuple[Claim, ...]
    named: Named | None
    system: tuple[str, str] = ("", "")

    @property
    def strength(self) -> int:
        """How strong its strongest witness is."""
        return max((claim.strength for claim in self.claims), default=0)

    @property
    def id(self) -> str:
        """What findings about it are known by, whatever its version is."""
        return self.named.id if self.named else f"{self.vendor}:{self.product}".casefold()


def software(asset: Asset, aliases: Aliases) -> tuple[Software, ...]:
    """Return what an asset runs, each product and version once, in a stable order; nothing where it answers on all."""
    groups = by_attribute(asset.claims)
    if EVERYTHING in groups:
        return ()
    system = best(groups.get("os", ())), best(groups.get("os_version", ()))
    found: dict[tuple[str, str, str], Software] = {}
    for one in (*_programs(asset, groups, aliases), *_device(groups, aliases), *_listed(groups, aliases)):
        key = one.id, one.version, one.revision
        found[key] = _merged(found[key], replace(one, system=system)) if key in found else replace(one, system=system)
    versioned = {one.id for one in found.values() if one.version}
    kept = [one for one in found.values() if one.version or one.id not in versioned]
    return tuple(sorted(kept, key=lambda one: (one.id, one.version, one.revision)))


def _programs(asset: Asset, groups: Groups, aliases: Aliases) -> Iterator[Software]:
    for service in asset.services:
        key = f"{service.transport}/{service.port}"
        product = best(groups.get(f"{key}.product", ()))
        if product:
            version, claims = version_of(groups, f"{key}.", product)
            revision = best(groups.get(f"{key}.revision", ()))
            claims = claims or tuple(groups.get(f"{key}.product", ()))
            yield Software("", product, version, revision, (key,), claims, aliases.named("", product))


def _device(groups: Groups, aliases: Aliases) -> Iterator[Software]:
    """Yield the device itself, and its operating system."""
    product, vendor = best(groups.get("product", ())), best(groups.get("vendor", ()))
    if product:
        version, claims = version_of(groups, "", product)
        named = aliases.named(vendor, product)
        yield Software(vendor, product, version, "", (), claims or tuple(groups["product"]), named)
    system = best(groups.get("os", ()))
    if system:
        yield Software("", system, "", "", (), tuple(groups["os"]), aliases.named("", system))


def _listed(groups: Groups, aliases: Aliases) -> Iterator[Software]:
    """Yield what a list of installed software names: it tells the package itself, and so its distributor's revision."""
    for attribute, claims in groups.items():
        product = attribute.removeprefix(_LISTED)
        named = aliases.named("", product) if attribute.startswith(_LISTED) else None
        if named is not None:
            parts = split(best(claims))
            yield Software("", product, parts.upstream, parts.revision, (), tuple(claims), named)


def _merged(one: Software, other: Software) -> Software:
    return replace(
        one,
        vendor=one.vendor or other.vendor,
        services=_once((*one.services, *other.services)),
        claims=_once((*one.claims, *other.claims)),
    )


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
