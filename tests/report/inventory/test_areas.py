from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.inventory import Inventory
from sentinel.model.result import ScanSource
from sentinel.model.talks import Flow, Heard
from sentinel.report.inventory.areas import NOWHERE, areas, in_care, order, plan_of, read_address, read_network
from tests.report.inventory.hospital import DAY, NOON, asset, hospital

ONE = asset(0, 10, Random(1), 0)


def inventory(*addresses: str, **more: object) -> Inventory:
    assets = tuple(replace(ONE, id=f"a{n}", addresses=(text,)) for n, text in enumerate(addresses))
    return replace(Inventory("Lyngvik", DAY, "AMBER", assets, ()), **more)  # type: ignore[arg-type]  # its own fields


def found(of: Inventory) -> dict[str, int]:
    return {area.network: len(area.assets) for area in areas(of, plan_of(of))}


def test_networks_are_those_of_the_site_and_wide_ones_fall_into_parts() -> None:
    stated = ("10.20.30.0/23", "10.99.0.0/16", "172.20.0.0/16")
    named = {"172.20.0.0/16": "Drift"}
    of = inventory(
        "10.20.31.5",
        "10.99.1.2",
        "10.99.1.3",
        "10.99.7.1",
        "192.168.1.9",
        "fd00::1",
        networks=stated,
        names=named,
    )

    assert found(of) == {
        "10.20.30.0/23": 1,
        "10.99.1.0/24": 2,
        "10.99.7.0/24": 1,
        "192.168.1.0/24": 1,
        "fd00::/64": 1,
        "172.20.0.0/16": 0,
    }
    by_network = {area.network: area for area in areas(of, plan_of(of))}
    assert by_network["172.20.0.0/16"].name == "Drift"
    assert not by_network["172.20.0.0/16"].seen
    assert {text for text, area in by_network.items() if not area.stated} == {"192.168.1.0/24", "fd00::/64"}


def test_a_wide_network_in_which_nothing_is_known_is_one_area() -> None:
    assert found(inventory("10.1.0.1", networks=("10.0.0.0/8", "172.16.0.0/12"))) == {
        "10.1.0.0/24": 1,
        "172.16.0.0/12": 0,
    }


def test_what_was_asked_what_did_not_answer_and_what_is_only_mentioned_are_three_things() -> None:
    scan = ScanSource(
        "n.xml", "import", 1, {}, 1, ("10.0.0.9", "10.0.0.5"), DAY, DAY, asked=("10.0.0.0/24", "10.0.2.0/23")
    )
    flows = (
        Flow("10.0.0.5", "10.0.0.77", "tcp", 80, "http", 1, NOON, NOON),
        Flow("10.0.0.5", "10.0.0.255", "udp", 137, "", 1, NOON, NOON),
        Flow("10.0.0.5", "203.0.113.7", "udp", 137, "", 1, NOON, NOON),
        Flow("10.0.0.5", "239.1.1.1", "udp", 1900, "", 1, NOON, NOON),
    )
    of = inventory("10.0.0.5", networks=("10.0.0.0/24", "10.0.2.0/24"), scans=(scan,), heard=Heard(flows))
    first, second = areas(of, plan_of(of))

    assert (first.network, first.silent, first.mentioned, first.asked) == (
        "10.0.0.0/24",
        ("10.0.0.9",),
        ("10.0.0.77",),
        True,
    )
    assert (second.network, second.seen, second.asked) == ("10.0.2.0/24", False, True)


def test_devices_in_care_come_before_others_and_empty_networks_last() -> None:
    server = asset(3, 10, Random(1), 6)
    pump = asset(7, 10, Random(1), 0)
    of = replace(inventory(networks=("10.20.1.0/24",)), assets=(server, pump))

    assert [area.network for area in areas(of, plan_of(of))] == ["10.20.7.0/24", "10.20.3.0/24", "10.20.1.0/24"]
    assert (in_care(pump), in_care(server)) == (True, False)


@given(
    st.lists(st.ip_addresses().map(str) | st.text(max_size=20), max_size=12), st.lists(st.text(max_size=18), max_size=3)
)
def test_every_device_is_in_exactly_one_area_whatever_its_address(addresses: list[str], stated: list[str]) -> None:
    of = inventory(*addresses, networks=tuple(stated))
    told = [asset.id for area in areas(of, plan_of(of)) for asset in area.assets]

    assert sorted(told) == sorted(asset.id for asset in of.assets)
    assert areas(of, plan_of(of)) == areas(replace(of, assets=of.assets[::-1]), plan_of(of))


def test_a_device_without_an_address_that_can_be_read_is_nowhere() -> None:
    assert found(inventory("enda en maskin")) == {NOWHERE: 1}


@pytest.mark.parametrize(
    ("address", "outside", "group"),
    [
        ("8.8.8.8", True, False),
        ("203.0.113.1", True, False),
        ("10.20.0.10", False, False),
        ("10.20.0.255", False, True),
        ("224.0.0.251", True, True),
        ("ff02::fb", True, True),
        ("255.255.255.255", True, True),
        ("0.0.0.0", True, True),  # noqa: S104 -- an address of a table, to which nothing is bound
        ("fe80::1%eth0", False, False),
        ("ingen", False, True),
    ],
)
def test_who_is_outside_and_who_is_nobody(address: str, *, outside: bool, group: bool) -> None:
    plan = plan_of(hospital(10, 2))

    assert (plan.outside(address), plan.group(address)) == (outside, group)


def test_texts_that_are_no_address_come_last_and_are_none() -> None:
    assert sorted(["x", "10.0.0.10", "10.0.0.9", "::1"], key=order) == ["10.0.0.9", "10.0.0.10", "::1", "x"]
    assert read_address("x") is None
    assert read_network("10.0.0.0/99") is None
