from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.datagrams import BELOW_IP, read
from sentinel.scan.passive.reading import Message, Statement
from tests.scan.passive.craft import CLIENT, CLIENT6, SERVER, SERVER6, frame, ip, look, pcap, udp
from tests.scan.passive.letters import LETTERS, SECRET, cdp, letter, lldp
from tests.scan.passive.spoken import KEPT

PORTS = sorted({port for _, ports in LETTERS.values() for port in ports} | {7, 49_999})


def check(found: tuple[Statement, ...]) -> None:
    for one in found:
        assert set(one.facts) <= KEPT[one.kind] | {"hostname", "vendor_class", "message"}
        assert all(value.isprintable() and 0 < len(value) <= 300 for value in one.facts.values())


@pytest.mark.parametrize("name", LETTERS)
def test_no_field_that_is_not_named_is_kept(name: str) -> None:
    payload, ports = LETTERS[name]
    for size in range(len(payload) + 1):
        assert SECRET not in repr(letter(payload[:size], ports))


def test_the_secret_is_in_the_datagrams() -> None:
    without = [name for name, (payload, _) in LETTERS.items() if SECRET.encode() not in payload]

    # nothing else is in these, or a name that is no text (the user of NetBIOS is spelt in half bytes)
    assert without == ["reverse", "nbns", "nbns user", "bacnet", "bacnet model"]


@pytest.mark.parametrize("name", [name for name in LETTERS if name not in {"nbns user", "bacnet value"}])
def test_over_ipv6_and_in_a_vlan_the_facts_are_the_same(name: str) -> None:
    payload, ports = LETTERS[name]
    if name in {"carescape", "dhcpv6"}:
        return  # one holds an IPv4 address, the other is never sent over IPv4
    tagged = look(pcap([frame(ip(SERVER, CLIENT, 17, udp(ports, payload)), "qinq")]))[0]
    wide = look(pcap([frame(ip(SERVER6, CLIENT6, 17, udp(ports, payload)))]))[0]

    assert [o.facts for o in tagged] == [o.facts for o in wide] == [o.facts for o in letter(payload, ports)]
    assert tagged


@given(st.binary(max_size=300), st.sampled_from(PORTS), st.sampled_from(PORTS))
def test_any_bytes_on_any_port(payload: bytes, source: int, target: int) -> None:
    check(read(Message(payload, b"\x0a\0\0\1", source, target)))


@given(st.sampled_from(sorted(LETTERS)), st.integers(0, 700), st.binary(min_size=1, max_size=6))
def test_damage_anywhere(name: str, at: int, wrong: bytes) -> None:
    payload, ports = LETTERS[name]
    at %= len(payload)
    check(read(Message(payload[:at] + wrong + payload[at + len(wrong) :], b"\x0a\0\0\1", *ports)))
    check(read(Message(payload[:at] + wrong + payload[at:], b"\x0a\0\0\1", *ports)))


@given(st.sampled_from(sorted(BELOW_IP)), st.sampled_from([lldp(), cdp()]), st.integers(0, 300), st.binary(max_size=5))
def test_damage_below_ip(kind: int, payload: bytes, at: int, wrong: bytes) -> None:
    check(BELOW_IP[kind](Message(payload[:at] + wrong + payload[at + len(wrong) :], bytes(6), 0, 0)))


def test_a_datagram_of_nobody_is_handled_without_a_fact() -> None:
    observations, tally = look(pcap([frame(ip(CLIENT, SERVER, 17, udp((9, 9), b"hei")))]))

    assert (observations, tally.handled) == ([], 1)
