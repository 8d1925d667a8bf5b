"""Holds how much is known, file by file, so that nothing is lost unseen; and that the longest MAC prefix decides."""

from __future__ import annotations

from collections import Counter

import pytest

from sentinel.content import load, root
from sentinel.model.assets import MEDICAL, Observation
from sentinel.scan.fingerprint import claims, load_fingerprints
from sentinel.scan.fingerprint_rules import FingerprintFile
from tests.scan.clinic import passive

SHIPPED = load_fingerprints(root())
FILES = {
    item.document.location.path.rpartition("/")[2]: item.value
    for item in load(root() / "scanners" / "fingerprints", FingerprintFile, root())
}


def said(observation: Observation) -> dict[str, str]:
    return {one.attribute: one.value for one in claims(observation, SHIPPED)}


def test_nothing_that_was_known_is_lost() -> None:
    """Rules of each file; a file may grow, and what it had is counted here."""
    least = {
        "announced.yml": 26, "awaiting.yml": 0, "bedside.yml": 22, "dicom-versions.yml": 20, "dicom.yml": 43,
        "enterprises.yml": 47, "imports.yml": 19, "oui.yml": 113, "probed.yml": 9, "systems.yml": 36, "web.yml": 30,
    }  # fmt: skip
    assert {name: len(FILES[name].rules) for name in least if len(FILES[name].rules) < least[name]} == {}
    assert len(FILES["awaiting.yml"].awaiting) >= 24


def test_every_uid_enterprise_and_prefix_is_there() -> None:
    uids = {p.uid_prefix for rule in SHIPPED.rules for p in rule.when.values() if p.uid_prefix}
    numbers = {rule.when["enterprise"].equals for rule in SHIPPED.rules if "enterprise" in rule.when}
    sizes = Counter(len(prefix) for prefix in SHIPPED.by_prefix)
    assert (len(uids) >= 36, len(numbers) >= 47) == (True, True)
    assert (sizes[6] >= 122, sizes[7] >= 9, sizes[9] >= 47) == (True, True, True)


def test_every_rule_names_its_source() -> None:
    assert [rule.id for rule in SHIPPED.rules if len(rule.source) < 4] == []
    unsure = [rule.id for rule in SHIPPED.rules if "not seen" in rule.source and rule.confidence == "confirmed"]
    assert unsure == []


def test_products_that_await_a_rule_have_none_yet_and_say_why() -> None:
    assert [one.product for one in FILES["awaiting.yml"].awaiting if len(one.why) < 20] == []
    assert FILES["awaiting.yml"].rules == ()


@pytest.mark.parametrize("number", range(len(SHIPPED.by_prefix)))
def test_a_prefix_names_its_own_maker_to_the_last_bit(number: int) -> None:
    digits, compiled = sorted(SHIPPED.by_prefix.items())[number]
    for filler in "0f":
        mac = digits.lower().ljust(12, filler)
        told = said(passive("arp", "10.0.0.1", {}, mac=":".join(mac[at : at + 2] for at in range(0, 12, 2))))
        longer = [
            len(other) for other in SHIPPED.by_prefix if len(other) > len(digits) and mac.startswith(other.lower())
        ]
        assert longer or told == dict(compiled.rule.asset)


def test_a_block_of_28_or_36_bits_is_not_its_neighbour() -> None:
    for digits, compiled in SHIPPED.by_prefix.items():
        if len(digits) > 6:
            beside = f"{int(digits, 16) ^ 1:0{len(digits)}X}"
            mac = beside.lower().ljust(12, "1")
            told = said(passive("arp", "10.0.0.1", {}, mac=":".join(mac[at : at + 2] for at in range(0, 12, 2))))
            assert beside in SHIPPED.by_prefix or told != dict(compiled.rule.asset), digits


def test_a_module_is_no_device() -> None:
    modules = [rule for rule in SHIPPED.rules if "module" in rule.asset]
    assert len(modules) >= 6
    assert [rule.id for rule in modules if set(rule.asset) != {"module"}] == []


def test_a_wrong_device_class_is_not_made_of_a_network_card() -> None:
    """A prefix is a weak witness, and none but a maker of medical equipment makes equipment medical."""
    others = {"nas", "building", "network", "printer", "phone", "camera"}
    wrong = [
        rule.id
        for rule in SHIPPED.rules
        if rule.oui and rule.asset.get("device_class") not in {None, *MEDICAL, *others}
    ]
    assert wrong == []
