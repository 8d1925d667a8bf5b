"""Adds what a new scan saw of an asset to what was known of it: a witness's later word takes its earlier one's place.

What a scan did not look at stays known. A port that was asked and refused is shut, and all that was said of it goes,
unless it was seen open later than that: an old file that is read after a newer one shuts nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sentinel.model.assets import Asset, Claim, Service
from sentinel.scan.inventory import MANY_VALUES, assemble
from sentinel.scan.nmap_asked import covers

Key = tuple[str, str]
_DERIVED = "inventory"


def merged(known: Asset, new: Asset) -> Asset:
    """Return one asset; both must have the same id. Merging the same twice changes nothing."""
    open_now = (*new.services, *_still_open(known, new))
    claims = _claims(known, new, {_key(one) for one in known.services} - {_key(one) for one in open_now})
    ports = {(one.transport, one.port) for one in open_now}
    return assemble(
        replace(
            new,
            macs=new.macs or known.macs,
            claims=tuple(claims),
            closed=_refusing((*known.closed, *new.closed), open_now),
            first_seen=_earlier(known.first_seen, new.first_seen),
            last_seen=_later(known.last_seen, new.last_seen),
        ),
        ports,
    )


def timely(asset: Asset, today: date) -> Asset:
    """Return an asset without the times that are still to come: a clock was wrong, and nothing could be newer."""
    first, last = _past(asset.first_seen, today), _past(asset.last_seen, today)
    claims = tuple(
        replace(one, first_seen=_past(one.first_seen, today), last_seen=_past(one.last_seen, today))
        for one in asset.claims
    )
    return replace(asset, first_seen=first, last_seen=last, claims=claims)


def asked_from(told: Iterable[tuple[Iterable[str], datetime | None]], today: date) -> dict[str, datetime | None]:
    """Return from which moment on each thing was asked, by its newest source that has one which is not to come."""
    moments: dict[str, datetime | None] = {}
    for some, began in told:
        moments |= {one: _later(moments.get(one), _past(began, today)) for one in some}
    return dict(sorted(moments.items()))


def _past(moment: datetime | None, today: date) -> datetime | None:
    return moment if moment and moment.astimezone(UTC).date() <= today + timedelta(days=1) else None


def _still_open(known: Asset, new: Asset) -> list[Service]:
    """Return the known services that no later word of the new scan says to refuse."""
    return [
        one
        for one in known.services
        if not any(covers(text, one.transport, one.port) for text in new.closed)
        or _before(new.last_seen, _seen_open(known, one))
    ]


def _seen_open(known: Asset, service: Service) -> datetime | None:
    """Return when anything was last said of a service; of one that nothing is said of, when its machine was seen."""
    about = f"{_key(service)}."
    times = [one.last_seen for one in known.claims if one.attribute.startswith(about) and one.last_seen]
    return max(times, default=known.last_seen)


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def _refusing(said: Iterable[str], services: Iterable[Service]) -> tuple[str, ...]:
    """Return what refused, unless one of those ports is open now: then that word is too old to keep."""
    open_now = tuple(services)
    still = {text for text in said if not any(covers(text, one.transport, one.port) for one in open_now)}
    return tuple(sorted(still)[:MANY_VALUES])


def _key(service: Service) -> str:
    return f"{service.transport}/{service.port}"


def _claims(known: Asset, new: Asset, shut: Collection[str]) -> list[Claim]:
    before, after = _grouped(known.claims), _grouped(new.claims)
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
