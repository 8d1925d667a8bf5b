from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.protocols.dhcp import UNKNOWN, Lease, dissect
from tests.scan.passive.craft import dhcp, heard, ip, option, udp

MAC = "00:10:19:aa:bb:cc"
HOST = option(12, b"LV-RONTGEN") + option(60, b"MSFT 5.0")


def test_a_request_names_the_client() -> None:
    lease = dissect(dhcp(3, HOST + option(50, bytes((10, 20, 30, 20)))))

    facts = {"hostname": "LV-RONTGEN", "vendor_class": "MSFT 5.0", "message": "request"}
    assert lease == Lease("10.20.30.20", MAC, facts)


def test_an_acknowledgement_tells_the_clients_address_and_nothing_of_the_server() -> None:
    lease = dissect(dhcp(5, HOST, operation=2, granted="10.20.30.20"))

    assert lease == Lease("10.20.30.20", MAC, {"hostname": "LV-RONTGEN", "message": "ack"})


@pytest.mark.parametrize(
    ("message", "operation", "current", "granted", "name", "address"),
    [
        (1, 1, UNKNOWN, UNKNOWN, "discover", UNKNOWN),  # what it asks for is a wish
        (2, 2, UNKNOWN, "10.20.30.99", "offer", UNKNOWN),  # what is offered is not yet taken
        (3, 1, "10.20.30.7", UNKNOWN, "request", "10.20.30.7"),
        (6, 2, "10.20.30.7", UNKNOWN, "nak", UNKNOWN),
        (8, 1, "10.20.30.7", UNKNOWN, "inform", "10.20.30.7"),
    ],
)
def test_only_an_address_that_the_client_has_is_its_own(
    message: int, operation: int, current: str, granted: str, name: str, address: str
) -> None:
    wish = option(50, bytes((10, 20, 30, 98)))
    lease = dissect(dhcp(message, wish, operation=operation, current=current, granted=granted))

    assert lease == Lease(address, MAC, {"message": name})


def test_the_name_may_come_as_a_domain_name() -> None:
    plain = option(81, b"\0\0\0LV-BEH1.lyngvik.example")
    wire = option(81, b"\x04\0\0\x07LV-BEH1\x07lyngvik\x07example\0")

    for said in (plain, wire):
        lease = dissect(dhcp(8, said, current="10.20.30.52"))
        assert lease is not None
        assert lease.facts["hostname"] == "LV-BEH1.lyngvik.example"


def test_it_is_recognised_by_content_on_any_port() -> None:
    packet = ip("10.20.30.52", "10.20.30.1", 17, udp((6800, 6700), dhcp(8, HOST, current="10.20.30.52")))

    assert [(o.kind, o.mac) for o in heard([packet])] == [("dhcp", MAC)]


def test_something_else_on_the_dhcp_ports_is_not_dhcp() -> None:
    packet = ip("10.20.30.52", "10.20.30.1", 17, udp((68, 67), b"\x01\x01\x06\x00" + bytes(300)))

    assert heard([packet]) == []


@given(st.binary(max_size=80), st.integers(0, 255))
def test_any_options_are_survived(options: bytes, message: int) -> None:
    lease = dissect(dhcp(message, options))

    assert lease is None or set(lease.facts) <= {"hostname", "vendor_class", "message"}
