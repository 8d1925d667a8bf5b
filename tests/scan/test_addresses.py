from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.addresses import (
    Span,
    by_number,
    is_private,
    known_as,
    link_local,
    reserved,
    single,
    span,
    spans,
    without_zone,
)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10.0.0.7", "10.0.0.7", "10.0.0.7"),
        ("10.0.0.0/30", "10.0.0.0", "10.0.0.3"),
        ("10.0.0.7-10.0.0.9", "10.0.0.7", "10.0.0.9"),
        ("fd00::1 - fd00::3", "fd00::1", "fd00::3"),
        ("fd00::/126", "fd00::", "fd00::3"),
    ],
)
def test_three_ways_to_write_addresses(text: str, first: str, last: str) -> None:
    part = span(text)

    assert (part.first, part.last) == (int(ip_address(first)), int(ip_address(last)))
    assert ip_address(first) in part
    assert ip_address(last) in part
    assert part.size == part.last - part.first + 1


@pytest.mark.parametrize(
    "text",
    [
        "", "10.0.0", "10.0.0.1/24", "10.0.0.9-10.0.0.1", "10.0.0.1-fd00::1", "010.0.0.1", "10.0.0.*", "10.0.0.1-9",
        "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "fe80::1%eth0", "0x0a000001", "pacs",
    ],
)  # fmt: skip
def test_all_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"'.*'"):
        span(text)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (" FE80::1%eth0.10 ", "fe80::1%eth0.10"),
        ("fe80::1%12", "fe80::1%12"),
        ("fe80::1", "fe80::1"),
        ("2001:db8::1%eth0", "2001:db8::1"),
        ("10.0.0.1%eth0", "10.0.0.1"),
        ("fe80::1%", "fe80::1"),
        ("fe80::1%<b>", "None"),
        ("fe80::1%a%b", "None"),
        ("fe80::1%" + "x" * 33, "None"),
        ("pacs%eth0", "None"),
    ],
)
def test_only_a_link_local_address_keeps_its_zone(text: str, known: str) -> None:
    assert str(known_as(text)) == known


def test_an_address_is_known_without_its_zone_and_sorted_by_number_then_zone() -> None:
    both = ["fe80::a%eth1", "fe80::9%eth1", "fe80::9%eth0", "10.0.0.2", "pacs"]

    assert [str(without_zone(ip_address(text))) for text in both[:-1]] == ["fe80::a", "fe80::9", "fe80::9", "10.0.0.2"]
    assert sorted(both, key=by_number) == both[::-1]


@pytest.mark.parametrize(
    ("text", "refused"), [("fe80::1", True), ("febf::/16", True), ("fe00::/8", True), ("fd00::/8", False)]
)
def test_what_is_link_local(text: str, refused: bool) -> None:
    assert bool(link_local(span(text))) == refused


def test_the_name_and_broadcast_address_of_a_network_are_no_machines() -> None:
    assert [str(one) for one in span("10.0.0.0/30").addresses()] == ["10.0.0.1", "10.0.0.2"]
    assert [str(one) for one in span("10.0.0.0/31").addresses()] == ["10.0.0.0", "10.0.0.1"]
    assert [str(one) for one in span("10.0.0.0-10.0.0.1").addresses()] == ["10.0.0.0", "10.0.0.1"]
    assert len(list(span("fd00::/126").addresses())) == 4


@given(st.ip_addresses(), st.integers(0, 128))
def test_a_span_holds_what_the_network_holds(address: object, bits: int) -> None:
    network = ip_network((str(address), min(bits, 32 if ip_address(str(address)).version == 4 else 128)), strict=False)
    try:
        part = span(str(network))
    except ValueError:
        return
    for one in (network.network_address, network.broadcast_address, ip_address(str(address))):
        assert (one in part) == (one in network)
    for outside in (int(network.network_address) - 1, int(network.broadcast_address) + 1):
        if 0 <= outside < 2**network.max_prefixlen:
            assert type(network.network_address)(outside) not in part


def test_versions_never_meet() -> None:
    low = Span(4, 0, 255, "x")

    assert not low.meets(Span(6, 0, 255, "y"))
    assert not low.inside(Span(6, 0, 255, "y"))
    assert low.meets(Span(4, 255, 300, "y"))
    assert not low.meets(Span(4, 256, 300, "y"))


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("10.0.0.0/8", True), ("172.16.0.0/12", True), ("172.15.0.0/16", False), ("192.168.1.1", True),
        ("100.64.0.1", False), ("193.156.0.1", False), ("fd00::1", True), ("2a01::1", False),
        ("9.255.255.255-10.0.0.1", False),
    ],
)  # fmt: skip
def test_what_the_internet_reaches_is_known(text: str, private: bool) -> None:
    assert is_private(span(text)) is private


@pytest.mark.parametrize(
    "text", ["224.0.0.1", "255.255.255.255", "0.0.0.1", "ff02::1", "239.255.255.250", "192.0.0.0/2"]
)
def test_what_is_no_machine_is_refused(text: str) -> None:
    assert reserved(span(text))


def test_machines_are_not_reserved() -> None:
    assert [reserved(one) for one in spans(["10.0.0.1", "fd00::/120", "193.156.0.0/24"])] == ["", "", ""]


def test_an_address_comes_out_in_one_spelling() -> None:
    assert str(single("fd00:0:0:0:0:0:0:1")) == "fd00::1"
