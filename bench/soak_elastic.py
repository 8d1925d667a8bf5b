"""Sustained intake and watch over a real Elasticsearch, with the lag of each alert and each window.

`python bench/soak_elastic.py [--rate 1000] [--minutes 20] [--window 60] [--delay 10] [--rules DIR]`. Needs Java and
Maven. Records go in by the loader of `sentinel ingest`, so many a second; `sentinel watch run` looks at windows of so
many seconds, each so many seconds after its end. One record in a thousand meets a rule: its lag is from the moment
that it was sent to the moment that its alert was printed, and can be no less than what is left of its window and the
delay. Exit code 1: an alert is missing or double.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from sentinel.content import root
from sentinel.detect.alerts import fingerprint
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.documents import Document, document
from sentinel.elastic.template import prepare
from sentinel.model.events import Event, Fields
from sentinel.store.store import Store
from tests.elastic.server import running

JVM = "-Xms1g\n-Xmx1g\n"
STREAM = "logs-sentinel.jsonl-soak"
ONE_IN = 1_000
BATCHES = 4
"""Requests a second."""
RULE = """title: Marked
id: 8d1f0f6a-5a5e-4a7e-9a41-0d1c6a3b7e55
status: experimental
description: What one record in a thousand meets
level: low
author: Sentinel
logsource: {category: process_creation, product: windows}
detection:
  sel: {CommandLine|contains: blåbærsyltetøy}
  condition: sel
"""


@dataclass
class Run:
    """What was sent and what came out, by the number of the marked record."""

    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    records: int = 0
    behind: float = 0.0
    others: int = 0


def main() -> None:
    """Fill, watch, and say what that came to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=1_000)
    options.add_argument("--minutes", type=float, default=20)
    options.add_argument("--window", type=float, default=60)
    options.add_argument("--delay", type=float, default=10)
    options.add_argument("--rules", type=Path, default=root() / "rules")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sentinel-soak-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "server").mkdir(mode=0o755)
        (folder / "own").mkdir()
        (folder / "own" / "marked.yml").write_text(RULE, encoding="utf-8")
        with running(folder / "server", JVM) as url:
            run = soak(url, folder, asked)
            tell(run, folder, asked)
    raise SystemExit(set(run.sent) != set(run.seen) or max(run.times.values(), default=0) > 1)


def soak(url: str, folder: Path, asked: argparse.Namespace) -> Run:
    """Send records at the rate asked for while a watch looks at them; wait for what is under way at the end."""
    run = Run()
    prepare(connect(Access(url)), None, 0)
    send(Loader(connect(Access(url)), time.sleep), [made(run, 0)])  # the stream must be there before the watch
    with watching(url, folder, asked, run) as process:
        fill(Loader(connect(Access(url)), time.sleep), asked, run)
        end = time.monotonic() + 2 * asked.window + asked.delay + 60
        while time.monotonic() < end and set(run.sent) != set(run.seen) and process.poll() is None:
            time.sleep(0.5)
        print(f"peak memory of the watch: {peak(process.pid)}")
    return run


def fill(loader: Loader, asked: argparse.Namespace, run: Run) -> None:
    """Send a batch every quarter of a second; where that cannot be held, say how far behind it fell."""
    began, size = time.monotonic(), asked.rate // BATCHES
    for number in range(int(asked.minutes * 60 * BATCHES)):
        late = time.monotonic() - began - number / BATCHES
        run.behind = max(run.behind, late)
        time.sleep(max(0.0, -late))
        send(loader, [made(run, run.records + one) for one in range(1, size + 1)])
        run.records += size


def send(loader: Loader, documents: Sequence[Document]) -> None:
    """Send records; none may be refused."""
    sent = loader.send(STREAM, documents)
    if sent.refused:
        raise SystemExit(f"refused: {sent.refused[0].why}")


