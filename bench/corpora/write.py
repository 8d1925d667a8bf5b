"""Writes a corpus: `python -m bench.corpora.write a --events 200000 --out corpus.jsonl` (or `--bytes 5e9`, `--out -`).

a: Sysmon, 3 % attacks, flat · b: the same with 0.4 % · all: Sysmon and eleven other kinds of Windows events, 3 % ·
spaced, escaped, nested, winlogbeat: the events of a, written so · auditd, cloudtrail, web, health: other logs, 3 %.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bench.corpora.attacks import CHANNEL_ATTACKS, SYSMON_ATTACKS
from bench.corpora.channels import CHANNEL_MIX
from bench.corpora.others import OTHERS
from bench.corpora.shapes import SHAPES
from bench.corpora.windows import SYSMON_MIX, Maker, Record

SEED = 20261014
ATTACKS = {"b": 0.004}
OFTEN = 0.03


def events(name: str, number: int) -> Iterator[Record]:
    """Yield Windows events of a corpus."""
    make = Maker(SEED)
    attacks = ATTACKS.get(name, OFTEN)
    mix = SYSMON_MIX | CHANNEL_MIX if name == "all" else SYSMON_MIX
    bad = [*SYSMON_ATTACKS, *CHANNEL_ATTACKS] if name == "all" else list(SYSMON_ATTACKS)
    kinds = [kind for kind, often in mix.items() for _ in range(often)]
    for _ in range(number):
        yield make.chance.choice(bad if make.chance.random() < attacks else kinds)(make)


def lines(name: str, number: int) -> Iterator[bytes]:
    """Yield the lines of a corpus."""
    if name in OTHERS:
        return islice(OTHERS[name](number, SEED, OFTEN), number)
    return map(SHAPES.get(name, SHAPES["flat"]), events(name, number))


NAMES = ("a", "b", "all", *(shape for shape in SHAPES if shape != "flat"), *OTHERS)


def write(out: BinaryIO, made: Iterator[bytes], most_bytes: float | None = None) -> tuple[int, int]:
    """Write lines, and return how many lines and bytes; `most_bytes` ends it at the first line beyond."""
    number = size = 0
    for line in made:
        size += out.write(line + b"\n")
        number += 1
        if most_bytes is not None and size >= most_bytes:
            break
    return number, size


def cached(folder: Path, name: str, number: int) -> Path:
    """Write a corpus into a folder unless it is there."""
    path = folder / f"{name}-{number}.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as out:
            write(out, lines(name, number))
        unfinished.rename(path)
    return path


def main() -> None:
    """Write the corpus that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--bytes", type=float, help="as many events as make this size, instead")
    parser.add_argument("--out", default="-")
    options = parser.parse_args()
    made = lines(options.name, sys.maxsize if options.bytes else options.events)
    if options.out == "-":
        number, size = write(sys.stdout.buffer, made, options.bytes)
    else:
        with Path(options.out).open("wb") as out:
            number, size = write(out, made, options.bytes)
    print(f"{options.name}: {number:,} lines, {size / 1e6:,.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
