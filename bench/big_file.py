"""Runs `sentinel detect` over generated files of growing size and prints what each took: memory must stay flat.

`python bench/big_file.py [--sizes 50e6,300e6,5e9] [--corpus a] [--rules DIR …] [--processes 1,2] [--pipe]`. A file is
written to disk once and kept in .cache/bench; with --pipe only the first events are, and all others go straight to
standard input. Of several numbers of processes each is measured, one after the other; 0 is what the command itself
takes. «net» is the time behind that of the same command over the first events alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bench.corpora.write import NAMES, lines, write
from bench.spent import Spent, count_lines, spend
from sentinel.model.text import counted

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
SENTINEL = Path(sys.executable).parent / "sentinel"
FEW = 20_000
"""Bytes that take no time worth naming."""


def generated(folder: Path, corpus: str, size: float) -> tuple[Path, int]:
    """Write a corpus of a size unless it is there; return it with its number of events."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"{corpus}-{size:.0f}b-*.jsonl"):
        return path, int(path.stem.rpartition("-")[2])
    unfinished = folder / f"{corpus}-{size:.0f}b.part"
    with unfinished.open("wb") as out:
        number, _ = write(out, lines(corpus, sys.maxsize), size)
    return unfinished.rename(folder / f"{corpus}-{size:.0f}b-{number}.jsonl"), number


def detect(log: str, rules: list[Path], pipe: list[str] | None = None, processes: int = 0) -> tuple[int, Spent]:
    """Run the command; return its number of hits and what it took, without what feeds it."""
    told = [word for folder in rules for word in ("--rules", str(folder))]
    told += ["--processes", str(processes)] if processes else []
    command = [str(SENTINEL), "detect", "--quiet", "--format", "jsonl", *told, log]
    if pipe is None:
        return spend(command, count_lines)
    with subprocess.Popen(pipe, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as feeder:
        return spend(command, count_lines, stdin=feeder.stdout)


def main() -> None:
    """Measure the sizes that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="50e6,300e6,5e9")
    parser.add_argument("--corpus", choices=NAMES, default="a")
    parser.add_argument("--rules", type=Path, nargs="*", default=[ROOT / "rules"])
    parser.add_argument("--processes", default="0")
    parser.add_argument("--pipe", action="store_true")
    options = parser.parse_args()
    start = beginning(options)
    for size in map(float, options.sizes.split(",")):
        for processes in map(int, options.processes.split(",")):
            measure(size, processes, options, start)


def beginning(options: argparse.Namespace) -> float:
    """Return the seconds that the command takes over a few events, the better of two runs."""
    path, _ = generated(CACHE, options.corpus, FEW)
    runs = [detect(str(path), options.rules)[1].seconds for _ in range(2)]
    print(f"{'start':>8}: {min(runs):,.1f} s", flush=True)
    return min(runs)


def measure(size: float, processes: int, options: argparse.Namespace, start: float) -> None:
    """Run the command over one file, and print the row."""
    if options.pipe:
        feed = [sys.executable, "-m", "bench.corpora.write", options.corpus, "--bytes", str(size)]
        (hits, run), events = detect("-", options.rules, feed, processes), 0
    else:
        path, events = generated(CACHE, options.corpus, size)
        hits, run = detect(str(path), options.rules, None, processes)
    speed = f"{events / run.seconds:,.0f} events/s, " if events else ""
    ways = f", {counted(processes, 'process', 'processes')}" if processes else ""
    print(
        f"{size / 1e6:>8,.0f} MB{ways}: {run.seconds:,.1f} s, net {run.seconds - start:,.1f} s, "
        f"{run.processor:,.1f} s of processor, {speed}peak {run.peak:.0f} MB, {hits:,} hits, exit {run.code}",
        flush=True,
    )


if __name__ == "__main__":
    main()
