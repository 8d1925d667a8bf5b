"""Measures the knowledge bundle: building and asking, over made NVD feeds and over real material beside the checkout.

    .venv/bin/python bench/bench_knowledge.py [--cves 300000]

Each step runs in a process of its own, so that peak memory is its own. Compare the ratios: the figures are of one
machine. The made corpus has the shape of NVD's yearly feeds: 30 files of gzip, a CVE with 1 to 12 names of products, of
which a few products take many, as in the real one; and EPSS for all. Also printed: how many of the version ranges that
CISA's advisories tell as text are read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

DAY = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "knowledge"
TEXT = "A flaw in the handling of packets lets a remote attacker restart the service or run code of their own. "
YEARS = 30
KEY = "bench.key"


def match(chance: random.Random) -> dict[str, Any]:
    """Return one name of a product; every eighth is of one of forty products that many CVEs name."""
    number = chance.randrange(40) if chance.randrange(8) == 0 else chance.randrange(60_000)
    name = f"cpe:2.3:a:maker_{number % 9000}:product_{number}"
    if chance.randrange(3) == 0:
        version = f"{chance.randrange(20)}.{chance.randrange(20)}.{chance.randrange(20)}"
        return {"vulnerable": True, "criteria": f"{name}:{version}:*:*:*:*:*:*:*", "matchCriteriaId": "F" * 36}
    bounds = {"versionStartIncluding": "1.0", "versionEndExcluding": f"{chance.randrange(2, 30)}.{number % 10}"}
    return {"vulnerable": True, "criteria": f"{name}:*:*:*:*:*:*:*:*", "matchCriteriaId": "F" * 36, **bounds}


def record(year: int, number: int, chance: random.Random) -> dict[str, Any]:
    """Return one CVE as NVD has it."""
    vector = {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8}
    matches = [match(chance) for _ in range(min(12, 1 + int(chance.expovariate(0.4))))]
    return {
        "cve": {
            "id": f"CVE-{year}-{number:05}",
            "sourceIdentifier": "cve@example.example",
            "published": f"{year}-05-01T10:00:00.000",
            "lastModified": f"{year}-11-01T10:00:00.000",
            "vulnStatus": "Analyzed",
            "descriptions": [{"lang": "en", "value": TEXT * 3}, {"lang": "es", "value": TEXT * 3}],
            "metrics": {"cvssMetricV31": [{"source": "nvd", "type": "Primary", "cvssData": vector}]},
            "references": [{"url": f"https://example.example/{number}/{at}", "source": "x"} for at in range(4)],
            "configurations": [{"nodes": [{"operator": "OR", "negate": False, "cpeMatch": matches}]}],
        }
    }


def write_corpus(folder: Path, cves: int) -> None:
    """Write the feeds."""
    chance = random.Random(5)
    with gzip.open(folder / "epss_scores-2026-11-21.csv.gz", "wt", compresslevel=1) as epss:
        epss.write("#model_version:v2026.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\n")
        for at in range(YEARS):
            year = 1997 + at
            with gzip.open(folder / f"nvdcve-2.0-{year}.json.gz", "wt", compresslevel=1) as file:
                file.write('{"resultsPerPage":1,"format":"NVD_CVE","timestamp":"2026-11-21T03:00:00.000",')
                file.write('"vulnerabilities":[')
                for number in range(1, cves // YEARS + 1):
                    file.write(("," if number > 1 else "") + json.dumps(record(year, number, chance)))
                    epss.write(f"CVE-{year}-{number:05},{chance.random() ** 8:.5f},0.5\n")
                file.write("]}")


def step_build(folder: Path, out: Path) -> dict[str, Any]:
    """Build a bundle of a folder."""
    from sentinel.knowing import make

    built = make([folder], out, DAY, out.with_name(KEY))
    return {"in": sum(feed.kept for feed in built.feeds), **built.counts, "MB": round(out.stat().st_size / 1e6, 1)}


def step_ask(folder: Path, out: Path) -> dict[str, Any]:
    """Ask a bundle for 500 products as an inventory would: what is stated, and what is known of each CVE."""
    del folder
    from sentinel.scan.knowledge.bundle import Bundle

    start = time.perf_counter()
    bundle = Bundle(out)
    opened = time.perf_counter() - start
    wanted = [product_in(number) for number in range(500)]
    start = time.perf_counter()
    stated = [one for key in wanted for one in bundle.about(key)]
    about = time.perf_counter() - start
    cves = sorted({cve for one in stated for cve in one.cves})[:20_000]
    start = time.perf_counter()
    known = bundle.weaknesses(cves)
    asked = time.perf_counter() - start
    return {
        "open": round(opened, 3),
        "500 products": round(about, 2),
        "statements": len(stated),
        f"{len(known):,} CVEs": round(asked, 2),
    }


def step_check(folder: Path, out: Path) -> dict[str, Any]:
    """Check every member, as an import does."""
    del folder
    from sentinel.scan.knowledge.bundle import Bundle

    bundle = Bundle(out)
    bundle.check(datetime(2026, 11, 22, tzinfo=UTC))
    return dict(bundle.counts)


def product_in(number: int) -> str:
    """Return the key of a made product."""
    return f"maker-{number % 9000}:product-{number}"


def step_ranges(folder: Path, out: Path) -> dict[str, Any]:
    """Count how the texts of versions in CISA's medical advisories are read."""
    del out
    from sentinel.model.skipped import Tally
    from sentinel.scan.knowledge.documents import documents
    from sentinel.scan.knowledge.ranges import read_range

    found: Counter[str] = Counter()
    for document in documents(folder / "cisa-csaf-icsma-2024-10.tar.xz", "csaf", Tally("csaf")):
        for kind, name in names(json.loads(document.stream.read(1 << 25))["product_tree"].get("branches", [])):
            said = read_range(name)
            found[f"{kind}: {'unread' if said.unread else 'all versions' if said.every else 'read'}"] += 1
    return dict(sorted(found.items()))


