"""Times readers from bytes to events, on one core: EVTX beside its parser's own JSON dump, JSON lines beside orjson.

`python bench/bench_readers.py`. The best of some rounds, in microseconds an event. EVTX needs ../shared/data.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from evtx import PyEvtxParser

from bench.bench_detect import CACHE, unpacked
from bench.corpora.write import cached
from sentinel.detect.readers.evtx import read_evtx
from sentinel.detect.readers.jsonl import parse_line
from sentinel.model.skipped import Tally

ROUNDS = 7
LINES = 5_000
SHAPES = ("b", "spaced", "escaped", "nested", "winlogbeat")
PIECE = 256 * 1024


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        for below in unpacked("evtx", Path(folder)):
            evtx(sorted(below.rglob("*.evtx")))
    for shape in SHAPES:
        json_lines(shape)


def evtx(files: list[Path]) -> None:
    """Time a dump, a dump of which the JSON is decoded, and our reader."""
    floor = best(lambda: sum(1 for path in files for _ in _dump(path)))
    decoded = best(
        lambda: sum(1 for path in files for record in _dump(path) if orjson.loads(record["data"]) is not None)
    )
    ours = best(lambda: sum(1 for path in files for _ in read_evtx(_pieces(path), path.name, Tally(path.name))))
    print(
        f"evtx        dump {floor:6.2f} µs  with orjson {decoded:6.2f} µs  read {ours:6.2f} µs an event: "
        f"{ours / floor:.2f} × the dump, {ours / decoded:.2f} × with orjson"
    )


def json_lines(shape: str) -> None:
    """Time decoding and our reader on lines of one shape."""
    lines = cached(CACHE, shape, LINES).read_bytes().splitlines()
    floor = best(lambda: sum(1 for line in lines if orjson.loads(line) is not None))
    ours = best(lambda: sum(1 for line in lines if parse_line(line, "log", "1") is not None))
    print(f"{shape:<11} orjson {floor:6.2f} µs  read {ours:6.2f} µs an event: {ours / floor:.2f} × orjson")


def best(run: Callable[[], int]) -> float:
    """Return the best of some rounds: the machine's other work only ever adds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        count = run()
        times.append((time.process_time() - start) / count)
    return min(times) * 1e6


def _dump(path: Path) -> Iterator[dict[str, str]]:
    return (record for record in PyEvtxParser(str(path), number_of_threads=1).records_json() if record)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as log:
        while piece := log.read(PIECE):
            yield piece


if __name__ == "__main__":
    main()
