from __future__ import annotations

import random
from pathlib import Path

import pytest

from sentinel.model.skipped import Tally
from sentinel.scan.passive.capture import MAX_PACKET, Interface, opened, records
from sentinel.scan.passive.observing import Watcher, watch
from sentinel.scan.passive.packets import Segment, ipv4, tcp
from sentinel.scan.passive.quick import NOTHING_NEW, glancing, looked_at, quickly
from sentinel.scan.passive.streams import DONE
from tests.scan.passive.craft import LINK_TYPES, Connection, frame, pcap
from tests.scan.passive.test_observing import damage
from tests.scan.passive.test_streams import TALKS

# Of each link that is looked at quickly, where IPv4 begins.
BEGINS = {"ethernet": 14, "vlan": 18, "cooked": 16, "cooked-vlan": 20}


@pytest.mark.parametrize("link", ["ethernet", "vlan", "qinq", "cooked", "cooked2", "raw"])
def test_the_quick_look_passes_only_what_the_proper_one_would(link: str, tmp_path: Path) -> None:
    rng = random.Random(5)
    talk = [frame(packet, link) for packet in Connection().talk([*TALKS["dicom"], ("client", bytes(9_000))], size=500)]
    later = [damage(rng, rng.choice(talk[3:])) for _ in range(2_000)] + talk[5:]
    (tmp_path / "net.pcap").write_bytes(pcap(talk + later, LINK_TYPES[link]))
    watcher, passed = Watcher("net.pcap"), 0
    glance = glancing(watcher.streams.states)
    with opened(tmp_path / "net.pcap", "net.pcap") as source:
        for record in records(source, "net.pcap", Tally("net.pcap")):
            nothing, before = glance(record) is NOTHING_NEW, dict(watcher.streams.states)
            reason = watcher.take(record)
            assert not nothing or (reason == "" and watcher.streams.states == before)
            passed += nothing

    assert (passed > 500) == (link in BEGINS)


@pytest.mark.fuzz
@pytest.mark.parametrize("link", BEGINS)
def test_the_commonest_packets_are_taken_apart_at_once_and_alike(link: str) -> None:
    rng, found = random.Random(5), 0
    packets = Connection().talk([("client", b"a" * 300), ("server", bytes(90))])
    glance = glancing({})
    for _ in range(20_000):
        one = damage(rng, frame(rng.choice(packets), link))
        wire = len(one) + rng.choice((0, 0, 5))
        end = rng.choice((len(one), len(one), rng.randrange(len(one) + 1)))
        quick = glance((Interface(LINK_TYPES[link]), 0, one, 0, end, wire))
        if quick is not None and quick is not NOTHING_NEW:
            found += 1
            datagram = ipv4(one, one.index(b"\x08\x00\x45") + 2, end, max(wire, end))
            assert not isinstance(datagram, str)
            assert quick == tcp(one, datagram)

    assert 3_000 < found < 20_000


def test_what_is_passed_over_is_counted_as_handled_and_the_rest_comes_with_its_number_and_time() -> None:
    link, wire = Connection(), Interface(1)
    packets = [*link.handshake(), *link.say([("client", b"x" * 30), ("server", b"y")])]
    frames = [frame(packet) for packet in packets]
    numbered = [(number, (wire, 7 * number, one, 0, len(one), len(one))) for number, one in enumerate(frames, 1)]
    tally, settled = Tally("x"), packets[3][12:20] + packets[3][20:24]
    left = list(looked_at(numbered, tally, {settled: DONE}))

    assert [(number, moment) for number, moment, _ in left] == [(n, (wire, 7 * n)) for n in (1, 2, 5)]
    assert [found.payload for _, _, found in left if isinstance(found, Segment)] == [b"", b"", b"y"]
    assert tally.handled == 2
    strange = (9, (Interface(1), 1, b"\x02" * 60, 0, 60, 60))
    assert list(looked_at([strange], tally, {})) == [(9, (Interface(1), 1), strange[1])]


def test_records_of_every_size_are_taken_apart_alike_wherever_they_lie_in_memory(tmp_path: Path) -> None:
    rng, path = random.Random(5), tmp_path / "net.pcap"
    talk = [packet for turns in TALKS.values() for packet in Connection().talk(turns)]
    sizes = [rng.choice((0, 1, 13, 40, 1_500, 1_500, 100_000, MAX_PACKET)) for _ in range(200)]
    whole = [frame(rng.choice(talk), rng.choice(("ethernet", "ethernet", "vlan"))) for _ in sizes]
    frames = [one[:size].ljust(rng.choice((0, size)), b"\0") for one, size in zip(whole, sizes, strict=True)]
    path.write_bytes(pcap(frames))
    told = []
    for quick in (True, False):
        watcher, tally = Watcher("net.pcap"), Tally("net.pcap")
        with opened(path, "net.pcap") as source:
            states, numbered = watcher.streams.states, enumerate(records(source, "net.pcap", tally), 1)
            packets = quickly(source, "net.pcap", tally, states) if quick else looked_at(numbered, tally, states)
            early = list(watch(watcher, packets, tally, "net.pcap"))
        told.append((early, watcher.finish(), list(watcher.gathered.drain()), tally))

    assert told[0] == told[1]
    assert told[0][3].total == len(frames)
