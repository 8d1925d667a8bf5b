"""Adds what a new scan saw of an asset to what was known of it: a witness's later word takes its earlier one's place.

What a scan did not look at stays known. A port that was asked and refused is shut, and all that was said of it goes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sentinel.model.assets import Asset, Claim, Service
from sentinel.scan.inventory import assemble
from sentinel.scan.nmap_asked import covers

Key = tuple[str, str]
_DERIVED = "inventory"


def merged(known: Asset, new: Asset) -> Asset:
    """Return one asset; both must have the same id. Merging the same twice changes nothing."""
    claims = _claims(known, new)
    ports = {(one.transport, one.port) for one in (*new.services, *_still_open(known.services, new.closed))}
    return assemble(
        replace(
            new,
            macs=new.macs or known.macs,
            claims=tuple(claims),
            closed=new.closed or _still_shut(known.closed, new.services),
            first_seen=_earlier(known.first_seen, new.first_seen),
            last_seen=_later(known.last_seen, new.last_seen),
        ),
        ports,
    )


def _still_open(services: tuple[Service, ...], closed: tuple[str, ...]) -> list[Service]:
    return [one for one in services if not any(covers(text, one.transport, one.port) for text in closed)]


def _still_shut(closed: tuple[str, ...], services: tuple[Service, ...]) -> tuple[str, ...]:
    """Return what refused before, unless one of those ports is open now: then the older word is too old to keep."""
    return tuple(text for text in closed if not any(covers(text, one.transport, one.port) for one in services))


def _claims(known: Asset, new: Asset) -> list[Claim]:
    before, after = _grouped(known.claims), _grouped(new.claims)
    shut = {f"{one.transport}/{one.port}" for one in known.services} - {
        f"{one.transport}/{one.port}" for one in (*new.services, *_still_open(known.services, new.closed))
    }
    kept: list[Claim] = []
    for key in before.keys() | after.keys():
        old, now = before.get(key, []), after.get(key, [])
        if not now and (key[1] == _DERIVED or key[0].partition(".")[0] in shut):
            continue
        kept += _together(old, now)
    return kept


def _grouped(claims: tuple[Claim, ...]) -> dict[Key, list[Claim]]:
    groups: dict[Key, list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.attribute, claim.rule), []).append(claim)
    return groups


def _together(old: list[Claim], now: list[Claim]) -> list[Claim]:
    """Return what one witness says of one thing: its newer word, with the times of an older one that was the same."""
    if not old or not now:
        return now or old
    newer, older = (old, now) if _last(old) > _last(now) else (now, old)
    said = {claim.value: claim for claim in older}
    return [_joined(claim, said[claim.value]) if claim.value in said else claim for claim in newer]


def _last(claims: list[Claim]) -> float:
    return max((claim.last_seen.timestamp() for claim in claims if claim.last_seen), default=float("-inf"))


def _joined(claim: Claim, other: Claim) -> Claim:
    evidence = sorted({*claim.evidence.split("; "), *other.evidence.split("; ")})[:3]
    return replace(
        claim,
        strength=max(claim.strength, other.strength),
        evidence="; ".join(evidence),
        first_seen=_earlier(claim.first_seen, other.first_seen),
        last_seen=_later(claim.last_seen, other.last_seen),
    )


def _earlier(left: datetime | None, right: datetime | None) -> datetime | None:
    return min(left, right) if left and right else left or right


def _later(left: datetime | None, right: datetime | None) -> datetime | None:
    return max(left, right) if left and right else left or right
