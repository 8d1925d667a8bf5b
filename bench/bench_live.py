"""Measures listening: the made hospital is sent over a cable in a namespace at a paced rate, and what arrives is told.

    .venv/bin/python -m bench.bench_live [--packets 400000] [--hosts 2000] [--mbit 1000] [--loops 5] [--buffer 64]

As root. tcpreplay sends; it keeps the capture in memory, and the rate it came to is printed. The same capture, as
often, is read from a file by the same code: packets, facts and their counts must be the same. The load of the machine
is printed, since the sender, the kernel and the listener share its cores.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.bench_passive import ROOT, write
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.skipped import Tally
from sentinel.native import machine_code
from sentinel.scan.passive import observe, skimmer
from sentinel.scan.passive.live import listen, open_wire

NAME = f"bench-live-{os.getpid()}"
Facts = Counter[tuple[str, str, str]]


def run(*words: str) -> str:
    """Run a program, and return what it said."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def cable() -> None:
    """Lay a cable in a namespace of its own; nobody in it says anything."""
    run("ip", "netns", "add", NAME)
    run("ip", "-n", NAME, "link", "add", "here", "type", "veth", "peer", "name", "there")
    for end in ("here", "there"):
        run("ip", "netns", "exec", NAME, "sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
        run("ip", "-n", NAME, "link", "set", end, "arp", "off", "up")


def facts_of(seen: Facts, out: Path) -> None:
    """Write facts, one a line, so that two processes' can be compared."""
    out.write_text(
        "\n".join(sorted(f"{number}\t{kind}\t{where}\t{said}" for (kind, where, said), number in seen.items()))
    )


def count(observations: object) -> Facts:
    """Count facts by kind, address and content, whatever the reader reported them in."""
    seen: Facts = Counter()
    for one in observations:  # type: ignore[attr-defined]  # observations of a file or an interface
        seen[one.kind, f"{one.address} {one.port}", str(sorted(one.facts.items()))] += one.count
    return seen


def hear(options: argparse.Namespace) -> None:
    """Listen until nothing came for two seconds after something had; run in the namespace."""
    kept = None if options.plain else code()
    tally, wire = Tally("here"), open_wire("here", options.buffer << 20)
    last = [0, time.monotonic() + 60]

    def over() -> bool:
        if tally.total != last[0]:
            last[:] = [tally.total, time.monotonic() + 2]
        return time.monotonic() > last[1]

    print("listening", flush=True)
    begun = time.process_time()
    seen = count(listen(wire, "here", tally, over, kept))
    spent = time.process_time() - begun
    facts_of(seen, options.out)
    print(f"{tally.handled} {sum(tally.skipped.values())} {wire.dropped()} {spent:.2f} {dict(tally.skipped)}")


def code() -> RuleCache:
    """Return where machine code is kept, after it was made."""
    kept = RuleCache(ROOT / ".cache" / "bench" / "code")
    machine_code(skimmer.__name__.split(".")[1], kept)
    return kept


def send(path: Path, options: argparse.Namespace) -> str:
    """Send the capture over the cable, and return what tcpreplay says of its rate."""
    program = shutil.which("tcpreplay")
    if program is None:
        raise SystemExit("tcpreplay is not installed")
    words = [program, "-i", "there", "-K", "--loop", str(options.loops), "--mbps", str(options.mbit), str(path)]
    return run("ip", "netns", "exec", NAME, *words)


def one(path: Path, options: argparse.Namespace, folder: Path, *, plain: bool) -> Path:
    """Send and listen once, print the row, and return where the facts are."""
    out = folder / ("plain" if plain else "code")
    words = ["ip", "netns", "exec", NAME, sys.executable, "-m", "bench.bench_live", "--out", str(out)]
    words += ["--buffer", str(options.buffer), *(["--plain"] * plain)]
    hearing = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if hearing.stdout is None or hearing.stdout.readline() != "listening\n":
        raise SystemExit("nobody listens")
    said = send(path, options)
    handled, skipped, dropped, spent, why = hearing.communicate()[0].split(" ", 4)
    sent = int(re.findall(r"Actual: (\d+) packets", said)[0])
    rate = re.findall(r"Rated: .*", said)[0]
    name = "python" if plain else "machine code"
    print(f"  {name:<14} sent {sent:,}  heard {int(handled) + int(skipped) - int(dropped):,}  dropped {int(dropped):,}")
    print(f"  {'':<14} {rate}; listener {spent} s of a processor; skipped {why.strip()}; load {os.getloadavg()[0]:.1f}")
    return out


def main() -> None:
    """Make the capture, send it, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=400_000)
    parser.add_argument("--hosts", type=int, default=2_000)
    parser.add_argument("--mbit", type=int, default=1_000)
    parser.add_argument("--loops", type=int, default=5)
    parser.add_argument("--buffer", type=int, default=64)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.out:
        hear(options)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "made.pcap"
        write(path, options.packets, options.hosts)
        print(f"capture: {options.packets:,} packets, {path.stat().st_size / 1e6:.1f} MB, sent {options.loops} times")
        cable()
        try:
            live = [one(path, options, folder, plain=plain) for plain in (False, True)]
        finally:
            run("ip", "netns", "del", NAME)
        compare(path, options.loops, folder, live)


def compare(path: Path, loops: int, folder: Path, live: list[Path]) -> None:
    """Read the same packets from a file, and say how many facts differ."""
    whole = folder / "whole.pcap"
    data = path.read_bytes()
    with whole.open("wb") as out:
        out.write(data[:24])
        for _ in range(loops):
            out.write(data[24:])
    expected = folder / "file"
    tally = Tally("whole")
    facts_of(count(observe(whole, "whole", tally, code(), skim_from=0)), expected)
    told = expected.read_text().splitlines()
    for one_way in live:
        heard = one_way.read_text().splitlines()
        differ = len(set(told) ^ set(heard))
        print(f"  facts from a file {len(told):,}, live ({one_way.name}) {len(heard):,}, different {differ:,}")


if __name__ == "__main__":
    main()
