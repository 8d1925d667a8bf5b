from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.assets import Asset, Claim, Service
from sentinel.scan.addresses import span
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.fragile import load_fragile, make_of, mind_the_fragile
from sentinel.scan.offered import OFFERED
from tests.scan.scopes import clinical

CLASSES = load_fragile(root())
RULES = load_fingerprints(root()).rules
PLAIN = Asset("1", ("10.0.0.7",), (), (), "unknown", "", "", "", (), (), None, None)
SCOPE = clinical("10.0.0.7", "10.0.0.8")


def left(*assets: Asset) -> list[str]:
    scope = mind_the_fragile(SCOPE, assets, CLASSES, RULES, OFFERED)
    return [host.address for host in scope.hosts]


def test_a_device_of_no_known_class_stays() -> None:
    assert left(PLAIN) == ["10.0.0.7", "10.0.0.8"]


@pytest.mark.parametrize(
    "what",
    [
        {"device_class": "patient_monitor"},
        {"device_class": "infusion_pump"},
        {"device_class": "care_alarm"},
        {"vendor": "Dräger, Lübeck", "product": "infinity delta"},
        {"vendor": "CONTEC"},
    ],
)
def test_known_fragile_devices_are_taken_out(what: dict[str, str]) -> None:
    assert left(replace(PLAIN, **what)) == ["10.0.0.8"]  # type: ignore[arg-type]  # words alone


def test_what_a_fingerprint_rule_says_takes_a_device_out() -> None:
    careful = next(rule for rule in RULES if rule.fragile >= 2)
    claim = Claim("vendor", "x", f"{careful.id} [unverified]", 1, "seen", None, None)

    assert left(replace(PLAIN, claims=(claim,))) == ["10.0.0.8"]


def test_a_fragile_device_that_moved_or_has_another_address_is_known_by_its_network_card() -> None:
    pump = replace(PLAIN, addresses=("fe80::7",), macs=("00:12:21:00:00:07",), device_class="infusion_pump")
    moved = replace(PLAIN, macs=("00:12:21:00:00:07",))

    assert left(pump, moved) == ["10.0.0.8"]
    assert left(pump, replace(moved, macs=("00:12:21:00:00:08",))) == ["10.0.0.7", "10.0.0.8"]


def test_what_is_never_probed_is_left_alone_at_its_other_addresses_too() -> None:
    tube = replace(PLAIN, addresses=("10.0.0.99",), macs=("00:12:21:00:00:07",))
    scope = replace(SCOPE, barred=(span("10.0.0.99"),))
    less = mind_the_fragile(scope, [tube, replace(PLAIN, macs=tube.macs)], CLASSES, RULES, OFFERED)

    assert [host.address for host in less.hosts] == ["10.0.0.8"]
    assert [(held.address, held.reason, held.known) for held in less.held_back] == [
        ("10.0.0.7", "has the network card of 10.0.0.99, which is excluded or never probed", True)
    ]


def test_why_is_told() -> None:
    scope = mind_the_fragile(SCOPE, [replace(PLAIN, device_class="infusion_pump")], CLASSES, RULES, OFFERED)

    assert [held.reason for held in scope.held_back] == [
        "known to be fragile (3): infusion-pump: Pumps give medicine to patients."
    ]


def test_single_probes_are_left_out_where_they_are_too_much() -> None:
    scope = clinical("10.0.0.7", probes="{modbus = [502], dicom = [104]}")
    less = mind_the_fragile(scope, [replace(PLAIN, device_class="printer")], CLASSES, RULES, OFFERED)

    assert {grant.probe for grant in less.granted} == {"dicom", "health"}
    assert [held.probe for held in less.held_back] == ["modbus"]


def test_devices_of_one_make_are_known_to_be_alike() -> None:
    made = replace(PLAIN, vendor="Siemens", product="MR", version="VE11C")
    scope = mind_the_fragile(SCOPE, [made], CLASSES, RULES, OFFERED)

    assert {host.address: host.kind for host in scope.hosts} == {"10.0.0.7": "Siemens MR", "10.0.0.8": "unknown"}
    assert make_of(PLAIN) == ""


@given(st.lists(st.builds(
    lambda address, kind, vendor, port: replace(
        PLAIN, addresses=(address,), device_class=kind, vendor=vendor, services=(Service("tcp", port, ""),)
    ),
    st.sampled_from(["10.0.0.7", "10.0.0.8", "fe80::1%eth0", "not an address"]),
    st.sampled_from(["unknown", "patient_monitor", "server", "printer"]),
    st.text(max_size=8), st.integers(1, 65535),
), max_size=6))  # fmt: skip
def test_an_inventory_only_ever_takes_away(assets: list[Asset]) -> None:
    scope = mind_the_fragile(SCOPE, assets, CLASSES, RULES, OFFERED)
    monitors = {asset.addresses[0] for asset in assets if asset.device_class == "patient_monitor"}

    assert scope.granted <= SCOPE.granted
    assert not {grant.address for grant in scope.granted} & monitors


def test_every_class_says_why_in_both_languages_and_has_its_source() -> None:
    assert [one.id for one in CLASSES if one.why.nb == one.why.en or not one.source] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    device_class: patient_monitor\n", "", "names no class, vendor, product or port"),
        ("id: infusion-pump", "id: patient-monitor", "more than one class is called patient-monitor"),
        ("fragile: 3", "fragile: 4", "less than or equal to 3"),
    ],
)
def test_a_class_that_makes_no_sense_does_not_load(tmp_path: Path, old: str, new: str, told: str) -> None:
    shutil.copytree(root() / "scanners", tmp_path / "scanners")
    path = tmp_path / "scanners" / "fragile.yml"
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(ContentError, match=told):
        load_fragile(tmp_path)
