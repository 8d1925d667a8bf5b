"""Measures the readers of other tools' results on made files: records a second, megabytes a second and peak memory.

    .venv/bin/python bench/bench_imports.py [--hosts 20000]

Each file is read in a process of its own, so that peak memory is its own. Compare the ratios: the figures are of one
machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

CONN = "#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\thistory\n"
ITEM = (
    '<ReportItem port="{port}" svc_name="www" protocol="tcp" severity="2" pluginID="{port}" pluginName="Something">'
    "<cve>CVE-2020-{port}</cve><description>{text}</description><solution>Update.</solution>"
    "<plugin_output>{text}</plugin_output></ReportItem>\n"
)


def address(number: int) -> str:
    """Return the address of a made machine."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def mac(number: int) -> str:
    """Return its hardware address."""
    return f"00:09:fb:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def nessus(hosts: int) -> Iterator[str]:
    """Yield an export with ten results a host."""
    yield '<NessusClientData_v2><Report name="r">\n'
    text = "Lorem ipsum dolor sit amet. " * 20
    for number in range(1, hosts + 1):
        yield f'<ReportHost name="{address(number)}"><HostProperties><tag name="host-ip">{address(number)}</tag>'
        yield (
            "</HostProperties>" + "".join(ITEM.format(port=1000 + at, text=text) for at in range(10)) + "</ReportHost>"
        )
    yield "</Report></NessusClientData_v2>"


def zeek(hosts: int) -> Iterator[str]:
    """Yield ten connections a host."""
    yield CONN
    for number in range(1, hosts + 1):
        for at in range(10):
            yield f"179196480{at}.5\t{address(number)}\t5000{at}\t{address(number + 7)}\t443\ttcp\tssl,http\tShADadFf\n"


def leases(hosts: int) -> Iterator[str]:
    """Yield a lease a host, as dnsmasq writes it."""
    for number in range(1, hosts + 1):
        yield f"1793000000 {mac(number)} {address(number)} LV-{number} *\n"


def inventory(hosts: int) -> Iterator[str]:
    """Yield a row a host."""
    yield "Navn;IP-adresse;MAC-adresse;Produsent;Modell;Utstyrstype;Operativsystem\n"
    for number in range(1, hosts + 1):
        yield f"LV-{number};{address(number)};{mac(number)};Philips;MX800;Pasientmonitor;Windows 10\n"


MADE: dict[str, Callable[[int], Iterator[str]]] = {
    "nessus": nessus,
    "zeek": zeek,
    "dnsmasq": leases,
    "inventory": inventory,
}


def write_workbook(path: Path, hosts: int) -> None:
    """Write the inventory as a workbook."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Ark1")
    for line in inventory(hosts):
        sheet.append(line.strip().split(";"))
    book.save(path)


def measure(path: Path) -> None:
    """Read one file in this process and print what it took as JSON."""
    from sentinel.model.skipped import Tally
    from sentinel.scan.imports.formats import How, read_import

    tally = Tally(path.name)
    start = time.perf_counter()
    seen = sum(1 for _ in read_import(path, path.name, tally, How()))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds, "records": tally.handled, "skipped": tally.skipped.total(), "seen": seen, "peak": peak}
    print(json.dumps(told))


def main() -> None:
    """Write the files and read each of them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--hosts", type=int, default=20_000)
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    if given.file:
        measure(given.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in [*MADE, "workbook"]:
            path = Path(folder) / name
            if name == "workbook":
                write_workbook(path, given.hosts)
            else:
                with path.open("w", encoding="utf-8") as file:
                    file.writelines(MADE[name](given.hosts))
            command = [sys.executable, __file__, "--file", str(path)]
            told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            size, seconds = path.stat().st_size / 1e6, told["seconds"]
            speed = told["records"] / seconds
            print(
                f"{name:10} {told['records']:>9,} records, {speed:>9,.0f} a second, {size:>7.1f} MB, "
                f"{size / seconds:>6.1f} MB/s, peak {told['peak']:>5.0f} MB, {told['skipped']} skipped"
            )


if __name__ == "__main__":
    main()
