"""Finds which products of an asset lifecycle knows something about, and what makes that knowledge doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sentinel.model.assets import Asset, Claim
from sentinel.scan.lifecycle import Lifecycle, Support
from sentinel.scan.votes import best, ranking

Groups = Mapping[str, list[Claim]]
_SURE_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """One product of an asset with what is known of its support; `services` are the ports that named it."""

    product: str
    version: str
    revision: str
    services: tuple[str, ...]
    claims: tuple[Claim, ...]
    support: Support


def candidates(asset: Asset, groups: Groups, lifecycle: Lifecycle) -> Iterator[Candidate]:
    """Yield each release line once, in a stable order; several ports with the same line are one."""
    found: dict[str, Candidate] = {}
    for one in (*_systems(groups, lifecycle), *_programs(asset, groups, lifecycle)):
        known = found.get(one.support.key)
        found[one.support.key] = one if known is None else _merged(known, one)
    yield from (found[key] for key in sorted(found))


def doubt_of(candidate: Candidate) -> Literal["mended", "revision", "weak", "unverified"] | None:
    """Say why a version does not settle it: mended by a distributor, weakly witnessed, or knowledge not confirmed."""
    if candidate.revision:
        return "revision"
    if candidate.support.product.mended:
        return "mended"
    if max(claim.strength for claim in candidate.claims) < _SURE_ENOUGH:
        return "weak"
    return "unverified" if candidate.support.confidence == "unverified" else None


def _merged(first: Candidate, second: Candidate) -> Candidate:
    stronger = first if _strength(first) >= _strength(second) else second
    return Candidate(
        stronger.product,
        stronger.version,
        first.revision or second.revision,
        tuple(dict.fromkeys((*first.services, *second.services))),
        tuple(dict.fromkeys((*first.claims, *second.claims))),
        stronger.support,
    )


def _strength(candidate: Candidate) -> int:
    return max(claim.strength for claim in candidate.claims)


def _systems(groups: Groups, lifecycle: Lifecycle) -> Iterator[Candidate]:
    """Pair system and version as one rule named them: the halves of two rules do not belong together."""
    systems = {(claim.rule, claim.strength): claim for claim in groups.get("os", ())}
    for version in groups.get("os_version", ()):
        system = systems.get((version.rule, version.strength))
        support = lifecycle.lookup(system.value, version.value) if system else None
        if system and support:
            yield Candidate(system.value, version.value, "", (), (version,), support)


def _programs(asset: Asset, groups: Groups, lifecycle: Lifecycle) -> Iterator[Candidate]:
    for service in asset.services:
        key = f"{service.transport}/{service.port}"
        yield from _program(groups, f"{key}.", key, lifecycle)
    yield from _program(groups, "", "", lifecycle)


def _program(groups: Groups, prefix: str, service: str, lifecycle: Lifecycle) -> Iterator[Candidate]:
    product = best(groups.get(f"{prefix}product", ()))
    version, claims = version_of(groups, prefix, product)
    support = lifecycle.lookup(product, version)
    if support is not None:
        revision = best(groups.get(f"{prefix}revision", ()))
        yield Candidate(product, version, revision, (service,) if service else (), claims, support)


def version_of(groups: Groups, prefix: str, product: str) -> tuple[str, tuple[Claim, ...]]:
    """Return the best version among those that a witness of the chosen product named, with the claims of it."""
    witnesses = {c.rule for c in groups.get(f"{prefix}product", ()) if c.value.casefold() == product.casefold()}
    named = [claim for claim in groups.get(f"{prefix}version", ()) if claim.rule in witnesses]
    ranked = ranking(named)
    if not ranked:
        return "", ()
    version = ranked[0][0]
    return version, tuple(claim for claim in named if claim.value.casefold() == version.casefold())
