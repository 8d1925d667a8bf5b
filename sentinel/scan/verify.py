"""Says whether a scan looked for a finding and did not find it: only then is it mended, and not merely not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, timedelta

from sentinel.model.assets import Asset, Finding
from sentinel.scan.checks import Check, Checks
from sentinel.scan.inventory import by_attribute
from sentinel.scan.nmap_asked import covers

_BY_VERSION = {"support", "weakness"}


def verified(
    before: Iterable[Finding], now: Iterable[Finding], assets: Iterable[Asset], checks: Checks, today: date
) -> frozenset[str]:
    """Return the ids of earlier findings that a scan shows to be mended.

    `assets` are as that scan alone saw them, without what was known before. Findings of other scanners are never among
    them: their files do not say which tests were made.
    """
    still = {finding.id for finding in now}
    seen = {asset.id: asset for asset in assets}
    by_id = {check.id: check for check in checks.all}
    mended = (
        finding.id
        for finding in before
        if finding.id not in still and finding.asset in seen and finding.check in by_id
        and not _older(seen[finding.asset], finding, today)
        and _looked(finding, seen[finding.asset], by_id[finding.check])
    )  # fmt: skip
    return frozenset(mended)


def _older(asset: Asset, finding: Finding, today: date) -> bool:
    """Say whether a scan is older than the one that saw a finding; a time that is still to come is no time."""
    if not (finding.seen and asset.last_seen) or finding.seen.astimezone(UTC).date() > today + timedelta(days=1):
        return False
    return asset.last_seen < finding.seen


def _looked(finding: Finding, asset: Asset, check: Check) -> bool:
    """Say whether each thing that the finding is about was looked at again since it was seen, port by port."""
    groups: Mapping[str, object] = by_attribute(asset.claims)
    services = [part for part in finding.facts.get("service", "").split(", ") if "/" in part]
    attributes = ["version"] if check.kind in _BY_VERSION else [check.attribute or ""]
    if not services:
        return any(name in groups for name in _of_asset(check))
    return all(
        _shut(asset, service) or any(f"{service}.{name}" in groups for name in attributes) for service in services
    )


def _of_asset(check: Check) -> Iterator[str]:
    if check.kind in _BY_VERSION:
        yield from ("os_version", "version")
    elif check.attribute:
        yield check.attribute


def _shut(asset: Asset, service: str) -> bool:
    transport, _, port = service.partition("/")
    return port.isdecimal() and any(covers(text, transport, int(port)) for text in asset.closed)
