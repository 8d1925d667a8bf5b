from __future__ import annotations

import itertools
import random
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.detect.rule_cache import RuleCache
from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.passive import skimmer, skimming, streams
from sentinel.scan.passive.capture import Interface, opened
from sentinel.scan.passive.live import hearing
from sentinel.scan.passive.observing import Watcher, look_over, observe
from sentinel.scan.passive.skimming import skimmer_for, walks
from tests.scan.passive.craft import LINK_TYPES, Connection, arp, frame, ip, pcap, pcapng, udp
from tests.scan.passive.letters import LETTERS
from tests.scan.passive.test_observing import damage
from tests.scan.passive.test_streams import TALKS

LINKS = ["ethernet", "vlan", "qinq", "three-tags", "cooked", "cooked2", "cooked2-vlan", "null-le", "null-be", "raw"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RuleCache:
    cache = RuleCache(tmp_path_factory.mktemp("code") / "cache")
    assert skimming.skimmer_for(streams.Streams(lambda *_: None), cache) is not None  # else all would be read one way
    return cache


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


def busy(rng: random.Random, link: str, six: float = 0.2) -> Iterator[bytes]:
    """Yield frames of many connections at once, some of them one after the other on the same ports, with bulk data."""
    waiting = []
    for number in range(40):
        turns = [*rng.choice(list(TALKS.values())), ("client", rng.randbytes(rng.choice((0, 9_000))))]
        ends = {
            "client": f"10.0.0.{number % 6}",
            "client_port": 40_000 + number % 9,
            "server_start": rng.getrandbits(32),
        }
        if rng.random() < six:
            ends = {"client": "2001:db8::7", "server": "2001:db8::8", "client_port": 40_000 + number % 9}
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
    for _ in range(200):
        said, ports = rng.choice(list(LETTERS.values()))
        other = frame(ip(f"10.0.0.{rng.randrange(3)}", "10.0.0.9", 17, udp(ports, said)))
        frames.insert(rng.randrange(len(frames)), rng.choice((other, frame(arp(), kind=0x0806))))
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

    assert both_ways(pcap(frames, nano=True), kept)[1].handled == len(frames)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("link", LINKS)
def test_pcapng_gives_the_same_both_ways(link: str, seed: int, kept: RuleCache) -> None:
    rng = random.Random(seed)
    frames = list(busy(rng, link, rng.choice((0.2, 0.8))))
    assert both_ways(pcapng(frames, LINK_TYPES[link], rng.choice("<>")), kept)[1].handled == len(frames)


@pytest.mark.parametrize("seed", range(30))
def test_damaged_pcapng_gives_the_same_both_ways(seed: int, kept: RuleCache) -> None:
    rng = random.Random(seed)
    frames = list(busy(rng, "ethernet", 0.5))
    capture = pcapng([damage(rng, one) if rng.random() < 0.3 else one for one in frames], order=rng.choice("<>"))
    both_ways(capture, kept)
    both_ways(damage(rng, capture), kept)
    both_ways(capture[: rng.randrange(len(capture))], kept)


@pytest.mark.parametrize("seed", range(8))
def test_sections_and_interfaces_and_blocks_of_all_kinds_give_the_same_both_ways(seed: int, kept: RuleCache) -> None:
    """Captures one behind the other, in both byte orders, with interfaces that are not walked over, and what else."""
    rng = random.Random(seed)
    parts = []
    for number in range(6):
        order, link = rng.choice("<>"), rng.choice(LINKS)
        frames = list(busy(random.Random(seed * 10 + number), link))[:400]
        whole = pcapng(frames, LINK_TYPES[link], order)
        said = b"names and addresses of nobody"
        said *= rng.choice((1, 1, 40_000))
        size = 12 + len(said) + -len(said) % 4
        aside = struct.pack(order + "II", 4, size) + said + bytes(-len(said) % 4) + struct.pack(order + "I", size)
        parts += [whole, aside * rng.randrange(3)]
    found, _ = both_ways(b"".join(parts), kept)

    assert {o.kind for o in found} >= {"tcp.open"}


@pytest.mark.parametrize("six", [0.0, 0.5, 1.0])
def test_ipv6_is_passed_over_like_ipv4(six: float, kept: RuleCache) -> None:
    """Of bulk data little is left for a closer look; what is left of both versions is told by the same counts."""
    ends = {"client": "2001:db8::7", "server": "2001:db8::8"} if six else {}
    frames = []
    for number in range(2):
        link = Connection(client_port=40_000 + number, **ends)  # type: ignore[arg-type]  # a table of arguments
        kind = 0x86DD if six else 0x0800
        said = link.talk(
            [("server", b"SSH-2.0-x\r\n"), ("client", b"SSH-2.0-y\r\n"), ("client", bytes(4 << 20))], size=1400
        )
        frames += [frame(packet, kind=kind) for packet in said]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.pcap")
        path.write_bytes(pcap(frames))
        tally, watcher = Tally("x"), Watcher("x")
        with opened(path, "x") as source:
            walker = skimmer_for(watcher.streams, kept)
            assert walker is not None
            left = 0
            for walked in walks(source, "x", tally, walker):
                one, other = itertools.tee(walked.left)
                left += sum(1 for _ in one)
                assert list(look_over(watcher, walked._replace(left=other), tally, "x")) == []

    assert left < len(frames) // 4
    assert tally.handled == len(frames)
    both_ways(pcap(frames), kept)


def test_without_machine_code_everything_is_read_in_python(monkeypatch: pytest.MonkeyPatch, kept: RuleCache) -> None:
    def broken(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(skimmer, "machine_code", broken)
    frames = list(busy(random.Random(1), "ethernet"))

    assert skimmer_for(Watcher("x").streams, kept) is None
    assert both_ways(pcap(frames), kept)[1].handled == len(frames)


@pytest.mark.parametrize("seed", range(6))
def test_batches_of_an_interface_give_the_same_both_ways(seed: int, kept: RuleCache) -> None:
    rng = random.Random(seed)
    frames = [damage(rng, one) if rng.random() < 0.1 else one for one in busy(rng, "ethernet", 0.4)]
    batches, at = [], 0
    while at < len(frames):
        some = frames[at : at + rng.randrange(1, 600)]
        ends = list(itertools.accumulate(map(len, some)))
        places = b"".join(
            struct.pack("=IIII", 1_790_000_000, at + number, end - len(one), len(one))
            for number, (one, end) in enumerate(zip(some, ends, strict=True))
        )
        batches.append((b"".join(some), places))
        at += len(some)
    told = []
    for unpack in (None, kept):
        watcher, tally, found = Watcher("x"), Tally("x"), list[Observation]()
        heard = hearing(watcher, Interface(1), tally, unpack)
        for batch in batches:
            found += heard(batch)
        watcher.finish()
        told.append((found + list(watcher.gathered.drain()), tally))

    assert told[0] == told[1]
    assert told[0][1].total == len(frames)
