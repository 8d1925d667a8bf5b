"""Measures the reference engine: events a second with every rule, beside what decoding the same lines costs.

`python bench/bench_detect.py [--events N] [--rules DIR …]`. The corpus is generated: seeded Windows events, flat JSON,
one process in fifty with a command line that rules look for. Without --rules, SigmaHQ's are taken where they lie
beside the checkout, and our own where not.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from sentinel.detect.engine import Engine
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.model.skipped import Tally

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
SYSTEM32 = "C:\\Windows\\System32\\"
# Program, what it is started with, and its usual parent.
PROGRAMS = (
    ("svchost.exe", "-k netsvcs -p -s Schedule", "services.exe"),
    ("RuntimeBroker.exe", "-Embedding", "svchost.exe"),
    ("taskhostw.exe", "Install $(Arg0)", "svchost.exe"),
    ("SearchProtocolHost.exe", "Global\\UsGthrFltPipeMssGthrPipe", "SearchIndexer.exe"),
    ("backgroundTaskHost.exe", "-ServerName:App", "svchost.exe"),
    ("SgrmBroker.exe", "-b", "services.exe"),
)
ATTACKS = (
    ("cmd.exe", "/c whoami > C:\\Windows\\Temp\\a.tmp 2>&1", "services.exe"),
    ("WindowsPowerShell\\v1.0\\powershell.exe", "-nop -w hidden -enc SQBFAFgA", "cmd.exe"),
    ("net.exe", 'group "Domain Admins" /domain', "cmd.exe"),
    ("whoami.exe", "/all", "cmd.exe"),
)


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=6_000)
    parser.add_argument("--rules", type=Path, nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        ruleset = load(options.rules or unpacked("rules", work) or [ROOT / "rules"], work)
        corpus = work / "corpus.jsonl"
        corpus.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in generated(options.events)))
        measure("generated", [corpus], ruleset, floor(corpus))
        logs = [path for top in unpacked("evtx", work) for path in sorted(top.rglob("*.evtx"))]
        if logs:
            measure("shared EVTX", logs, ruleset, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak} MB · Python {sys.version.split()[0]}, one core")


def load(folders: list[Path], base: Path) -> RuleSet:
    """Load the rules, and say how long that took."""
    start = time.perf_counter()
    ruleset = load_rules(folders, base)
    took = time.perf_counter() - start
    print(f"rules: {len(ruleset.rules)} loaded, {len(ruleset.refused)} refused, {took:.1f} s")
    return ruleset


def unpacked(kind: str, work: Path) -> list[Path]:
    """Unpack shared material where it is, and return its folders."""
    target = work / kind
    for archive in sorted((SHARED / kind).glob("*.tar.xz")):
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
    if kind == "rules" and target.is_dir():
        return sorted(path for path in target.iterdir() if path.name.startswith("rules"))
    return [target] if target.is_dir() else []


def floor(corpus: Path) -> float:
    """Return how many lines a second orjson alone decodes."""
    lines = corpus.read_bytes().splitlines()
    start = time.perf_counter()
    for line in lines:
        orjson.loads(line)
    return len(lines) / (time.perf_counter() - start)


def measure(name: str, logs: list[Path], ruleset: RuleSet, decoded: float | None) -> None:
    """Read and judge logs, and print what came of it."""
    engine = Engine(ruleset, load_routes(ROOT))
    start = time.perf_counter()
    events = skipped = hits = 0
    for path in logs:
        tally = Tally(path.name)
        hits += sum(1 for _ in engine.run(read_log(path, path.name, tally)))
        events, skipped = events + tally.handled, skipped + tally.skipped.total()
    took = time.perf_counter() - start
    fired = sum(1 for entry in engine.ledger() if entry.hits)
    size = sum(path.stat().st_size for path in logs) / 1e6
    print(f"{name}: {events} events ({size:.1f} MB), {skipped} skipped, {hits} hits of {fired} rules")
    print(f"  {events / took:,.0f} events/s")
    if decoded:
        share = decoded * took / events
        print(f"  orjson.loads of the same lines: {decoded:,.0f}/s; the engine takes {share:,.0f} times as long")


def generated(count: int) -> Iterator[dict[str, Any]]:
    """Yield Windows events as Sysmon and the Security log write them, the same for every run."""
    chance = random.Random(20261014)
    for number in range(count):
        yield chance.choices((process, audit, network, registry, logon), (5, 2, 1, 1, 3))[0](chance, number)


def base(chance: random.Random, number: int, channel: str, event_id: int) -> dict[str, Any]:
    """Return what every event has."""
    seconds = number % 86_400
    return {
        "EventID": event_id,
        "Channel": channel,
        "Provider_Name": "Microsoft-Windows-Sysmon" if "Sysmon" in channel else "Microsoft-Windows-Security-Auditing",
        "Computer": f"LV-{chance.choice(('EPJ', 'BEH1', 'BEH2', 'RESEPSJON'))}.lyngvik.example",
        "TimeCreated": f"2026-10-14T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{number % 1000:03}Z",
        "EventRecordID": number,
    }


def command(chance: random.Random) -> tuple[str, str, str]:
    """Return a program, its command line, and its parent."""
    rare = chance.random() < 0.02
    program, words, parent = chance.choice(ATTACKS if rare else PROGRAMS)
    tail = "" if rare or program == "svchost.exe" else f" {chance.randrange(5000)}"
    return SYSTEM32 + program, f"{SYSTEM32}{program} {words}{tail}", SYSTEM32 + parent


def process(chance: random.Random, number: int) -> dict[str, Any]:
    """Return Sysmon's process creation."""
    image, line, parent = command(chance)
    return base(chance, number, "Microsoft-Windows-Sysmon/Operational", 1) | {
        "Image": image,
        "CommandLine": line,
        "ParentImage": parent,
        "ParentCommandLine": f"{parent} -k",
        "OriginalFileName": image.rpartition("\\")[2],
        "User": "LYNGVIK\\siv.odegaard",
        "IntegrityLevel": "Medium",
        "CurrentDirectory": "C:\\Windows\\",
        "Hashes": f"SHA256={chance.getrandbits(256):064X}",
        "ProcessId": chance.randrange(20_000),
    }


