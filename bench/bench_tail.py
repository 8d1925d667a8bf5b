"""Measures a watch over files beside `detect` on the same log: processor, memory at two sizes, archive, and at rest.

`python bench/bench_tail.py`. The log is the clinic's, again and again, with another number in each record.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from bench.spent import Spent, spend

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "examples" / "clinic" / "logs" / "lv-epj-security.jsonl.zst"
SIZES = (10, 40)
"""MB."""
FILES = 200
REST = 60
"""Seconds."""


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "warm" / "logs").mkdir(parents=True)
        write(folder / "warm" / "logs" / "a.jsonl", 5_000_000)
        shown("detect, before anything is measured", folder / "warm", ["detect", "logs", "--processes", "1"])
        for size in SIZES:
            below = folder / f"{size} MB"
            (below / "logs").mkdir(parents=True)
            records = write(below / "logs" / "a.jsonl", size * 1_000_000)
            print(f"{size} MB, {records:,} records")
            plain = shown("detect", below, ["detect", "logs", "--processes", "1"])
            for title, more in (("watch", []), ("watch, archive", ["--archive", "archive"])):
                store = f"{len(more)}.db"
                words = ["watch", "run", "--logs", "logs", "--save", "k", "--once", "--store", store, *more]
                spent = shown(title, below, words)
                print(f"  {title}: {spent.processor / plain.processor:.1f} × the processor time of detect")
            kept = sum(path.stat().st_size for path in (below / "archive").rglob("*.zst"))
            print(f"  archive: {kept / 1e6:.1f} MB, {size * 1e6 / kept:.0f} times smaller than the log")
        at_rest(folder / "rest")


def shown(title: str, folder: Path, words: list[str]) -> Spent:
    """Run a command in a folder, and print what it took."""
    command = [sys.executable, "-c", f"import os; os.chdir({str(folder)!r}); from sentinel.cli import app; app()"]
    lines, spent = spend([*command, *words, "-q", "--format", "jsonl"], _count)
    print(
        f"  {title}: exit {spent.code}, {lines:,} alerts, {spent.seconds:.1f} s, {spent.processor:.1f} s of the "
        f"processor, {spent.peak:.0f} MB at the peak"
    )
    return spent


def at_rest(folder: Path) -> None:
    """Print what a watch over files that nobody writes takes."""
    (folder / "logs").mkdir(parents=True)
    for number in range(FILES):
        write(folder / "logs" / f"{number}.jsonl", 20_000)
    words = ["watch", "run", "--logs", "logs", "--save", "k", "--store", "x.db", "--every", "10", "-q"]
    watch = subprocess.Popen([sys.executable, "-m", "sentinel", *words], cwd=folder, stderr=subprocess.PIPE)
    if watch.stderr is not None:
        watch.stderr.readline()
    time.sleep(15)
    before = _processor(watch.pid)
    time.sleep(REST)
    took = _processor(watch.pid) - before
    watch.send_signal(signal.SIGTERM)
    watch.communicate()
    print(
        f"at rest, {FILES} files, a look every 10 s: {took:.2f} s of the processor in {REST} s, exit {watch.returncode}"
    )


def write(path: Path, size: int) -> int:
    """Write a log of so many bytes; return how many records it has."""
    count = written = 0
    with path.open("wb") as out:
        for line in _lines():
            written += out.write(line)
            count += 1
            if written >= size:
                return count
    return count


def _lines() -> Iterator[bytes]:
    lines = zstandard.ZstdDecompressor().stream_reader(LOG.read_bytes()).read().splitlines()
    number = 0
    while True:
        for line in lines:
            number += 1
            yield b'{"n":%d,' % number + line[1:] + b"\n"


def _count(out: BinaryIO) -> int:
    return sum(1 for _ in out)


def _processor(pid: int) -> float:
    """Return the seconds that a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
