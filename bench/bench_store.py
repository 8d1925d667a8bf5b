"""Measures the store with many assets: filling it, listing, filtering, and telling what changed between two scans.

    .venv/bin/python bench/bench_store.py [--assets 500000] [--changed 5000]

Each question is asked through the store as the commands ask it, in a process of its own, so that nothing is warm but
the machine's own cache of files. Compare the ratios: the figures are of one machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

CLASSES = ("server", "workstation", "patient_monitor", "infusion_pump", "printer", "unknown")
QUESTIONS = ("list page", "count", "list all", "filter by class", "filter by name", "diff", "diff, all lines")


def assets(number: int, changed: int = 0) -> Iterator[object]:
    """Yield made assets; the first `changed` of them have a newer program, and as many are new."""
    from sentinel.model.assets import Asset, Claim, Service

    first = changed
    for at in range(first, number + first):
        version = "9.7" if changed and at < first + changed else "9.2"
        address = f"10.{at >> 16 & 255}.{at >> 8 & 255}.{at & 255}"
        key, name = "tcp/22", f"RØNTGEN-{at}" if at % 1000 == 0 else f"LV-{at}"
        claims = (
            Claim("name", name, "name-from-dhcp", 4, "dhcp (a.pcap)", None, None),
            Claim(f"{key}.product", "OpenSSH", "ssh-openssh", 4, "ssh.banner tcp/22 (a.pcap)", None, None),
            Claim(f"{key}.version", version, "ssh-openssh", 4, "ssh.banner tcp/22 (a.pcap)", None, None),
            Claim("device_class", CLASSES[at % 6], "some-rule", 3, "arp (a.pcap)", None, None),
        )
        yield Asset(
            id=f"{at:016x}",
            addresses=(address,),
            macs=(f"00:09:fb:{at >> 16 & 255:02x}:{at >> 8 & 255:02x}:{at & 255:02x}",),
            names=(claims[0].value,),
            device_class=CLASSES[at % 6],
            vendor="Maker",
            product="OpenSSH",
            version=version,
            services=(Service("tcp", 22, "ssh", "OpenSSH", version),),
            claims=claims,
            first_seen=None,
            last_seen=None,
        )


def fill(where: str, number: int, changed: int) -> None:
    """Keep two scans: all assets, and then as many of which some are new, some changed and some are not there."""
    from sentinel.model.history import Looked
    from sentinel.store.store import Store

    store = Store.open(where)
    store.save_scan("s", date(2026, 11, 1), assets(number), ())  # type: ignore[arg-type]  # imported late, so typed loosely
    looked = Looked(("b.xml",), whole=False, asked={"10.0.0.0/24": None})
    store.save_scan("s", date(2026, 11, 2), assets(number, changed), (), looked)  # type: ignore[arg-type]  # as above
    store.close()


def ask(where: str, question: str) -> int:
    """Ask one question and return how many rows came."""
    from sentinel.store.store import Store

    store = Store.open(where)
    asked: dict[str, Callable[[], int]] = {
        "list page": lambda: sum(1 for _ in store.asset_rows(most=1000)),
        "count": store.count_assets,
        "list all": lambda: sum(1 for _ in store.asset_rows()),
        "filter by class": lambda: sum(1 for _ in store.asset_rows(device_class="patient_monitor")),
        "filter by name": lambda: sum(1 for _ in store.asset_rows("røntgen")),
        "diff": lambda: sum(1 for _ in store.asset_changes("s", 1, 2)),
        "diff, all lines": lambda: sum(len(one.details) + 1 for one in store.asset_changes("s", 1, 2)),
    }
    return asked[question]()


def measure(where: str, question: str) -> None:
    """Ask one question in this process and print what it took as JSON; opening the database is counted in."""
    start, used = time.perf_counter(), time.process_time()
    found = ask(where, question)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": processor, "rows": found, "peak": peak}))


def main() -> None:
    """Fill a store and ask every question three times, each in a process of its own."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--assets", type=int, default=500_000)
    arguments.add_argument("--changed", type=int, default=5_000)
    arguments.add_argument("--ask", choices=QUESTIONS)
    arguments.add_argument("--store")
    given = arguments.parse_args()
    if given.ask:
        measure(given.store, given.ask)
        return
    with tempfile.TemporaryDirectory() as folder:
        where = str(Path(folder) / "s.db")
        start = time.perf_counter()
        fill(where, given.assets, given.changed)
        size = Path(where).stat().st_size / 1e6
        print(f"two scans of {given.assets:,} assets kept in {time.perf_counter() - start:.1f} s, {size:,.0f} MB")
        for question in QUESTIONS:
            command = [sys.executable, __file__, "--store", where, "--ask", question]
            runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3)]
            best = min(runs, key=lambda one: float(one["cpu"]))
            print(
                f"{question:16} {best['cpu']:>6.2f} s of processor time, {best['seconds']:>6.2f} s by the clock, "
                f"{best['rows']:>8,} rows, peak {best['peak']:>5.0f} MB"
            )


if __name__ == "__main__":
    main()
