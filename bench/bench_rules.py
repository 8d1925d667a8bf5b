"""Times how rules are loaded: all of SigmaHQ's, cold and from the cache, and one file, as an editor checks it.

`python bench/bench_rules.py [FOLDER]`. Each figure is a new process on one core, without what it takes to start Python
and to import. SigmaHQ's rules are taken where they lie beside the checkout, and our own where not.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.bench_detect import unpacked
from sentinel.detect.compiled import compile_rules
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "rules" / "windows" / "windows_whoami_all.yml"
ROUNDS = 7


def best(*command: str) -> float:
    """Return the best of some rounds in milliseconds: the machine's other work only ever adds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, cwd=ROOT, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def load(folder: Path, cache: str) -> None:
    """Load rules until the first event could be judged, and print what it took as JSON; run in a process of its own."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    clock, start = time.perf_counter(), time.process_time()
    compiled = compile_rules([folder], folder, {}, RuleCache(Path(cache)) if cache else None)
    rules, middle = time.process_time() - start, time.process_time()
    FastEngine(compiled.ruleset, load_routes(ROOT), compiled.alarms)
    print(json.dumps({
        "rules": rules,
        "engine": time.process_time() - middle,
        "clock": time.perf_counter() - clock,
        "loaded": len(compiled.ruleset.rules),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


def loading(given: Path | None) -> None:
    """Print what cold and warm starts take, the best of some rounds each."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sigmahq = unpacked("rules", work)
        rules = given or (sigmahq[0].parent if sigmahq else ROOT / "rules")
        files = sum(1 for path in rules.rglob("*") if path.suffix in {".yml", ".yaml"})
        print(f"{files:,} rule files, loaded until the first event could be judged; seconds of the processor")
        for name, caches in (
            ("without a cache", [""] * 3),
            ("cold, cache written", [str(work / f"cache{number}") for number in range(3)]),
            ("warm, from the cache", [str(work / "cache0")] * ROUNDS),
        ):
            took = min((_loaded(rules, cache) for cache in caches), key=lambda one: one["rules"] + one["engine"])
            print(
                f"  {name:26} {took['rules']:7.3f} rules {took['engine']:7.3f} engine {took['clock']:7.3f} by the clock"
                f"  {took['peak']:4.0f} MB  {took['loaded']:,.0f} rules"
            )


def _loaded(rules: Path, cache: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.bench_rules", "--load", str(rules), cache]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the figures."""
    bare = best("-c", "pass")
    print("rules check, one file, a new process each time")
    for name, figure in (
        ("python -c pass", bare),
        ("rules check FILE", best("-m", "sentinel", "rules", "check", str(FILE))),
        ("rules test FILE", best("-m", "sentinel", "rules", "test", str(FILE))),
        ("rules check, all of ours", best("-m", "sentinel", "rules", "check")),
    ):
        print(f"  {name:26} {figure:7.0f} ms  {figure / bare:6.1f} × starting Python")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        load(Path(sys.argv[2]), sys.argv[3])
    else:
        loading(Path(sys.argv[1]).resolve() if sys.argv[1:] else None)
        main()
