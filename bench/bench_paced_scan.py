"""Measures how many of the truly open ports of 241 addresses our paced connect scan finds, in a namespace of its own.

    sudo .venv/bin/python bench/bench_paced_scan.py [--unpaced]

241 addresses on one machine, three ports open on each, seventeen closed: at the pace of `it-gentle`, through gate, wire
and log. With `--unpaced` also a scan that opens 200 connections at once: small servers accept from short queues.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

from sentinel import scanning
from sentinel.content import root
from sentinel.scan.offered import OFFERED
from sentinel.scan.profiles import load_profiles
from sentinel.scan.scope_compile import Rules, compile_scope
from sentinel.scan.window import Window

PORTS = list(range(7001, 7021))
OPEN = PORTS[:3]
HOSTS = [f"10.88.0.{number}" for number in range(1, 242)]
SERVER = """
import socket, threading, time
def hold(server):
    while True:
        connection, _ = server.accept()
        time.sleep(0.002)
        connection.close()
for port in %s:
    server = socket.create_server(("0.0.0.0", port), backlog=1)
    threading.Thread(target=hold, args=(server,)).start()
"""
SCOPE = """schema = "sentinel.scope/1"
id = "bench"
revision = 1
type = "inventory"
owner = "bench"
reason = "bench"
zone = "UTC"
expires = 2100-01-01
caller = {ae_title = "BENCH", contact = "bench@lyngvik.example"}
approvals = [{role = "it", name = "Kari", date = 2026-01-01}, {role = "system_owner", name = "Per", date = 2026-01-01}]
windows = [{start = 2026-01-01T00:00:00, end = 2026-01-02T00:00:00}]
[[networks]]
name = "bench"
addresses = ["10.88.0.0/24"]
profile = "it-gentle"
[[targets]]
network = "bench"
hosts = ["10.88.0.1-10.88.0.241"]
probes = {connect = %s}
"""


def paced(folder: Path) -> tuple[int, int, float]:
    """Return how many ports were found open, how many packets that took, and for how long."""
    rules = Rules(load_profiles(root()), OFFERED)
    scope = compile_scope((SCOPE % PORTS).encode(), "bench", rules, list)
    clock = scanning.clock()
    now = clock.now()
    scope = replace(scope, signed_by="bench", windows=(Window(now.replace(year=2000), now.replace(year=2090)),))
    ground = scanning.Ground(root(), folder, OFFERED)
    begun = time.monotonic()
    ran = scanning.run(
        scanning.plan(scope, ground, 1),
        scanning.Order("bench", folder / "p.jsonl", 1),
        ground,
        clock,
        lambda _, items: items,
    )
    lines = (json.loads(line) for line in (folder / "p.jsonl").read_text().splitlines())
    found = sum(line["kind"] == "probe" and line["facts"]["answer"] == "open" for line in lines)
    return found, ran.packets, time.monotonic() - begun


def unpaced() -> tuple[int, float]:
    """Return the same for 200 connections at a time, each with a second's patience."""

    def one(where: tuple[str, int]) -> bool:
        with socket.socket() as made:
            made.settimeout(1)
            return not made.connect_ex(where)

    wanted = [(host, port) for host in HOSTS for port in PORTS]
    Random(1).shuffle(wanted)
    begun = time.monotonic()
    with ThreadPoolExecutor(200) as pool:
        found = sum(pool.map(one, wanted))
    return found, time.monotonic() - begun


def main() -> None:
    """Measure inside a namespace that `unshare` made."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--unpaced", action="store_true")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if not asked.inside:
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv, "--inside"])  # noqa: S606, S607 -- of the machine
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607 -- of the machine
    subprocess.run(["ip", "addr", "add", "10.88.0.0/24", "dev", "lo"], check=True)  # noqa: S607 -- the whole network is us
    server = subprocess.Popen([sys.executable, "-c", SERVER % OPEN])
    try:
        time.sleep(1)
        truth = len(HOSTS) * len(OPEN)
        with tempfile.TemporaryDirectory() as folder:
            found, packets, seconds = paced(Path(folder))
        print(f"paced (it-gentle): {found} of {truth} open ports, {packets:,} packets in {seconds:.0f} s")
        if asked.unpaced:
            found, seconds = unpaced()
            print(f"unpaced, 200 at once: {found} of {truth} open ports, {seconds:.1f} s")
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
