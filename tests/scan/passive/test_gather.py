from __future__ import annotations

import pytest

from sentinel.scan.passive import gather
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.gather import Fact, Gathered
from tests.scan.passive.craft import START, Connection, arp, frame, look, pcap

WIRE = Interface(1, 1)


def fact(
    kind: str,
    address: str = "10.0.0.1",
    facts: tuple[tuple[str, str], ...] = (),
    port: int | None = None,
    mac: str | None = None,
) -> Fact:
    return kind, address, facts, "tcp" if port else None, port, mac


def test_a_fact_that_repeats_is_one_observation_with_its_first_time_and_count() -> None:
    gathered = Gathered("a.pcap")
    for ticks in (START, START + 5, START + 9):
        assert gathered.add(fact("arp", mac="00:10:19:aa:bb:cc"), (WIRE, ticks))
    (observation,) = gathered.drain()

    assert (observation.count, observation.time) == (3, WIRE.time(START))
    assert (observation.source, observation.method) == ("a.pcap", "passive")
    assert list(gathered.drain()) == []


def test_different_facts_stay_apart() -> None:
    gathered = Gathered("a.pcap")
    for port in (80, 443, None):
        for facts in ((), (("server", "x"),)):
            gathered.add(fact("http.server", facts=facts, port=port), (WIRE, START))

    assert len(list(gathered.drain())) == 6


def test_a_host_that_says_something_new_each_time_has_a_budget() -> None:
    gathered = Gathered("a.pcap")
    kept = [gathered.add(fact("http.client", facts=(("host", str(n)),)), (WIRE, START)) for n in range(1000)]

    assert sum(map(bool, kept)) == gather.MAX_PER_HOST
    assert gathered.add(fact("http.client", facts=(("host", "0"),)), (WIRE, START)), "what is known is still counted"
    assert gathered.add(fact("http.client", "10.0.0.2", (("host", "0"),)), (WIRE, START))
    assert gathered.add(fact("arp"), (WIRE, START))


def test_what_is_over_budget_is_counted_as_skipped() -> None:
    frames = []
    for number in range(300):
        link = Connection(client_port=20_000 + number, server_port=80)
        request = f"GET / HTTP/1.1\r\nHost: h{number}.example\r\n\r\n".encode()
        frames += [frame(p) for p in link.talk([("client", request)])]
    observations, tally = look(pcap(frames))

    assert sum(o.kind == "http.client" for o in observations) == gather.MAX_PER_HOST
    assert tally.skipped == {"over-budget": 300 - gather.MAX_PER_HOST}
    assert tally.total == len(frames)


@pytest.mark.parametrize("hosts", [gather.MAX_FACTS - 1, gather.MAX_FACTS + 500])
def test_more_facts_than_are_held_are_reported_early_and_none_is_lost(hosts: int) -> None:
    frames = [frame(arp(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"), kind=0x0806) for n in range(1, hosts + 1)]
    observations, _ = look(pcap(frames))

    assert len({o.address for o in observations}) == len(observations) == hosts


def test_bare_facts_are_told_as_what_they_stand_for() -> None:
    gathered, client = Gathered("a.pcap"), b"\x0a\0\0\7"
    server, six = b"\x0a\0\0\1", bytes(15)
    for port, transport in ((b"\0\x50", "tcp"), (b"\0\x50", "tcp"), (b"\0\x35", "udp")):
        assert gathered.add((transport, server + client + port), (WIRE, START))  # type: ignore[arg-type]  # a row of a table
    gathered.add(("open", six + b"\1" + b"\1\xbb"), (WIRE, START))
    gathered.add(("tcp", six + b"\1" + six + b"\2" + b"\1\xbb"), (WIRE, START))

    assert [(o.kind, o.address, o.facts, o.transport, o.port, o.count) for o in gathered.drain()] == [
        ("flow", "10.0.0.7", {"server": "10.0.0.1", "port": "80"}, "tcp", None, 2),
        ("flow", "10.0.0.7", {"server": "10.0.0.1", "port": "53"}, "udp", None, 1),
        ("tcp.open", "::1", {}, "tcp", 443, 1),
        ("flow", "::2", {"server": "::1", "port": "443"}, "tcp", None, 1),
    ]


def test_flows_of_both_transports_have_one_budget() -> None:
    gathered, client = Gathered("a.pcap"), b"\x0a\0\0\7"
    kept = 0
    for number in range(gather.MAX_PORTS):
        flow = number.to_bytes(4, "big") + client + b"\0\1"
        kept += sum(gathered.add((transport, flow), (WIRE, 1)) is not None for transport in ("tcp", "udp"))

    assert kept == gather.MAX_PORTS


def test_what_some_bytes_said_is_counted_again_until_it_is_told() -> None:
    gathered = Gathered("a.pcap")
    known = gathered.add(fact("arp"), (WIRE, START))
    assert known is not None
    for number in range(gather.MAX_REPEATS + 1):
        assert not gathered.again(b"said", (WIRE, number))
        gathered.remember(b"%d" % number, [known])
    assert not gathered.again(b"0", (WIRE, START))  # they are bounded
    gathered.remember(b"said", [known])
    assert gathered.again(b"said", (WIRE, START + 5))
    (told,) = gathered.drain()

    assert (told.count, told.last) == (2, WIRE.time(START + 5))
    assert not gathered.again(b"said", (WIRE, START + 6))
