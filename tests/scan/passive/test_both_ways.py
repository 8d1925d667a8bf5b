"""Hostile captures, with limits so small that all are reached: machine code and Python tell the same."""

from __future__ import annotations

import random
import struct

import pytest

from sentinel.detect.rule_cache import RuleCache
from sentinel.scan.passive import gather, skimmer, skimming, streams
from tests.scan.passive.craft import (
    CLIENT,
    LINK_TYPES,
    SERVER,
    Connection,
    Turn,
    association,
    block,
    enhanced,
    frame,
    interface,
    pcap,
    pcapng,
    rejection,
    section,
)
from tests.scan.passive.test_frames import chained
from tests.scan.passive.test_observing import damage
from tests.scan.passive.test_skimming import both_ways, busy
from tests.scan.passive.test_streams import TALKS

LIMITS = {
    (streams, "MAX_DIRECTIONS"): (2, 9, 64),
    (streams, "MAX_LIVE"): (1, 3),
    (streams, "MAX_HELD"): (100, 5_000),
    (streams, "MAX_WAITING"): (1, 4),
    (gather, "MAX_FACTS"): (3, 40),
    (gather, "MAX_PER_HOST"): (1, 5),
    (gather, "MAX_REPEATS"): (1, 6),
    (skimmer, "MAX_LEFT"): (1, 2, 7),
    (skimming, "_CHUNK"): (200, 1_000, 9_000),
}

REQUEST = association(1)
ENDS = [(CLIENT, SERVER), (CLIENT, SERVER), ("2001:db8::7", "2001:db8::8")]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RuleCache:
    cache = RuleCache(tmp_path_factory.mktemp("code") / "cache")
    assert skimming.skimmer_for(streams.Streams(lambda *_: None), cache) is not None  # else all would be read one way
    return cache


