from __future__ import annotations

import struct

import pytest

from sentinel.scan.passive import packets
from sentinel.scan.passive.reading import Message
from tests.scan.passive.craft import (
    CLIENT,
    CLIENT6,
    LINK_TYPES,
    SERVER,
    SERVER6,
    Connection,
    frame,
    ip,
    look,
    pcap,
    tcp,
    udp,
)

SYN_ACK = Connection().handshake()[1]


def reasons(*frames: bytes, link: int = 1, snaplen: int = 262_144) -> dict[str, int]:
    return dict(look(pcap(frames, link, snaplen=snaplen))[1].skipped)


@pytest.mark.parametrize("link", LINK_TYPES)
@pytest.mark.parametrize("ends", [(CLIENT, SERVER), (CLIENT6, SERVER6)], ids=["ipv4", "ipv6"])
def test_a_listening_port_is_seen_on_every_link(link: str, ends: tuple[str, str]) -> None:
    answer = Connection(*ends, server_port=443).handshake()[1]
    observations, tally = look(pcap([frame(answer, link)], LINK_TYPES[link]))

    assert [(o.kind, o.address, o.transport, o.port) for o in observations] == [("tcp.open", ends[1], "tcp", 443)]
    assert (tally.handled, tally.skipped.total()) == (1, 0)


def test_only_a_syn_with_ack_means_a_listening_port() -> None:
    ends = (SERVER, CLIENT)
    for flags in (0x02, 0x10, 0x14, 0x04, 0x13, 0x16, 0x3F, 0x00):
        assert look(pcap([frame(ip(*ends, 6, tcp((80, 5000), 1, flags)))]))[0] == []
    for flags in (0x12, 0x52, 0x92, 0x1A):  # congestion and push bits do not change it
        assert [o.port for o in look(pcap([frame(ip(*ends, 6, tcp((80, 5000), 1, flags)))]))[0]] == [80]


def test_ip_and_tcp_options_are_passed_over() -> None:
    segment = tcp((22, 5000), 1, 0x12, options=b"\x02\x04\x05\xb4\x01\x01\x04\x02")

    observations, _ = look(pcap([frame(ip(SERVER, CLIENT, 6, segment, options=b"\x07\x04\x00\x01" * 10))]))
    assert [o.port for o in observations] == [22]


@pytest.mark.parametrize("kind", [0, 43, 60, 135])
def test_ipv6_extension_headers_are_passed_over(kind: int) -> None:
    segment = tcp((22, 5000), 1, 0x12)
    chain = struct.pack(">BB", kind, 1) + bytes(14) + struct.pack(">BB", 6, 0) + bytes(6) + segment

    observations, _ = look(pcap([frame(ip(SERVER6, CLIENT6, kind, chain))]))
    assert [o.port for o in observations] == [22]


def test_the_ipv6_authentication_header_counts_in_fours() -> None:
    chain = struct.pack(">BB", 6, 4) + bytes(22) + tcp((22, 5000), 1, 0x12)

    assert [o.port for o in look(pcap([frame(ip(SERVER6, CLIENT6, 51, chain))]))[0]] == [22]


def test_first_fragments_are_looked_at_and_later_ones_counted() -> None:
    first = ip(SERVER, CLIENT, 6, tcp((22, 5000), 1, 0x12), fragment=0x2000)
    later = ip(SERVER, CLIENT, 6, tcp((23, 5000), 1, 0x12), fragment=0x00B9)
    six = struct.pack(">BBHI", 6, 0, 1, 9) + tcp((24, 5000), 1, 0x12)
    six_later = struct.pack(">BBHI", 6, 0, 0x0049, 9) + tcp((25, 5000), 1, 0x12)
    frames = [frame(p) for p in (first, later, ip(SERVER6, CLIENT6, 44, six), ip(SERVER6, CLIENT6, 44, six_later))]
    observations, tally = look(pcap(frames))

    assert [o.port for o in observations] == [22, 24]
    assert (tally.handled, dict(tally.skipped)) == (2, {"fragment": 2})


def test_a_first_fragment_never_ends_in_the_middle_of_a_fact() -> None:
    link = Connection(server_port=22)
    cut = ip(SERVER, CLIENT, 6, tcp((22, 50_000), link.server_start + 1, 0x18, b"SSH-2.0-OpenSSH_9"), fragment=0x2000)
    observations, _ = look(pcap([frame(p) for p in (*link.handshake(), cut)]))

    assert {o.kind for o in observations} == {"tcp.open"}


def test_what_is_not_ip_is_counted() -> None:
    assert reasons(frame(b"\0" * 46, kind=0x88E1)) == {"not-ip": 1}  # HomePlug
    assert reasons(bytes(12) + b"\x00\x26" + bytes(38)) == {"not-ip": 1}  # 802.3 with LLC
    assert reasons(bytes(12) + b"\x81\x00\x00\x01" * 20) == {"not-ip": 1}
    assert reasons(bytes(12) + b"\x81\x00" * 60_000) == {"not-ip": 1}
    assert reasons(b"\xf0" + bytes(30), link=101) == {"not-ip": 1}
    assert reasons(struct.pack("<I", 7) + bytes(30), link=0) == {"not-ip": 1}


def test_other_protocols_over_ip_are_handled_without_a_fact() -> None:
    observations, tally = look(
        pcap([frame(ip(CLIENT, SERVER, 1, b"\x08\0\0\0")), frame(ip(CLIENT6, SERVER6, 50, b"x"))])
    )

    assert (observations, tally.handled) == ([], 2)


