from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.detect.rule_cache import RuleCache
from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.passive import streams
from sentinel.scan.passive.observing import observe
from tests.scan.passive.craft import LINK_TYPES, Connection, arp, frame, ip, pcap, pcapng, udp
from tests.scan.passive.letters import LETTERS
from tests.scan.passive.test_observing import damage
from tests.scan.passive.test_streams import TALKS

LINKS = ["ethernet", "vlan", "qinq", "cooked", "cooked2", "null-le", "raw"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RuleCache:
    return RuleCache(tmp_path_factory.mktemp("code") / "cache")


def both_ways(capture: bytes, kept: RuleCache) -> tuple[list[Observation], Tally]:
    """Observe with and without machine code; every fact, time and count must be equal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.pcap")
        path.write_bytes(capture)
        plain, quick = Tally("net.pcap"), Tally("net.pcap")
        expected = list(observe(path, "net.pcap", plain))
        found = list(observe(path, "net.pcap", quick, kept, skim_from=0))
    assert found == expected
    assert quick == plain
    return found, quick


def busy(rng: random.Random, link: str) -> Iterator[bytes]:
    """Yield frames of many connections at once, some of them one after the other on the same ports, with bulk data."""
    waiting = []
    for number in range(40):
        turns = [*rng.choice(list(TALKS.values())), ("client", rng.randbytes(rng.choice((0, 9_000))))]
        ends = {
            "client": f"10.0.0.{number % 6}",
            "client_port": 40_000 + number % 9,
            "server_start": rng.getrandbits(32),
        }
        if rng.random() < 0.2:
            ends = {"client": "2001:db8::7", "server": "2001:db8::8", "client_port": 40_000 + number}
        waiting.append([frame(p, link) for p in Connection(**ends).talk(turns, size=rng.choice((1400, 700, 90)))])  # type: ignore[arg-type]  # a table of arguments
    running = [waiting.pop() for _ in range(6)]
    while running:
        one = rng.choice(running)
        yield one.pop(0)
        if not one:
            running.remove(one)
            if waiting:
                running.append(waiting.pop())


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("seed", range(4))
def test_busy_captures_give_the_same_both_ways(link: str, seed: int, kept: RuleCache) -> None:
    rng = random.Random(seed)
    frames = list(busy(rng, link))
    found, tally = both_ways(pcap(frames, LINK_TYPES[link], rng.choice("<>")), kept)

    assert tally.handled == len(frames)
    assert {o.kind for o in found} >= {"tcp.open"}


@pytest.mark.parametrize("snaplen", [54, 60, 96, 400])
@pytest.mark.parametrize("link", ["ethernet", "vlan", "cooked"])
def test_cut_packets_give_the_same_both_ways(link: str, snaplen: int, kept: RuleCache) -> None:
    both_ways(pcap(list(busy(random.Random(snaplen), link)), LINK_TYPES[link], snaplen=snaplen), kept)


@pytest.mark.parametrize("seed", range(30))
def test_damaged_packets_and_files_give_the_same_both_ways(seed: int, kept: RuleCache) -> None:
    rng = random.Random(seed)
    frames = list(busy(rng, rng.choice(("ethernet", "vlan", "cooked"))))
    wrong = [damage(rng, one) if rng.random() < 0.3 else one for one in frames]
    capture = pcap(wrong, rng.choice((1, 113)))
    both_ways(capture, kept)
    both_ways(damage(rng, capture), kept)
    both_ways(capture[: rng.randrange(len(capture))], kept)


def test_what_is_not_tcp_is_left_for_a_closer_look(kept: RuleCache) -> None:
    letters = [frame(ip("10.0.0.1", "10.0.0.2", 17, udp(ports, said))) for said, ports in LETTERS.values()]
    found, _ = both_ways(pcap([*letters, frame(arp(), kind=0x0806)]), kept)

    assert {o.kind for o in found} >= {"arp", "snmp.agent", "dns.name"}


def test_ports_that_are_used_again_are_looked_at_again(kept: RuleCache) -> None:
    frames = []
    for number in range(200):
        link = Connection(client_start=number * 7_000_000, server_start=number * 9_000_000)
        frames += [
            frame(p) for p in link.talk([("server", f"SSH-2.0-version{number}\r\n".encode()), ("client", bytes(3_000))])
        ]
    found, _ = both_ways(pcap(frames), kept)

    assert sum(o.kind == "ssh.banner" for o in found) == 200


def test_when_directions_are_forgotten_the_same_is_looked_at_again(
    kept: RuleCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_DIRECTIONS", 16)
    for seed in range(6):
        both_ways(pcap(list(busy(random.Random(seed), "ethernet"))), kept)


def test_other_forms_go_the_plain_way(kept: RuleCache) -> None:
    frames = list(busy(random.Random(1), "ethernet"))

    assert both_ways(pcapng(frames), kept)[1].handled == len(frames)
    assert both_ways(pcap(frames, nano=True), kept)[1].handled == len(frames)
