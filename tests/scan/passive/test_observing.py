from __future__ import annotations

import os
import random
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sentinel.errors import InputError
from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.gather import MAX_FACTS
from sentinel.scan.passive.observing import Watcher, observe
from tests.scan.passive.craft import (
    CLIENT,
    CLIENT6,
    LINK_TYPES,
    SERVER,
    SERVER6,
    Connection,
    arp,
    dhcp,
    enhanced,
    frame,
    interface,
    ip,
    look,
    option,
    pcap,
    pcapng,
    section,
    udp,
)
from tests.scan.passive.letters import LETTERS, cdp_frame, lldp_frame
from tests.scan.passive.spoken import KEPT
from tests.scan.passive.test_streams import TALKS

FUZZ = int(os.environ.get("SENTINEL_FUZZ", "1"))
KINDS = {
    "arp": set(),
    "dhcp": {"hostname", "vendor_class", "message"},
    "tcp.open": set(),
    "ssh.banner": {"software", "comment", "role"},
    "http.server": {"server", "status", "title", "realm", "location", "powered_by"},
    "http.client": {"user_agent", "host"},
    "tls.server_name": {"server_name"},
    "tls.certificate": {"subject", "issuer", "names", "not_before", "not_after", "self_signed", "sha256"},
    "dicom.request": {"calling_ae", "called_ae", "implementation_uid", "implementation_version", "max_pdu"},
    "dicom.accept": {"calling_ae", "called_ae", "implementation_uid", "implementation_version", "max_pdu"},
    "dicom.reject": {"result", "source", "reason"},
    "dicom.abort": {"source", "reason"},
    "hl7.header": {
        "sending_application", "sending_facility", "receiving_application", "receiving_facility",
        "message_type", "version", "charset", "role",
    },
    **KEPT,
}  # fmt: skip


def everything(client: str = CLIENT, server: str = SERVER) -> list[bytes]:
    """Return IP packets that hold every protocol over TCP."""
    packets = []
    for number, turns in enumerate(TALKS.values()):
        packets += Connection(client, server, 40_000 + number, 1000 + number).talk(turns, size=300)
    return packets


def timeless(observations: list[Observation]) -> list[tuple[object, ...]]:
    return [(o.kind, o.address, o.port, o.transport, o.mac, tuple(o.facts.items()), o.count) for o in observations]


@pytest.mark.parametrize("ends", [(CLIENT, SERVER), (CLIENT6, SERVER6)], ids=["ipv4", "ipv6"])
def test_every_form_of_capture_gives_the_same_observations(ends: tuple[str, str]) -> None:
    packets = everything(*ends)
    plain = [frame(packet) for packet in packets]
    expected, tally = look(pcap(plain))
    assert {o.kind for o in expected} >= {"ssh.banner", "dicom.reject", "smb.server", "hl7.device", "ebxml.sender"}
    assert (tally.handled, tally.skipped.total()) == (len(packets), 0)

    forms = [pcap(plain, order=">"), pcap(plain, nano=True), pcap(plain, order=">", nano=True)]
    forms += [pcapng(plain), pcapng(plain, order=">")]
    for link, number in LINK_TYPES.items():
        frames = [frame(packet, link) for packet in packets]
        forms += [pcap(frames, number), pcapng(frames, number)]
    for form in forms:
        found, tally = look(form)
        assert timeless(found) == timeless(expected)
        assert (tally.handled, tally.skipped.total()) == (len(packets), 0)


def test_one_conversation_over_several_interfaces_is_one() -> None:
    links = ["ethernet", "raw", "cooked", "null-le"]
    packets = everything()
    mixed = b"".join(
        enhanced(frame(packet, links[number % 4]), 1_790_000_000_000_000 + number, which=number % 4)
        for number, packet in enumerate(packets)
    )
    capture = section() + b"".join(interface(LINK_TYPES[link]) for link in links) + mixed

    assert timeless(look(capture)[0]) == timeless(look(pcap([frame(packet) for packet in packets]))[0])


