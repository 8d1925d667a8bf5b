"""Measures detection: one core, net of load, beside what decoding the same lines costs and beside other engines.

`python bench/bench_detect.py [--events N] [--slow N] [--works a,b,…] [--engines …] [--rules DIR …]`. Corpora come
from bench/corpora; --slow is how many events the slow engines get. Without --rules, SigmaHQ's are taken where they lie
the checkout, and our own where not. The peer `rsigma` takes part where `make peers` has built it or it is on the PATH.
`× floor` is the time against the floor's; «yes» says that hits are those of the reference, pair by pair. «fast» has
read a quarter of the corpus before, in a process of its own, as a log of yesterday; for «fast-first» it is the first.
«fast-folder» reads a folder of files as one log, «fast» each of them as a log of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bench.corpora.others import OTHERS
from bench.corpora.write import cached
from bench.engines import ENGINES
from bench.spent import count_lines, spend
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
CACHE = ROOT / ".cache" / "bench"
PEERS = ROOT / ".cache" / "peers" / "bin"
SENTINEL = Path(sys.executable).parent / "sentinel"
SYSMON_WORKS = ("b", "a", "spaced", "escaped", "nested", "winlogbeat")
WORKS = (*SYSMON_WORKS, "all", *OTHERS, "evtx")
SLOW = ("reference", "naive", "sql")
FOLDER = "fast-folder"
COPIES = 20
FAST = tuple(name for name in ENGINES if name not in {*SLOW, "floor", "evtx dump", "reading", FOLDER})
CORE = str(max(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one engine did with one log: processor seconds net of load, hits by rule, MB at the peak."""

    seconds: float
    rules: Mapping[str, int]
    pairs: str
    peak: float
    load: float

    @property
    def hits(self) -> str:
        """Return hits, and of how many rules."""
        return f"{sum(self.rules.values()):,} ({len(self.rules)})"


def main() -> None:
    """Run what was asked for and print it."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        every, sysmon = rule_folders(options.rules or unpacked("rules", work) or [ROOT / "rules"], work)
        print(f"Python {sys.version.split()[0]} · {os.cpu_count()} cores, one used · processor seconds, net of load")
        print(
            f"{'work':<12}{'engine':<12}{'seconds':>9}{'events/s':>12}{'× floor':>9}  {'hits (rules)':<18}{'same':<9}MB"
        )
        for name in options.works:
            rules = sysmon if name in SYSMON_WORKS else every
            if name == "evtx":
                evtx(unpacked("evtx", work), rules, options.engines, work)
            else:
                fast = [engine for engine in options.engines if engine in FAST]
                measure(name, options.events, rules, fast, peer=rsigma())
                measure(name, options.slow, rules, options.engines, peer=None)
        whole(cached(CACHE, "all", options.events), every, work)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--slow", type=int, default=2_000)
    parser.add_argument("--rules", type=Path, nargs="*")
    parser.add_argument("--works", type=lambda text: text.split(","), default=WORKS)
    parser.add_argument("--engines", type=lambda text: text.split(","), default=[*FAST, *SLOW])
    return parser.parse_args()


def rule_folders(given: Iterable[Path], work: Path) -> tuple[Path, Path]:
    """Copy the rules, and those of Sysmon's categories by themselves, into folders of their own."""
    every, sysmon = work / "every", work / "sysmon"
    for folder in given:
        shutil.copytree(folder, every / folder.name, ignore=shutil.ignore_patterns("_*", "*.jsonl"))
    routes = load_routes(ROOT).routes
    categories = {route.key.category for route in routes if route.dataset == "windows.sysmon"} - {None}
    loaded = load_rules([every], every)
    for rule in loaded.rules:
        if rule.logsource.category in categories and rule.logsource.product == "windows":
            target = sysmon / rule.location.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(every / rule.location.path, target)
    count = sum(1 for _ in sysmon.rglob("*.yml"))
    print(f"rules: {len(loaded.rules)}, of which {count} of Sysmon's categories; {len(loaded.refused)} refused")
    return every, sysmon


def unpacked(kind: str, work: Path) -> list[Path]:
    """Unpack shared material where it is, and return its folders."""
    target = work / kind
    for archive in sorted((SHARED / kind).glob("*.tar.xz")):
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
    if kind == "rules" and target.is_dir():
        return sorted(path for path in target.iterdir() if path.name.startswith("rules"))
    return [target] if target.is_dir() else []