def hostile(rng: random.Random, link: str) -> list[bytes]:
    """Return frames of talks of which packets come twice, late, early, in fragments, and on ports that are in use."""
    waiting = []
    for _ in range(rng.choice((3, 12, 40))):
        client, server = rng.choice(ENDS)
        ports = rng.randrange(40_000, 40_004), 4242
        talk = Connection(client, server, *ports, server_start=rng.getrandbits(32))
        turns = [*rng.choice(list(TALKS.values())), *rng.choice(list(TALKS.values()))][: rng.choice((1, 2, 4))]
        packets = talk.talk(turns, size=rng.choice((1400, 200, 9)))[rng.choice((0, 0, 0, 3)) :][:60]
        packets += rng.sample(packets, min(len(packets), rng.choice((0, 1, 5))))
        for _ in range(rng.choice((0, 0, 2, 9))):
            at, to = rng.randrange(len(packets)), rng.randrange(len(packets))
            packets[at], packets[to] = packets[to], packets[at]
        waiting.append(packets)
    frames = []
    while waiting:
        packets = rng.choice(waiting)
        packet = packets.pop(0)
        packet = chained(rng, packet) if rng.random() < 0.1 else packet
        one = frame(packet, link if rng.random() < 0.95 else "vlan")
        frames.append(damage(rng, one) if rng.random() < 0.03 else one)
        waiting = [one for one in waiting if one]
    return frames


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_limits_the_same_is_told(seed: int, kept: RuleCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table has room for as many directions as the streams have, whatever that is."""
    rng = random.Random(seed)
    for (module, name), choices in LIMITS.items():
        if rng.random() < 0.4:
            monkeypatch.setattr(module, name, rng.choice(choices))
    both_ways(written(rng, rng.choice(list(LINK_TYPES))), kept)


def written(rng: random.Random, link: str) -> bytes:
    """Return a capture of any form, whole or cut."""
    frames, order, number = hostile(rng, link), rng.choice("<>"), LINK_TYPES[link]
    form = rng.randrange(5)
    if form == 0:
        capture = pcapng(frames, number, order)
    elif form == 1:
        capture = mixed(rng, frames, number, order)
    elif form == 2:
        capture = patched(frames, number, order)
    else:
        capture = pcap(frames, number, order, nano=form == 3, snaplen=rng.choice((262_144, 262_144, 60, 300)))
    return capture if rng.random() < 0.8 else damage(rng, capture)


def patched(frames: list[bytes], link: int, order: str) -> bytes:
    """Return a pcap of the old patched libpcap, with eight more bytes a record."""
    parts = [struct.pack(order + "IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65_535, link)]
    for number, one in enumerate(frames):
        parts.append(struct.pack(order + "IIIIIHBB", 9, number, len(one), len(one), 0, 0, 0, 0) + one)
    return b"".join(parts)


def mixed(rng: random.Random, frames: list[bytes], link: int, order: str) -> bytes:
    """Return a pcapng with all three kinds of packets, interfaces that come late, and clocks beyond the calendar."""
    parts = [
        section(order),
        interface(rng.choice((link, 147)), order, snaplen=rng.choice((0, 0, 80))),
        interface(link, order),
    ]
    for number, one in enumerate(frames):
        kind = rng.randrange(6)
        ticks = rng.choice((1_790_000_000_000_000 + number, 0, (1 << 64) - 1 - number))
        if kind == 0:
            parts.append(block(3, struct.pack(order + "I", len(one)) + one, order))
        elif kind == 1:
            head = struct.pack(order + "HHIIII", 1, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(one), len(one) + 9)
            parts.append(block(2, head + one, order))
        else:
            parts.append(enhanced(one, ticks, order, rng.choice((1, 1, 1, 1, 0, 2))))
        if rng.random() < 0.05:
            parts.append(rng.choice((interface(link, order), block(4, bytes(20), order))))
    return b"".join(parts)


@pytest.mark.parametrize("parts", [2, 5])
def test_a_capture_in_parts_or_twice_tells_the_same_both_ways(parts: int, kept: RuleCache) -> None:
    """What a tap delivers twice is counted twice, by both, and each file begins with nothing known, for both."""
    frames = list(busy(random.Random(parts), "ethernet"))
    size = -(-len(frames) // parts)
    for at in range(0, len(frames), size):
        both_ways(pcap(frames[at : at + size]), kept)
    found, tally = both_ways(pcap([one for one in frames for _ in range(2)]), kept)
    once, _ = both_ways(pcap(frames), kept)

    assert tally.handled == 2 * len(frames)
    assert {(o.kind, o.address) for o in found} >= {(o.kind, o.address) for o in once if o.kind == "tcp.open"}


@pytest.mark.parametrize("chunk", [300, 2_000, 9_000, 1 << 19])
def test_ports_used_again_within_a_walk_are_read_again(
    chunk: int, kept: RuleCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Python settles of one connection must not be put over the handshake of the next, which came after it."""
    monkeypatch.setattr(skimming, "_CHUNK", chunk)
    frames = []
    for number in range(600):
        talk = Connection(client_start=number * 7_000_000, server_start=number * 9_000_000)
        turns: list[Turn] = [("server", f"SSH-2.0-version{number % 200}\r\n".encode()), ("client", bytes(30))]
        frames += [frame(packet) for packet in talk.talk(turns)]
    found, _ = both_ways(pcap(frames), kept)

    assert sum(o.count for o in found if o.kind == "ssh.banner") == 600


def test_what_was_asked_is_what_was_asked_when_an_answer_is_given_up(
    kept: RuleCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handshake later in the same walk must not take back what an answer, waiting since before, is read by."""
    monkeypatch.setattr(streams, "MAX_LIVE", 1)
    monkeypatch.setattr(skimming, "_CHUNK", 9_000)
    talk, other = Connection(), Connection(client_port=40_001)
    first = [*talk.handshake(), talk.segment("server", 1, 0x18, rejection()), talk.segment("client", 1, 0x18, REQUEST)]
    quiet = [talk.segment("client", 1 + len(REQUEST), 0x10)] * 200
    later = [*other.handshake(), other.segment("client", 1, 0x18, REQUEST[:80]), talk.segment("client", 0, 0x02)]
    found, _ = both_ways(pcap([frame(packet) for packet in (*first, *quiet, *later)]), kept)

    assert [o.kind for o in found if o.kind == "dicom.reject"] == ["dicom.reject"]