def test_every_fact_is_one_of_the_table_and_none_is_empty() -> None:
    lease = udp((68, 67), dhcp(8, option(12, b"PRINTER"), current="10.20.30.60"))
    abort = Connection(client_port=39_999).talk(
        [*TALKS["reject"][:1], ("server", bytes((7, 0, 0, 0, 0, 4, 0, 0, 2, 0)))]
    )
    letters = [ip(SERVER, CLIENT, 17, udp(ports, said)) for said, ports in LETTERS.values()]
    search = ip(SERVER, CLIENT, 17, udp((5000, 1900), b"M-SEARCH * HTTP/1.1\r\nUSER-AGENT: Kodi/20\r\n\r\n"))
    packets = (*everything(), *abort, ip(CLIENT, SERVER, 17, lease), *letters, search)
    frames = [*map(frame, packets), frame(arp(), kind=0x0806), lldp_frame(), cdp_frame()]
    observations, _ = look(pcap(frames))

    assert {o.kind for o in observations} == set(KINDS)
    for o in observations:
        assert set(o.facts) <= KINDS[o.kind]
        assert all(o.facts.values())
        assert o.mac is None or o.kind in {"arp", "dhcp", "dhcpv6", "nbns.name", "intellivue.indication", "lldp", "cdp"}
        assert o.time is not None
        assert (o.source, o.method) == ("net.pcap", "passive")


def test_what_scapy_builds_is_read() -> None:
    from scapy.layers.dhcp import BOOTP, DHCP
    from scapy.layers.inet import IP, TCP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import CookedLinux, Dot1AD, Dot1Q, Ether
    from scapy.packet import Raw

    banner = TCP(sport=22, dport=5000, flags="PA", seq=1) / Raw(b"SSH-2.0-dropbear_2019.78\r\n")
    lease = UDP(sport=68, dport=67) / BOOTP(chaddr=bytes.fromhex("001019aabbcc"), ciaddr="10.20.30.60")
    lease = lease / DHCP(
        options=[("message-type", "inform"), ("hostname", "SKRIVER"), ("vendor_class_id", "HP"), "end"]
    )
    frames = [
        bytes(Ether() / Dot1AD(vlan=7) / Dot1Q(vlan=8) / IP(src=SERVER, dst=CLIENT) / banner),
        bytes(Ether() / IPv6(src=SERVER6, dst=CLIENT6) / banner),
        bytes(Ether() / IP(src="10.20.30.60", dst="255.255.255.255") / lease),
    ]
    found = (
        look(pcap(frames))[0]
        + look(pcap([bytes(CookedLinux(proto=0x0800) / IP(src=SERVER, dst=CLIENT) / banner)], 113))[0]
    )

    assert [(o.kind, o.address) for o in found] == [
        ("ssh.banner", SERVER),
        ("ssh.banner", SERVER6),
        ("dhcp", "10.20.30.60"),
        ("ssh.banner", SERVER),
    ]
    assert found[2].facts == {"hostname": "SKRIVER", "vendor_class": "HP", "message": "inform"}
    assert found[2].mac == "00:10:19:aa:bb:cc"


def check(capture: bytes) -> None:
    """Observe anything at all: values, counted skips, or our own error."""
    try:
        observations, tally = look(capture)
    except InputError as error:
        lines = str(error).splitlines()
        if len(lines) != 1:
            pytest.fail(f"more than a line: {lines}")
        return
    assert tally.total >= sum(1 for o in observations if o.kind == "arp")
    for o in observations:
        assert set(o.facts) <= KINDS[o.kind]
        assert all(value.isprintable() and 0 < len(value) <= 253 for value in o.facts.values())


