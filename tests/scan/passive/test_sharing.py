"""Two processes that share a capture tell what one does."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.detect.rule_cache import RuleCache
from sentinel.errors import InputError
from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.processes import can_fork
from sentinel.scan.passive import gather, sharing
from sentinel.scan.passive.sharing import Pace, observe
from tests.scan.passive.craft import LINK_TYPES, Connection, arp, frame, ip, pcap, udp
from tests.scan.passive.letters import LETTERS
from tests.scan.passive.test_both_ways import written
from tests.scan.passive.test_observing import damage
from tests.scan.passive.test_skimming import busy

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system makes no process of a running one")
NEVER = 1 << 50


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RuleCache:
    return RuleCache(tmp_path_factory.mktemp("code") / "cache")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have two processes read, however many cores there are, and leave none behind."""
    monkeypatch.setattr(sharing, "usable_cores", lambda: 2)
    yield
    assert multiprocessing.active_children() == []


def one_and_two(path: Path, kept: RuleCache | None = None) -> tuple[list[Observation], Tally]:
    """Observe with one process and with two; every fact and count must be equal.

    Times too, but for one thing: of what was put together out of several packets the first packet's time counts, and
    one process holds what it put together last for the last sight, while two take the latest.
    """
    alone, together = Tally("net.pcap"), Tally("net.pcap")
    expected = list(observe(path, "net.pcap", alone, kept, Pace(0, NEVER)))
    found = list(observe(path, "net.pcap", together, kept, Pace(0, 0)))
    before, after = ({repr(replace(one, time=None, last=None)): one for one in some} for some in (expected, found))
    assert after.keys() == before.keys()
    assert len(after) == len(found) == len(expected)
    assert all(one.time == before[what].time for what, one in after.items())
    assert all(later(one, before[what]) for what, one in after.items())
    assert (together.handled, together.skipped) == (alone.handled, alone.skipped)
    assert together.examples.keys() == alone.examples.keys()
    return found, together


def later(one: Observation, other: Observation) -> bool:
    """Say whether the last sight is the same, or a later one."""
    return one.last == other.last or (one.last is not None and other.last is not None and one.last > other.last)


def crowd(rng: random.Random, link: str) -> list[bytes]:
    """Return frames of many machines, of which both processes have some, with datagrams and ARP between them."""
    frames = list(busy(rng, link))
    for _ in range(100):
        said, ports = rng.choice(list(LETTERS.values()))
        letter = frame(ip(f"10.0.0.{rng.randrange(9)}", f"10.0.0.{rng.randrange(9)}", 17, udp(ports, said)), link)
        frames.insert(rng.randrange(len(frames)), rng.choice((letter, frame(arp(), link, kind=0x0806))))
    return frames


@pytest.mark.parametrize("code", [True, False])
@pytest.mark.parametrize("link", ["ethernet", "vlan", "cooked", "raw"])
def test_busy_captures(tmp_path: Path, link: str, code: bool, kept: RuleCache) -> None:
    path = tmp_path / "net.pcap"
    for seed in range(4):
        frames = crowd(random.Random(seed), link)
        path.write_bytes(pcap(frames, LINK_TYPES[link]))
        found, tally = one_and_two(path, kept if code else None)

        assert tally.total == len(frames)
        assert {one.kind for one in found} >= {"flow", "tcp.open"}


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(24))
def test_hostile_captures(tmp_path: Path, seed: int, kept: RuleCache) -> None:
    rng, path = random.Random(seed), tmp_path / "net.pcap"
    path.write_bytes(written(rng, rng.choice(list(LINK_TYPES))))
    one_and_two(path, kept if seed % 2 else None)
    frames = crowd(rng, "ethernet")
    wrong = pcap([damage(rng, one) if rng.random() < 0.2 else one for one in frames])
    path.write_bytes(wrong[: rng.randrange(len(wrong) // 2, len(wrong) + 1)])
    one_and_two(path, kept if seed % 2 else None)


def test_a_handshake_that_one_process_reads_tells_the_other_who_serves(tmp_path: Path) -> None:
    """Half of the connections were under way when the capture began: only the others show which side serves."""
    banner = [("client", b"SSH-2.0-a\r\n"), ("server", b"SSH-2.0-OpenSSH_9.2p1\r\n")]
    frames = []
    for number in range(1, 60):
        packets = Connection(client=f"10.0.0.{number}", server="10.0.1.1", server_port=2200).talk(banner)  # type: ignore[arg-type]  # turns
        frames += [frame(one) for one in packets[3 if number > 20 else 0 :]]
    path = tmp_path / "net.pcap"
    path.write_bytes(pcap(frames))
    found, _ = one_and_two(path)

    banners = [one for one in found if one.kind == "ssh.banner" and one.facts["software"] == "OpenSSH_9.2p1"]
    assert [(one.count, one.port, one.facts["role"]) for one in banners] == [(59, 2200, "server")]


def test_what_becomes_too_much_to_hold_is_told_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.pcap"
    path.write_bytes(pcap(crowd(random.Random(5), "ethernet")))
    whole = counted(observe(path, "net.pcap", Tally("net.pcap"), None, Pace(0, NEVER)))
    monkeypatch.setattr(gather, "MAX_FACTS", 7)
    found = list(observe(path, "net.pcap", Tally("net.pcap"), None, Pace(0, 0)))

    assert counted(iter(found)).keys() == whole.keys()
    assert len(found) > len(whole)


def counted(observations: Iterator[Observation]) -> Counter[str]:
    seen: Counter[str] = Counter()
    for one in observations:
        seen[f"{one.kind} {one.address} {one.port} {one.facts}"] += one.count
    return seen


def test_the_share_of_a_process_that_was_killed_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = sharing._read_other
    where: list[bool] = []

    def killed(*words: object) -> None:
        if multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        where.append(True)
        read(*words)  # type: ignore[arg-type]  # the same

    monkeypatch.setattr(sharing, "_read_other", killed)
    path = tmp_path / "net.pcap"
    path.write_bytes(pcap(crowd(random.Random(1), "ethernet")))
    one_and_two(path)

    assert where == [True]


def test_whoever_stops_half_way_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MAX_FACTS", 3)
    path = tmp_path / "net.pcap"
    path.write_bytes(pcap(crowd(random.Random(2), "ethernet")))
    found = observe(path, "net.pcap", Tally("net.pcap"), None, Pace(0, 0))
    next(found)
    found.close()  # type: ignore[attr-defined]  # it is a generator


def test_what_is_compressed_or_no_capture_is_read_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_Other", None)
    packed, other = tmp_path / "net.pcap.gz", tmp_path / "notes.txt"
    packed.write_bytes(gzip.compress(pcap(crowd(random.Random(3), "ethernet"))))
    other.write_text("no capture")

    assert one_and_two(packed)[0]
    with pytest.raises(InputError, match="is not a network capture"):
        list(observe(other, "notes.txt", Tally("notes.txt"), None, Pace(0, 0)))
