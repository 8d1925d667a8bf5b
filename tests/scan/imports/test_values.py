from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.imports import values


@pytest.mark.parametrize(
    "text",
    ["00:09:fb:01:02:03", "00-09-FB-01-02-03", "0009.fb01.0203", "0:9:fb:1:2:3", "00 09 FB 01 02 03", "0009FB010203"],
)
def test_every_writing_of_a_hardware_address_is_the_same(text: str) -> None:
    assert values.mac(text) == "00:09:fb:01:02:03"


@pytest.mark.parametrize(
    "text", ["", "ff:ff:ff:ff:ff:ff", "01-00-5e-00-00-16", "00:00:00:00:00:00", "00:09:fb", "x" * 12]
)
def test_what_is_no_machines_hardware_address_is_none(text: str) -> None:
    assert values.mac(text) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" 10.0.0.1 ", "10.0.0.1"),
        ("FE80::1%eth0", "fe80::1%eth0"),
        ("10.0.0.1%eth0", "10.0.0.1"),
        ("fe80::1%e t", ""),
        ("224.0.0.1", ""),
        ("127.0.0.1", ""),
        ("255.255.255.255", ""),
        ("0.0.0.0", ""),  # noqa: S104 -- an address in a table
        ("host", ""),
        ("10.0.0.0/24", ""),
    ],
)
def test_an_address_is_that_of_one_machine(text: str, address: str) -> None:
    assert values.address(text) == address


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("1791964800", datetime(2026, 10, 14, 8, tzinfo=UTC)),
        ("1791964800.25", datetime(2026, 10, 14, 8, microsecond=250_000, tzinfo=UTC)),
        ("2026-10-14T10:00:00+02:00", datetime(2026, 10, 14, 8, tzinfo=UTC)),
        ("2026/10/14 08:00:00", datetime(2026, 10, 14, 8, tzinfo=UTC)),
        ("Wed Oct 14 08:00:00 2026", datetime(2026, 10, 14, 8, tzinfo=UTC)),
        ("14.10.2026", datetime(2026, 10, 14, tzinfo=UTC)),
        ("10/11/2026", None),  # the tenth of November, or the eleventh of October
        ("0001-01-01T00:00:00+14:00", None),
        ("9999999999", None),
        ("", None),
    ],
)
def test_moments_are_read_only_where_they_can_be_read_one_way(text: str, when: datetime | None) -> None:
    assert values.moment(text) == when


def test_cves_are_found_once_and_sorted() -> None:
    assert values.cves("cve-2020-1, CVE-2021-44228 x CVE-2020-0601;CVE-2021-44228") == "CVE-2020-0601, CVE-2021-44228"


@pytest.mark.fuzz
@given(st.text(max_size=60))
def test_any_text_gives_a_value_or_none(text: str) -> None:
    assert values.address(text) == values.address(values.address(text))
    values.mac(text), values.moment(text), values.port(text)
    assert all(part.isprintable() for part in values.present(x=text).values())