def names(branches: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the names of versions and of ranges in a product tree."""
    for branch in branches:
        if branch["category"] in {"product_version", "product_version_range"}:
            yield branch["category"], branch["name"]
        yield from names(branch.get("branches", []))


STEPS = {"build": step_build, "check": step_check, "ask": step_ask, "ranges": step_ranges}


def run_step(name: str, folder: Path, out: Path) -> None:
    """Run a step in a process of its own and print what it took."""
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder), "--out", str(out)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    figures = ", ".join(f"{key} {value:,}" for key, value in told["figures"].items())
    print(f"  {name:7} {told['seconds']:7.2f} s, peak {told['peak']:5.0f} MB: {figures}", flush=True)


def measure(name: str, folder: Path, out: Path) -> None:
    """Run one step in this process."""
    start = time.perf_counter()
    figures = STEPS[name](folder, out)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "figures": figures}))


def main() -> None:
    """Make the corpus, and measure over it and over the real material."""
    from sentinel.signing import make_keys

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cves", type=int, default=300_000)
    arguments.add_argument("--step")
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--out", type=Path)
    given = arguments.parse_args()
    if given.step:
        measure(given.step, given.folder, given.out)
        return
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "feeds", Path(name) / "knowledge.zip"
        folder.mkdir()
        make_keys(out.with_name(KEY), out.with_name(KEY + ".pub"))
        if SHARED.is_dir():
            print("real material (endoflife.date, KEV, 144 medical advisories):")
            for step in ("build", "check", "ranges"):
                run_step(step, SHARED, out)
        write_corpus(folder, given.cves)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        print(f"made: {given.cves:,} CVEs as NVD feeds and EPSS, {size:,.0f} MB packed:")
        for step in ("build", "check", "ask"):
            run_step(step, folder, out)


if __name__ == "__main__":
    main()