def audit(chance: random.Random, number: int) -> dict[str, Any]:
    """Return the Security log's process creation."""
    image, line, parent = command(chance)
    names = {"NewProcessName": image, "CommandLine": line, "ParentProcessName": parent}
    return (
        base(chance, number, "Security", 4688)
        | names
        | {"SubjectUserName": "LV-EPJ$", "MandatoryLabel": "S-1-16-16384"}
    )


def network(chance: random.Random, number: int) -> dict[str, Any]:
    """Return Sysmon's network connection."""
    where = {
        "DestinationIp": f"10.20.30.{chance.randrange(10, 60)}",
        "DestinationPort": chance.choice((80, 443, 445)),
        "Initiated": True,
    }
    return base(chance, number, "Microsoft-Windows-Sysmon/Operational", 3) | where | {"Image": SYSTEM32 + "svchost.exe"}


def registry(chance: random.Random, number: int) -> dict[str, Any]:
    """Return Sysmon's registry value."""
    key = f"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component{chance.randrange(500)}\\State"
    facts = {
        "EventType": "SetValue",
        "TargetObject": key,
        "Details": "DWORD (0x00000001)",
        "Image": SYSTEM32 + "svchost.exe",
    }
    return base(chance, number, "Microsoft-Windows-Sysmon/Operational", 13) | facts


def logon(chance: random.Random, number: int) -> dict[str, Any]:
    """Return a logon."""
    who = {"TargetUserName": chance.choice(("siv.odegaard", "LV-BEH1$")), "LogonType": chance.choice((3, 5))}
    how = {"IpAddress": "10.20.30.52", "LogonProcessName": "Kerberos", "AuthenticationPackageName": "Kerberos"}
    return base(chance, number, "Security", 4624) | who | how


if __name__ == "__main__":
    main()