def made(run: Run, number: int) -> Document:
    """Return a record as Sysmon writes it; one in a thousand is marked."""
    marked = number % ONE_IN == ONE_IN - 1
    if marked:
        run.sent[str(number)] = time.time()
    fields: Fields = {
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "UtcTime": datetime.now(UTC).isoformat(),
        "ProcessId": str(number),
        "Image": f"C:\\Program Files\\EPJ\\bin\\worker{number % 50}.exe",
        "CommandLine": f"worker{number % 50}.exe --job {number} {'blåbærsyltetøy' if marked else ''}",
        "User": f"KLINIKK\\bruker{number % 30}",
        "ParentImage": "C:\\Windows\\System32\\services.exe",
        "Computer": f"ws{number % 20}.klinikk.example",
    }
    event = Event("soak", str(number), datetime.now(UTC), fields)
    return document(event, fingerprint(event), "jsonl")


@contextmanager
def watching(url: str, folder: Path, asked: argparse.Namespace, run: Run) -> Iterator[subprocess.Popen[str]]:
    """Run the watch as a user does, and note when each alert is printed; its talk is in `watch.log`."""
    words = f"watch run --from {url} --index {STREAM} --save soak --every 1 -q --format jsonl --store {folder}/soak.db"
    spans = f"--since {datetime.now(UTC):%Y-%m-%dT%H:%M}+00:00 --minutes {asked.window / 60} --delay {asked.delay}"
    rules = f"--rules {asked.rules} --rules {folder}/own"
    command = [sys.executable, "-m", "sentinel", *words.split(), *spans.split(), *rules.split()]
    environ = os.environ | {"SENTINEL_CACHE": str(folder / "cache")}
    with (
        (folder / "watch.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environ) as process,
    ):
        reader = threading.Thread(target=listen, args=(process, run))
        reader.start()
        try:
            yield process
        finally:
            process.terminate()  # an interrupt is ignored by what a shell began in the background
            process.wait(60)
            reader.join()


def listen(process: subprocess.Popen[str], run: Run) -> None:
    """Note the alerts of marked records with the moment, and count the others."""
    for line in process.stdout or ():
        found = orjson.loads(line)
        mark = found["event"]["record"]
        if found["rule"]["title"] != "Marked":
            run.others += 1
            continue
        run.times[mark] += 1
        run.seen.setdefault(mark, time.time())


def peak(pid: int) -> str:
    """Return the most memory that a process has used."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("VmHWM")), "not known")


def tell(run: Run, folder: Path, asked: argparse.Namespace) -> None:
    """Print what was sent, found, and how late."""
    store = Store.open(str(folder / "soak.db"))
    windows = [one for one in store.all_windows() if one.done]
    costs = list(store.all_watch_rules())
    store.close()
    lags = [(one.done - one.end).total_seconds() for one in windows if one.done]
    alerts = [run.seen[mark] - moment for mark, moment in run.sent.items() if mark in run.seen]
    print(f"{run.records:,} records at {asked.rate:,} a second, at most {run.behind:.1f} s behind")
    print(f"windows of at most {asked.window:g} s, looked at {asked.delay:g} s after their end: {len(windows):,} done")
    print(f"  settled after their end: {spread(lags)}")
    print(f"  from sending to the alert: {spread(alerts)}")
    lost, double = set(run.sent) - set(run.seen), [mark for mark, count in run.times.items() if count > 1]
    print(f"{len(run.sent):,} marked: {len(lost):,} lost, {len(double):,} double; {run.others:,} alerts of other rules")
    read = sum(one.records or 0 for one in windows)
    print(f"{read:,} records in windows that are done; {sum(one.asked for one in costs):,} times a rule was asked")
    print(f"peak memory of what sends: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")


def spread(seconds: Sequence[float]) -> str:
    """Return the median, the worst of nineteen in twenty, and the worst."""
    if not seconds:
        return "nothing"
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"median {middle:.1f} s, 95 % {late:.1f} s, most {ordered[-1]:.1f} s"


if __name__ == "__main__":
    main()