def test_an_unknown_link_type_is_counted() -> None:
    assert reasons(b"x" * 60, b"y" * 60, link=105) == {"unknown-link-type": 2}


@pytest.mark.parametrize(
    "packet",
    [
        b"\x44" + SYN_ACK[1:],  # header shorter than a header can be
        b"\x35" + SYN_ACK[1:],  # version 3
        SYN_ACK[:2] + b"\x00\x13" + SYN_ACK[4:],  # total shorter than the header
        SYN_ACK[:2] + b"\xff\xff" + SYN_ACK[4:],  # total beyond the frame
        ip(CLIENT6, SERVER6, 0, b"\x06\xff" + bytes(6)),  # extension header beyond the packet
        ip(CLIENT6, SERVER6, 0, b"\x00\x00" * 100),  # extension headers without end
        ip(CLIENT6, SERVER6, 6, b"")[:4] + b"\xff\xff" + ip(CLIENT6, SERVER6, 6, b"")[6:],
    ],
)
@pytest.mark.parametrize("link", ["ethernet", "vlan"])
def test_malformed_ip_is_counted(packet: bytes, link: str) -> None:
    found = reasons(frame(packet, link, kind=0x86DD if len(packet) != len(SYN_ACK) else 0x0800))

    assert found in ({"malformed-ip": 1}, {"malformed-tcp": 1})


def test_malformed_tcp_and_udp_are_counted() -> None:
    short = tcp((80, 5000), 1, 0x12)
    assert reasons(frame(ip(SERVER, CLIENT, 6, short[:12] + b"\x40" + short[13:]))) == {"malformed-tcp": 1}
    assert reasons(frame(ip(SERVER, CLIENT, 6, short[:12] + b"\xf0" + short[13:]))) == {"malformed-tcp": 1}
    assert reasons(frame(ip(SERVER, CLIENT, 6, short[:10]))) == {"malformed-tcp": 1}
    assert reasons(frame(ip(SERVER, CLIENT, 17, b"\0\1\0"))) == {"malformed-udp": 1}


@pytest.mark.parametrize(("name", "at"), [("ethernet", 14), ("vlan", 18), ("qinq", 22), ("cooked", 16), ("raw", 0)])
def test_a_settled_direction_is_still_checked_for_malformed_packets(name: str, at: int) -> None:
    link = Connection()
    start = [frame(p, name) for p in (*link.handshake(), link.segment("client", 1, 0x18, b"\xffnothing known"))]
    sound = frame(link.segment("client", 14, 0x18, b"more"), name)
    lying = sound[: at + 2] + b"\x7f\xff" + sound[at + 4 :]
    low = sound[: at + 32] + b"\x20" + sound[at + 33 :]
    high = sound[: at + 32] + b"\xf0" + sound[at + 33 :]
    later = sound[: at + 6] + b"\x00\x01" + sound[at + 8 :]

    found = reasons(*start, sound, lying, low, high, later, link=LINK_TYPES[name])
    assert found == {"malformed-ip": 1, "malformed-tcp": 2, "fragment": 1}


@pytest.mark.parametrize(
    ("snaplen", "expected"), [(10, {"cut-short": 1}), (30, {"cut-short": 1}), (50, {"cut-short": 1}), (54, {})]
)
def test_headers_that_the_capture_cut_are_counted(snaplen: int, expected: dict[str, int]) -> None:
    assert reasons(frame(SYN_ACK), snaplen=snaplen) == expected


def test_an_empty_record_is_counted_on_every_link() -> None:
    for link in set(LINK_TYPES.values()):
        assert reasons(b"", link=link) == {"cut-short": 1}


def test_a_total_length_of_zero_is_filled_in_by_the_network_card() -> None:
    offloaded = SYN_ACK[:2] + b"\0\0" + SYN_ACK[4:]

    assert [o.kind for o in look(pcap([frame(offloaded)]))[0]] == ["tcp.open"]


def test_padding_after_a_short_packet_is_not_payload() -> None:
    link = Connection(server_port=22)
    padded = [frame(p).ljust(60, b"S") for p in link.handshake()]
    banner = frame(link.segment("server", 1, 0x18, b"SSH-2.0-dropbear\r\n"))
    observations, _ = look(pcap([*padded, banner]))

    assert [o.facts.get("software") for o in observations] == [None, "dropbear"]


def test_keys_know_both_directions() -> None:
    for size in (4, 16):
        key = bytes(range(size)) + bytes(range(100, 100 + size)) + b"\0\x16\xc3\x50"
        assert packets.reverse(packets.reverse(key)) == key
        assert packets.reverse(key) == bytes(range(100, 100 + size)) + bytes(range(size)) + b"\xc3\x50\0\x16"


def test_addresses_as_text() -> None:
    assert packets.address(bytes([10, 20, 30, 21])) == "10.20.30.21"
    assert packets.address(bytes.fromhex("20010db8" + "0" * 22 + "21")) == "2001:db8::21"
    assert packets.hardware(bytes.fromhex("001019AABBCC")) == "00:10:19:aa:bb:cc"
    assert packets.hardware(b"\xff" * 6) is None
    assert packets.hardware(bytes(6)) is None


def test_udp_payload() -> None:
    carried = packets.ipv4(ip(CLIENT, SERVER, 17, udp((67, 68), b"abc")), 0, 31, 31)
    assert isinstance(carried, packets.Datagram)
    message = packets.udp(ip(CLIENT, SERVER, 17, udp((67, 68), b"abc")), carried)
    assert message == Message(b"abc", bytes((10, 20, 30, 51)), 67, 68, receiver=bytes((10, 20, 30, 21)))
