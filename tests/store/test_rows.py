from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.assets import Service
from sentinel.store.rows import asset_row, finding_row, place
from tests.store.test_store import ASSET, FINDING


@given(st.lists(st.ip_addresses(), min_size=2, max_size=2))
def test_places_sort_as_addresses_do(pair: list[object]) -> None:
    first, second = sorted((ip_address(str(one)) for one in pair), key=lambda one: (one.version, int(one)))

    assert place(str(first)) <= place(str(second))


def test_what_is_searched_is_folded_and_ports_are_bounded() -> None:
    many = tuple(Service("tcp", port, "") for port in range(1, 60))
    row = asset_row("s", replace(ASSET, names=("RØNTGEN",), macs=("00:11:22:33:44:55",), services=many))

    assert row["search"].splitlines() == ["10.0.0.1", "00:11:22:33:44:55", "røntgen", "server"]
    assert row["ports"].endswith(" 40 …")
    assert asset_row("s", replace(ASSET, addresses=()))["place"] == "9"


def test_a_finding_is_looked_up_by_its_asset_and_severity() -> None:
    row = finding_row("s", FINDING)

    assert (row["id"], row["asset"], row["severity"]) == ("f1", "s1", FINDING.severity.rank)
