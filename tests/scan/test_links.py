from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from sentinel.scan.links import number_of, sender_of

TABLE = """fe800000000000000000000000000001 02 40 20 80     eth0
fe800000000000000000000000000007 03 40 20 80   eth0.10
fe800000000000000000000000000007 0a 40 20 80   eth0.20
fd770000000000000000000000000001 03 40 00 80   eth0.10
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "if_inet6").write_text(TABLE, encoding="ascii")
    return tmp_path / "if_inet6"


@pytest.mark.parametrize(("address", "number"), [("fe80::1", 2), ("fd77::1", 3)])
def test_an_address_of_ours_is_on_one_interface(table: Path, address: str, number: int) -> None:
    assert number_of(ip_address(address).packed, table) == number


@pytest.mark.parametrize(
    ("address", "why"), [("fe80::7", "more than one interface"), ("fe80::9", "has no such address")]
)
def test_an_address_on_several_interfaces_or_none_is_nowhere(table: Path, address: str, why: str) -> None:
    with pytest.raises(OSError, match=why):
        number_of(ip_address(address).packed, table)


@pytest.mark.parametrize(
    ("told", "who"),
    [
        (("10.0.0.7", 53), "10.0.0.7"),
        (("fd77::2", 53, 0, 0), "fd77::2"),
        (("fe80::2", 53, 0, 3), "fe80::2%eth0.10"),
        (("fe80::2%eth9", 53, 0, 10), "fe80::2%eth0.20"),
        (("fe80::2", 53, 0, 99), "fe80::2"),
    ],
)
def test_who_answered_on_its_link_is_known_by_the_interface(table: Path, told: tuple[object, ...], who: str) -> None:
    assert sender_of(told, table) == who
