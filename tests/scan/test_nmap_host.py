from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.nmap_host import Host, Port, keep, number, observations, read_address, read_mac, read_time


def test_one_observation_for_the_host_each_port_and_each_script() -> None:
    port = Port("tcp", 80, {"state": "open"}, ["cpe:/a:x:y"])
    host = Host(None, 1, "10.0.0.1", "00:00:00:00:00:01", {"state": "up"}, [port], [(port, {"id": "http-title"})])
    assert [(o.kind, o.port, o.facts.get("cpe")) for o in observations(host, "a.xml", {})] == [
        ("nmap.host", None, None),
        ("nmap.service", 80, "cpe:/a:x:y"),
        ("nmap.script", 80, None),
    ]


def test_absent_and_empty_attributes_are_left_out() -> None:
    facts: dict[str, str] = {}
    attributes = {"name": "ssh", "product": "", "version": "\x1b[0m"}
    keep(facts, attributes, (("service", "name"), ("product", "product"), ("version", "version"), ("x", "y")))
    assert facts == {"service": "ssh"}


def test_numbers_are_plain_and_bounded() -> None:
    assert [number(text, 65535) for text in ("22", "65536", "-1", "1.0", "²", "٣", "", "000022")] == [22] + [0] * 7


def test_times_and_macs_out_of_shape_are_none() -> None:
    assert read_time("0") is read_time("9999999999") is read_time("x") is None
    assert read_mac("00-1B-78-aa-BB-cc") == "00:1b:78:aa:bb:cc"
    assert read_mac("00:1B:78") is read_mac("gg:gg:gg:gg:gg:gg") is None


@given(st.ip_addresses())
def test_every_address_is_written_in_its_usual_way(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert read_address(str(address)) == read_address(str(address).upper()) == str(address)


@given(st.text(max_size=60))
def test_any_text_is_an_address_a_mac_a_number_or_none(text: str) -> None:
    address = read_address(text)
    assert not address or ipaddress.ip_address(address)
    assert 0 <= number(text, 100) <= 100
    mac = read_mac(text)
    assert mac is None or len(mac) == 17


def test_an_identity_number_across_the_cut_leaves_no_part_behind() -> None:
    for at in range(185, 203):
        facts: dict[str, str] = {}
        keep(facts, {"name": "x" * at + "01010100000 y"}, (("hostname", "name"),))
        assert "0" not in facts["hostname"]
