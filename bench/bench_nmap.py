"""Measures the nmap XML reader on a made scan, beside python-nmap's parser on the same file in the same run.

    .venv/bin/python bench/bench_nmap.py [--hosts 5000] [--rounds 3]

Each parser runs in a process of its own, so that peak memory is its own. Compare the ratio, not the absolute figures:
they are of one machine. python-nmap is GPL-3; it is timed here as a program of its own and is no part of the product.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'
    '<nmaprun scanner="nmap" args="nmap -sV" start="1790000000" version="7.93" xmloutputversion="1.05">\n'
    '<scaninfo type="syn" protocol="tcp" numservices="1000" services="1-1000"/>\n<verbose level="0"/>\n'
)
SERVICES = (
    (22, "ssh", "OpenSSH", "9.2p1 Debian 2+deb12u10", "cpe:/a:openbsd:openssh:9.2p1"),
    (80, "http", "nginx", "1.22.1", "cpe:/a:igor_sysoev:nginx:1.22.1"),
    (443, "http", "Microsoft IIS httpd", "8.5", "cpe:/a:microsoft:internet_information_services:8.5"),
    (445, "netbios-ssn", "Samba smbd", "4.17.12-Debian", "cpe:/a:samba:samba"),
    (3389, "ms-wbt-server", "Microsoft Terminal Services", "", "cpe:/o:microsoft:windows"),
    (4242, "dicom", "", "", ""),
    (5432, "postgresql", "PostgreSQL DB", "14.1", "cpe:/a:postgresql:postgresql:14.1"),
    (8080, "http", "Jetty", "6.1.26", "cpe:/a:mortbay:jetty:6.1.26"),
)
SCRIPTS = {
    443: '<script id="ssl-cert" output="Subject: commonName=host"><table key="subject"><elem key="commonName">host'
    '</elem></table><table key="issuer"><elem key="commonName">host</elem></table><table key="validity">'
    '<elem key="notBefore">2023-01-01T00:00:00</elem><elem key="notAfter">2025-01-01T00:00:00</elem></table></script>',
    4242: '<script id="dicom-ping" output="&#xa;  dicom: found"><elem key="dicom">DICOM Service Provider discovered!'
    '</elem><elem key="config">Any AET is accepted (Insecure)</elem></script>',
    8080: '<script id="http-title" output="Booking"><elem key="title">Booking</elem></script>',
}


def host(number: int, rng: random.Random) -> str:
    """Return one host with three to eight open and up to five closed ports, and the scripts that go with them."""
    ports = "".join(_port(*one) for one in sorted(rng.sample(SERVICES, rng.randint(3, 8))))
    closed = "".join(
        f'<port protocol="tcp" portid="{n}"><state state="closed" reason="reset" reason_ttl="64"/>'
        f'<service name="unknown" method="table" conf="3"/></port>\n'
        for n in range(9000, 9000 + rng.randint(0, 5))
    )
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    mac = ":".join(f"{rng.randrange(256):02X}" for _ in range(6))
    return (
        f'<host starttime="1790000001" endtime="1790000002"><status state="up" reason="arp-response" reason_ttl="0"/>\n'
        f'<address addr="{address}" addrtype="ipv4"/>\n<address addr="{mac}" addrtype="mac" vendor="Maker"/>\n'
        f'<hostnames>\n<hostname name="host{number}.example" type="PTR"/>\n</hostnames>\n<ports>'
        f'<extraports state="closed" count="990"><extrareasons reason="reset" count="990"/></extraports>\n'
        f'{ports}{closed}</ports>\n<times srtt="300" rttvar="100" to="100000"/>\n</host>\n'
    )


def _port(number: int, service: str, product: str, version: str, cpe: str) -> str:
    named = f' product="{product}" version="{version}"' if product else ""
    return (
        f'<port protocol="tcp" portid="{number}"><state state="open" reason="syn-ack" reason_ttl="64"/>'
        f'<service name="{service}"{named} method="probed" conf="10"><cpe>{cpe}</cpe></service>'
        f"{SCRIPTS.get(number, '')}</port>\n"
    )


def write_scan(path: Path, hosts: int) -> None:
    """Write a scan of `hosts` machines; the same every time."""
    rng = random.Random(20261121)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(host(number, rng) for number in range(1, hosts + 1))
        file.write(
            f'<runstats><finished time="1790000100" exit="success"/><hosts up="{hosts}" down="0" total="{hosts}"/>'
            "</runstats>\n</nmaprun>\n"
        )


def run_sentinel(path: Path) -> dict[str, int]:
    """Read every observation and count the kinds."""
    from sentinel.model.skipped import Tally
    from sentinel.scan.nmap_xml import read_nmap

    tally = Tally(path.name)
    kinds = Counter(observation.kind for observation in read_nmap(path, path.name, tally))
    return {"hosts": tally.handled, "skipped": tally.skipped.total(), **kinds}


def run_inventory(path: Path) -> dict[str, int]:
    """Read, add up and judge: what `scan import` does."""
    from datetime import date

    from sentinel.content import root
    from sentinel.model.skipped import Tally
    from sentinel.scan.findings import find, load_checks
    from sentinel.scan.fingerprint import load_fingerprints
    from sentinel.scan.inventory import build
    from sentinel.scan.lifecycle import load_lifecycle
    from sentinel.scan.nmap_xml import read_nmap

    base = root()
    assets = build(read_nmap(path, path.name, Tally(path.name)), load_fingerprints(base))
    found = find(assets, load_checks(base), load_lifecycle(base), date(2026, 11, 21))
    return {"hosts": len(assets), "claims": sum(len(one.claims) for one in assets), "findings": len(found)}


def run_python_nmap(path: Path) -> dict[str, int]:
    """Parse with python-nmap, which needs no nmap for this."""
    import nmap

    scanner = nmap.PortScanner.__new__(nmap.PortScanner)
    scanner._scan_result = {}  # noqa: SLF001 (its constructor looks for the nmap program, which parsing does not need)
    scanner.analyse_nmap_xml_scan(nmap_xml_output=path.read_text("utf-8"))
    return {"hosts": len(scanner.all_hosts())}


PARSERS: dict[str, Callable[[Path], dict[str, int]]] = {
    "sentinel read": run_sentinel,
    "python-nmap": run_python_nmap,
    "sentinel all": run_inventory,
}


def measure(parser: str, path: Path) -> None:
    """Run one parser in this process and print what it took as JSON."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, used = time.perf_counter(), time.process_time()
    counts = PARSERS[parser](path)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "cpu": processor, "peak": peak, "before": before, "counts": counts}))


def compare(hosts: int, rounds: int) -> None:
    """Run each parser `rounds` times in fresh processes and print the best of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.xml"
        write_scan(path, hosts)
        size = path.stat().st_size / 1e6
        print(f"{hosts:,} hosts, {size:.1f} MB, best of {rounds} rounds")
        for parser in PARSERS:
            command = [sys.executable, __file__, "--only", parser, "--file", str(path)]
            results = [
                json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(rounds)
            ]
            best = min(results, key=lambda one: float(one["cpu"]))
            print(
                f"{parser:14} {hosts / best['cpu']:>8,.0f} hosts/s of processor time, {hosts / best['seconds']:>8,.0f} "
                f"by the clock, {size / best['cpu']:>5.1f} MB/s, peak {best['peak'] / 1024:>6.1f} MB "
                f"({best['before'] / 1024:.1f} before)  {best['counts']}"
            )


def main() -> None:
    """Read the arguments."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--hosts", type=int, default=5000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", choices=sorted(PARSERS))
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    if given.only:
        measure(given.only, given.file)
    else:
        compare(given.hosts, given.rounds)


if __name__ == "__main__":
    main()