def damage(rng: random.Random, content: bytes) -> bytes:
    """Return content with bytes changed, a part cut out or repeated, or lengths made absurd."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(changed))
        choice = rng.randrange(5)
        if choice == 0:
            changed[at] = rng.randrange(256)
        elif choice == 1:
            changed[at] ^= 1 << rng.randrange(8)
        elif choice == 2:
            del changed[at : at + rng.randrange(1, 40)]
        elif choice == 3:
            changed[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
        else:
            changed[at:at] = changed[at : at + rng.randrange(1, 200)]
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def seeds() -> list[tuple[list[bytes], int]]:
    others = [frame(arp(), kind=0x0806), frame(ip(CLIENT, SERVER, 17, udp((68, 67), dhcp(3, option(12, b"PC")))))]
    found = []
    for link in ("ethernet", "qinq", "cooked2-vlan", "null-le", "raw"):
        for ends in ((CLIENT, SERVER), (CLIENT6, SERVER6)):
            packets = [frame(packet, link) for packet in everything(*ends)]
            found.append((packets + (others if link == "ethernet" else []), LINK_TYPES[link]))
    return found


@pytest.mark.fuzz
def test_ten_thousand_damaged_captures_raise_nothing_of_their_own(
    record_property: Callable[[str, object], None],
) -> None:
    record_property("inputs", 10_000 * FUZZ)
    rng = random.Random(20261121)
    prepared = seeds()
    tracemalloc.start()
    for number in range(10_000 * FUZZ):
        frames, link = prepared[number % len(prepared)]
        start = rng.randrange(len(frames))
        some = frames[start : start + rng.randrange(1, 12)]
        kind = number % 4
        if kind == 0:  # the file is damaged
            capture = damage(rng, rng.choice((pcap, pcapng))(some, link, rng.choice("<>")))
        elif kind == 1:  # the packets are
            capture = pcap([damage(rng, one) for one in some], link)
        elif kind == 2:  # random packets behind a sound header
            capture = pcap([one[: rng.randrange(60)] + rng.randbytes(rng.randrange(90)) for one in some], link)
        else:  # sound packets under a random link type, cut, or nothing but noise
            capture = rng.choice(
                (pcap(some, rng.randrange(300)), pcapng(some, link)[: rng.randrange(500)], rng.randbytes(200))
            )
        check(capture)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 40 << 20


@pytest.mark.parametrize("seed", range(4))
def test_what_repeats_is_counted_as_if_each_packet_came_alone(seed: int) -> None:
    """Announcements again and again, and others that differ from them in a byte, a length or a link."""
    rng, together, alone = random.Random(seed), Watcher("x"), Counter[tuple[object, ...]]()
    wires = {"ethernet": Interface(1), "vlan": Interface(1), "raw": Interface(101)}
    packets = [ip(SERVER, CLIENT, 17, udp(ports, said)) for said, ports in LETTERS.values()]
    packets += [ip(SERVER6, CLIENT6, 17, udp(ports, said)) for said, ports in LETTERS.values()]
    some = [(frame(packet, link), wire) for packet in packets for link, wire in wires.items()]
    some += [(frame(arp(f"10.0.0.{n}"), kind=0x0806), wires["ethernet"]) for n in range(5)]
    for number in range(3_000):
        one, wire = rng.choice(some)
        one = damage(rng, one) if rng.random() < 0.2 else one
        end = rng.choice((len(one), len(one), len(one), rng.randrange(len(one) + 1)))
        behind = one + rng.randbytes(rng.choice((0, 0, 4, 40)))
        record = (wire, number, behind, 0, end, len(one))
        by_itself = Watcher("x")
        assert together.take(record) == by_itself.take(record)
        for o in by_itself.gathered.drain():
            alone[timeless([o])[0][:-1]] += o.count

    assert Counter({told[:-1]: told[-1] for told in timeless(list(together.gathered.drain()))}) == alone
    assert sum(alone.values()) > 2_000


def test_payloads_that_begin_like_each_protocol_and_go_wrong(record_property: Callable[[str, object], None]) -> None:
    record_property("inputs", 1500 * FUZZ)
    rng = random.Random(7)
    turns = [content for talk in TALKS.values() for _, content in talk]
    for number in range(1500 * FUZZ):
        wrong = damage(rng, turns[number % len(turns)])
        link = Connection(client_port=1024 + number % 60_000)
        check(
            pcap(
                [
                    frame(p)
                    for p in link.talk([("client", wrong), ("server", damage(rng, turns[number // 3 % len(turns)]))])
                ]
            )
        )


def test_memory_stays_bounded_on_a_capture_of_nothing_but_openings() -> None:
    rng = random.Random(3)
    openings = [
        b"HTTP/1.1 200 OK\r\nServer: " + b"x" * 900,
        b"\x16\3\3\x40\0\2" + bytes(1000),
        b"\x0bMSH|^~\\&|" + b"y" * 1000,
    ]
    frames = []
    for number in range(6_000):
        link = Connection(client=f"10.{number >> 8 & 255}.{number & 255}.9", client_port=rng.randrange(1024, 65_536))
        frames.append(frame(link.segment("client", 1, 0x18, openings[number % 3])))
    capture = pcap(frames)
    tracemalloc.start()
    look(capture)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 32 << 20


def test_observations_come_before_the_capture_is_read_to_its_end(tmp_path: Path) -> None:
    frames = [frame(arp(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"), kind=0x0806) for n in range(1, 3 * MAX_FACTS)]
    (tmp_path / "net.pcap").write_bytes(pcap(frames))
    tally = Tally("net.pcap")

    next(observe(tmp_path / "net.pcap", "net.pcap", tally))
    assert tally.handled <= MAX_FACTS
