"""Our reader against what nmap really writes today, in a network namespace that holds nothing but its own loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nmap
import pytest

from sentinel.model.skipped import Tally
from sentinel.scan.nmap_xml import read_nmap

SCAN = """
ip link set lo up
"$1" -m http.server 8099 --bind 127.0.0.1 --directory "$2" >/dev/null 2>&1 &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
  "$1" -c 'import socket; socket.create_connection(("127.0.0.1", 8099), 1)' 2>/dev/null && break
  sleep 0.3
done
nmap -n -v -sT -sV --version-intensity 2 --script banner -p 8098,8099 -oX "$2/scan.xml" 127.0.0.1 >/dev/null
code=$?
kill "$server"
exit "$code"
"""


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if os.geteuid() != 0 or not shutil.which("nmap"):
        if os.environ.get("CI"):
            pytest.fail("CI runs as root and has nmap")
        pytest.skip("needs root, for a network namespace of its own, and nmap")
    folder = tmp_path_factory.mktemp("nmap")
    command = ["unshare", "--net", "sh", "-c", SCAN, "scan", sys.executable, str(folder)]
    subprocess.run(command, check=True, timeout=120)
    return folder / "scan.xml"


def test_what_nmap_writes_is_read_without_a_loss(scan: Path) -> None:
    tally = Tally("scan.xml")
    found = list(read_nmap(scan, "scan.xml", tally))

    services = {seen.port: seen.facts for seen in found if seen.kind == "nmap.service"}
    assert not tally.skipped
    assert services[8099]["state"] == "open"
    assert services[8099]["service"] == "http"
    assert services[8099]["product"].startswith("SimpleHTTPServer")


def test_the_open_ports_are_those_that_another_reader_finds(scan: Path) -> None:
    other = nmap.PortScanner().analyse_nmap_xml_scan(scan.read_text())
    theirs = {
        (host, port)
        for host, found in other["scan"].items()
        for port, told in found.get("tcp", {}).items()
        if told["state"] == "open"
    }
    ours = {
        (seen.address, seen.port)
        for seen in read_nmap(scan, "scan.xml", Tally("scan.xml"))
        if seen.kind == "nmap.service" and seen.facts["state"] == "open"
    }

    assert ours == theirs == {("127.0.0.1", 8099)}
