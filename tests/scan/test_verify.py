from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sentinel.content import root
from sentinel.model.assets import Asset, Finding, Observation
from sentinel.scan.checks import load_checks
from sentinel.scan.findings import find
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.verify import verified
from tests.scan.clinic import NAS, WHEN, nmap, passive, service

BASE = root()
FINGERPRINTS, CHECKS, LIFECYCLE = load_fingerprints(BASE), load_checks(BASE), load_lifecycle(BASE)
DAY = date(2026, 11, 21)


def scan(*seen: Observation) -> tuple[tuple[Asset, ...], tuple[Finding, ...]]:
    assets = build(seen, FINGERPRINTS)
    return assets, find(assets, CHECKS, LIFECYCLE, DAY)


def mended(before: Observation, *after: Observation) -> set[str]:
    _, wrong = scan(before)
    assert wrong
    assets, now = scan(*after)
    fixed = verified(wrong, now, assets, CHECKS, DAY)
    return {finding.check for finding in wrong if finding.id in fixed}


def refused(port: int, days: int = 1) -> Observation:
    return Observation("tcp.refused", NAS, {}, WHEN + timedelta(days=days), "lyngvik/1", "active", "tcp", port)


TELNET = service(NAS, 23, "telnet")


@pytest.mark.parametrize(
    ("after", "checks"),
    [
        (nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/1-1000"}), {"telnet-open"}),
        (service(NAS, 23, "ssh"), {"telnet-open"}),
        (refused(23), {"telnet-open"}),
        (refused(23, days=-1), set()),
        (refused(80), set()),
        (TELNET, set()),
        (nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/80"}), set()),
        (nmap("nmap.host", NAS, {"state": "up"}), set()),
        (passive("arp", NAS, {}, mac="00:80:a3:00:00:01"), set()),
        (service("10.0.0.99", 80, "http"), set()),
    ],
)
def test_only_a_scan_that_looked_at_the_port_mends(after: Observation, checks: set[str]) -> None:
    assert mended(TELNET, after) == checks


def test_a_system_is_mended_when_its_version_was_seen_again() -> None:
    old = Observation("inventory.row", NAS, {"os": "Windows 7 Professional"}, None, "i.csv", "import")
    new = Observation("inventory.row", NAS, {"os": "Windows Server 2022"}, None, "i.csv", "import")

    assert mended(old, new) == {"product-unsupported"}
    assert mended(old, service(NAS, 80, "http")) == set()


def test_findings_of_others_are_never_said_to_be_mended() -> None:
    _, (one, *_) = scan(TELNET)
    theirs = replace(one, id="x", check="nessus:1")
    assets, now = scan(service(NAS, 23, "ssh"))

    assert verified([theirs], now, assets, CHECKS, DAY) == frozenset()
