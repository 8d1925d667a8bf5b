from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Asset, Finding, Observation
from sentinel.model.severity import Severity
from sentinel.scan.checks import load_checks
from sentinel.scan.findings import find
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.reported import aside, combine, load_reported, told
from tests.scan.clinic import service

BASE = root()
TEXTS = load_reported(BASE)
FINGERPRINTS, CHECKS, LIFECYCLE = load_fingerprints(BASE), load_checks(BASE), load_lifecycle(BASE)
DAY = date(2026, 11, 21)
WHEN = datetime(2026, 11, 20, tzinfo=UTC)
HOST = "10.20.30.11"


def result(port: int | None = 23, source: str = "a.nessus", **facts: str) -> Observation:
    said = {"scanner": "Nessus", "id": "1", "title": "Something", "severity": "high", **facts}
    return Observation("scanner.finding", HOST, said, WHEN, source, "import", "tcp" if port else None, port)


def judged(*seen: Observation) -> tuple[Finding, ...]:
    others: list[Observation] = []
    assets = build(aside(seen, others), FINGERPRINTS)
    return combine(find(assets, CHECKS, LIFECYCLE, DAY), told(others, assets, TEXTS, DAY), TEXTS)


def test_what_only_another_saw_is_a_finding_that_says_so() -> None:
    (one,) = judged(result(cves="CVE-2019-0708", advice="Patch."))

    assert (one.check, one.claim, one.severity, one.cves) == ("nessus:1", "likely", Severity.HIGH, ("CVE-2019-0708",))
    assert one.sources == ("Nessus 1 (a.nessus)",)
    assert "not seen it ourselves" in one.evidence.en
    assert "har ikke vurdert skaden" in one.evidence.nb


def test_the_same_check_is_one_finding_with_both_sources() -> None:
    telnet = service(HOST, 23, "telnet")
    both = judged(telnet, result(id="42263", title="Unencrypted Telnet Server"))
    (alone,) = judged(telnet)

    (one,) = both
    assert (one.id, one.check, one.claim) == (alone.id, "telnet-open", "sure")
    assert one.sources == ("Sentinel", "Nessus 42263 (a.nessus)")
    assert one.evidence.nb.endswith("Også meldt av Nessus 42263 (a.nessus).")


def test_the_same_check_at_another_port_is_another_finding() -> None:
    assert len(judged(service(HOST, 23, "telnet"), result(2323, id="42263"))) == 2


def test_the_same_cve_from_two_scanners_is_one_finding() -> None:
    nessus = result(3389, cves="CVE-2019-0708", severity="high")
    openvas = result(None, "b.xml", scanner="OpenVAS", id="9", cves="CVE-2019-0708", severity="critical")
    (one,) = judged(nessus, openvas)

    assert one.severity is Severity.CRITICAL
    assert one.sources == ("Nessus 1 (a.nessus)", "OpenVAS 9 (b.xml)")


def test_cves_that_only_overlap_are_two_findings() -> None:
    assert len(judged(result(cves="CVE-2019-1, CVE-2019-2"), result(id="2", cves="CVE-2019-2, CVE-2019-3"))) == 2


def test_a_list_may_name_our_check() -> None:
    (one,) = judged(service(HOST, 23, "telnet"), result(scanner="Pentest", id="F-3", check="telnet-open"))

    assert one.sources[1] == "Pentest F-3 (a.nessus)"


def test_weak_tests_are_possible_and_medical_equipment_is_its_makers() -> None:
    weak, weaker = judged(result(quality="30")), judged(result(quality="70"))
    assert (weak[0].claim, weaker[0].claim) == ("possible", "likely")

    monitor = Observation("inventory.row", HOST, {"category": "Pasientmonitor"}, WHEN, "i.csv", "import")
    (one,) = judged(result(advice="Patch."), monitor)
    assert one.advice.nb.startswith("Dette er medisinsk utstyr")
    assert one.advice.en.endswith("Patch.")


def test_our_checks_that_are_named_are_there() -> None:
    known = {check.id for check in CHECKS.all}
    assert [one.id for one in TEXTS.same if one.check not in known] == []


def test_unknown_addresses_are_not_made_up() -> None:
    assert told([result()], [], TEXTS, DAY) == []
    asset = Asset("x", ("10.0.0.1",), (), (), "server", "", "", "", (), (), None, None)
    assert told([result()], [asset], TEXTS, DAY) == []


RESULTS = st.builds(
    result,
    port=st.sampled_from([None, 23, 443]),
    source=st.sampled_from(["a.nessus", "b.xml"]),
    scanner=st.sampled_from(["Nessus", "OpenVAS", "list"]),
    id=st.sampled_from(["1", "42263", ""]),
    title=st.sampled_from(["A", "B"]),
    cves=st.sampled_from(["", "CVE-2019-1", "CVE-2019-1, CVE-2019-2"]),
)


@given(st.lists(RESULTS, max_size=8), st.randoms(use_true_random=False))
def test_order_and_copies_change_nothing_and_no_source_is_lost(seen: list[Observation], rng: random.Random) -> None:
    seen = [*seen, service(HOST, 23, "telnet")]
    expected = judged(*seen)
    mixed = [*seen, *rng.sample(seen, len(seen) // 2)]
    rng.shuffle(mixed)

    assert judged(*mixed) == expected
    assert len({one.id for one in expected}) == len(expected)
    named = {source for one in expected for source in one.sources}
    wanted = {f"{s.facts['scanner']} {s.facts['id']}".strip() + f" ({s.source})" for s in seen if "scanner" in s.facts}
    assert wanted <= named


@pytest.mark.parametrize("severity", [one.value for one in Severity])
def test_a_witness_never_makes_it_less_grave(severity: str) -> None:
    (one,) = judged(service(HOST, 23, "telnet"), replace(result(id="42263", severity=severity)))

    assert one.severity.rank >= Severity.HIGH.rank