def measure(name: str, count: int, rules: Path, engines: Sequence[str], *, peer: str | None) -> None:
    """Run engines over a generated corpus, and the peer where it is and reads such logs."""
    path = cached(CACHE, name, count)
    print(f"{name}: {count:,} events, {path.stat().st_size / 1e6:,.1f} MB")
    # The floor of a log that is not JSON is to read it.
    lines = "floor" if path.read_bytes()[:1] == b"{" else "reading"
    if "fast" in engines:
        child("fast", cached(CACHE, name, count // 4), rules)  # an earlier log, of which the cache keeps what it taught
    results = {engine: child(engine, path, rules) for engine in (lines, *engines)}
    if peer is not None and name not in OTHERS:
        first = CACHE / "first.jsonl"
        with path.open("rb") as log:
            first.write_bytes(log.readline())
        load = min(run_peer(peer, first, rules).seconds for _ in range(3))
        found = run_peer(peer, path, rules)
        results["rsigma"] = Result(found.seconds - load, found.rules, "", found.peak, load)
    compare(name, count, results)


def evtx(folders: list[Path], rules: Path, engines: Iterable[str], work: Path) -> None:
    """Run engines over the shared EVTX files, and the fast ones over COPIES of them; the floor is their parser's dump.

    Of many copies an alert is told once: what they show is what a file costs.
    """
    engines = [name for name in engines if name != "naive"]
    for folder in folders:
        dumped(folder, rules, [*engines, FOLDER], 3_285)
        for number in range(COPIES):
            shutil.copytree(folder, work / "copies" / f"{number:02}")
        dumped(work / "copies", rules, [*(name for name in engines if name in FAST), FOLDER], 3_285 * COPIES)


def dumped(folder: Path, rules: Path, engines: Iterable[str], count: int) -> None:
    """Run engines over a folder of EVTX files."""
    files = sorted(folder.rglob("*.evtx"))
    print(f"evtx: {len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:,.1f} MB")
    made = {"evtx dump": child("evtx dump", folder, rules), "reading": child("reading", folder, rules)}
    compare("evtx", count, made | {name: child(name, folder, rules) for name in engines})


def compare(work: str, count: int, results: Mapping[str, Result | str]) -> None:
    """Print a line for each engine; the first is the floor. An engine that could not do it says why."""
    floor, *_ = results.values()
    truth = results.get("reference")
    for engine, result in results.items():
        if isinstance(result, str):
            print(f"{work:<12}{engine:<12}{'–':>9}  {result}")
            continue
        is_judged = isinstance(truth, Result) and result.pairs and result is not floor
        same = _same(result, truth) if is_judged and isinstance(truth, Result) else ""
        ratio = f"{result.seconds / floor.seconds:.2f}" if isinstance(floor, Result) else "–"
        speed = count / max(result.seconds, 1e-6)
        print(
            f"{work:<12}{engine:<12}{result.seconds:>9.2f}{speed:>12,.0f}{ratio:>9}  {result.hits:<18}{same:<9}"
            f"{result.peak:<6.0f}load {result.load:.2f}",
            flush=True,
        )


def _same(result: Result, truth: Result) -> str:
    if result.pairs == truth.pairs:
        return "yes"
    lost, more = Counter(truth.rules), Counter(result.rules)
    return f"−{(lost - more).total()} +{(more - lost).total()}"


def child(engine: str, path: Path, rules: Path) -> Result | str:
    """Run an engine in a process of its own; return the last line of what it said where it failed."""
    command = [sys.executable, "-m", "bench.engines", engine, str(path), str(rules), CORE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        return done.stderr.decode().rstrip().rpartition("\n")[2]
    found = json.loads(done.stdout)
    return Result(found["seconds"], found["rules"], found["pairs"], found["peak"], found["load"])


def rsigma() -> str | None:
    """Return where the peer is."""
    return shutil.which("rsigma", path=f"{PEERS}{os.pathsep}{os.environ.get('PATH', '')}")


def peer_command(program: str, path: Path, rules: Path) -> list[str]:
    """Return the peer's command; rules of all log sources are routed by it."""
    routed = [] if rules.name == "sysmon" else ["--logsource-routing", "--event-logsource", "product=windows"]
    return [
        program,
        "engine",
        "eval",
        "--output-format",
        "ndjson",
        "-r",
        str(rules),
        "-p",
        "sysmon",
        *routed,
        "-e",
        f"@{path}",
    ]


def run_peer(program: str, path: Path, rules: Path) -> Result:
    """Run rsigma on one core, and read its hits."""
    pinned = ["taskset", "-c", CORE] if CORE and shutil.which("taskset") else []
    hits, spent = spend([*pinned, *peer_command(program, path, rules)], _rules_hit)
    return Result(spent.processor, hits, "", spent.peak, 0)


def _rules_hit(out: BinaryIO) -> Counter[str]:
    return Counter(json.loads(line)["rule_id"] for line in out)


def whole(path: Path, rules: Path, work: Path) -> None:
    """Time whole commands by the clock, hits written: without a cache, with one, an empty log, and the peer's."""
    print("whole command, by the clock, hits written (a busy machine shows)")
    environment = os.environ | {"XDG_CACHE_HOME": str(work / "cache")}
    detect = [str(SENTINEL), "detect", "--quiet", "--format", "jsonl", "--rules", str(rules)]
    one = work / "one.jsonl"
    with path.open("rb") as log:
        one.write_bytes(log.readline())
    clock("sentinel detect, one event, cold", [*detect, str(one)], environment)
    clock("sentinel detect, one event, warm", [*detect, str(one)], environment)
    clock(f"sentinel detect, {path.name}, machine code made", [*detect, str(path)], environment)
    for number in ("1", "2"):
        clock(f"sentinel detect --processes {number}, warm", [*detect, "--processes", number, str(path)], environment)
    if (peer := rsigma()) is not None:
        clock("rsigma, one event", peer_command(peer, one, rules), environment)
        clock(f"rsigma, {path.name}", peer_command(peer, path, rules), environment)


def clock(name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a command with its output in a file, and print what it took."""
    lines, spent = spend(command, count_lines, environment=environment)
    print(
        f"  {name:<50}{spent.seconds:>8.2f} s {spent.processor:>8.2f} s of processor, {spent.peak:.0f} MB, "
        f"{lines:,} hits, exit {spent.code}",
        flush=True,
    )


if __name__ == "__main__":
    main()
