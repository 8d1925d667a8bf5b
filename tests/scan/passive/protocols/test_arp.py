from __future__ import annotations

from sentinel.scan.passive.protocols.arp import dissect
from tests.scan.passive.craft import CLIENT, arp, frame, look, pcap


def test_requests_and_answers_tell_the_senders_mac() -> None:
    for operation in (1, 2):
        packet = arp(operation=operation)
        assert dissect(packet, 0, len(packet)) == (CLIENT, "00:10:19:aa:bb:cc")


def test_probes_and_other_kinds_tell_nothing() -> None:
    probe = arp("0.0.0.0")  # noqa: S104 -- an ARP probe
    assert dissect(probe, 0, len(probe)) is None
    assert dissect(arp(mac=b"\xff" * 6), 0, 28) is None
    assert dissect(b"\x00\x06" + arp()[2:], 0, 28) is None
    assert dissect(arp(), 0, 27) is None


def test_one_mac_with_many_addresses_stays_many_facts_and_repeats_are_counted() -> None:
    packets = [frame(arp(f"10.20.{number // 200}.{number % 200 + 1}"), kind=0x0806) for number in range(400)] * 3
    observations, tally = look(pcap(packets))

    assert len({o.address for o in observations}) == len(observations) == 400
    assert {(o.kind, o.mac, o.count) for o in observations} == {("arp", "00:10:19:aa:bb:cc", 3)}
    assert tally.handled == 1200
