"""nmap is held to the scope by the kernel, leaves nothing behind, and does not go on where devices suffer."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.netlab import Lab, from_scanner, signed
from tests.integration.test_scan_on_the_wire import LISTENER, head, kinds, lab, log_of, sick
from tests.scan.probes.peers import installed
from tests.scan.scopes import network, target

pytestmark = pytest.mark.slow
__all__ = ["lab", "sick"]
HOSTILE = """#!{python}
import socket, sys, time
if "-V" in sys.argv:
    print("Nmap version 7.93 ( https://nmap.org )")
    sys.exit()
def tried(what, *words):
    try:
        what(*words)
    except OSError:
        pass
def tcp(address, port, family=socket.AF_INET):
    with socket.socket(family) as link:
        link.settimeout(0.2)
        link.connect((address, port))
def udp(address, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"leak", (address, port))
def raw():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind(("va", 0))
        link.send(bytes(60))
until = time.monotonic() + {seconds}
while True:
    for number in (3, 4, 9):
        for port in (7201, 7202, 22, 9100):
            tried(tcp, f"10.77.0.{{number}}", port)
    tried(tcp, "fd77::2", 7201, socket.AF_INET6)
    tried(udp, "10.77.0.4", 7201)
    tried(udp, "10.77.0.2", 53)
    tried(raw)
    if time.monotonic() > until:
        break
print('<?xml version="1.0"?><nmaprun scanner="nmap" args="nmap" start="1795298400"><runstats><finished timestr="a"'
      ' elapsed="0.1"/><hosts up="0" down="0" total="0"/></runstats></nmaprun>')
"""
SCOPE = network("it", "it-gentle", "10.77.0.0/24") + target("it", ["10.77.0.4"], "{connect = [7201, 7202]}")
HOSTS_OWN = "add table inet own; add chain inet own out { type filter hook output priority 0; policy accept; }"


@pytest.fixture(scope="module")
def host(lab: Lab) -> Lab:
    """Return the lab, with rules of the host's own and open ports among the devices."""
    subprocess.run([*lab.scanner, "nft", HOSTS_OWN], check=True)
    lab.start(sys.executable, "-c", LISTENER, "10.77.0.3,10.77.0.4", "7201,7202,22", ready="10.77.0.4 22")
    return lab


def ruleset(lab: Lab) -> str:
    return subprocess.run([*lab.scanner, "nft", "list", "ruleset"], capture_output=True, text=True, check=True).stdout


def hostile(lab: Lab, seconds: float = 0) -> str:
    """Put a program called nmap first that tries to send where it may not; return the PATH that finds it."""
    folder = lab.folder / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "nmap").write_text(HOSTILE.format(python=sys.executable, seconds=seconds))
    (folder / "nmap").chmod(0o755)
    return f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin"


def test_nmap_is_kept_to_the_scope(lab: Lab) -> None:
    """The real nmap: every packet of it goes to a listed port of a listed host, at the profile's pace."""
    installed("nmap")
    hosts = [f"10.77.0.{number}" for number in range(4, 8)]
    lab.start(sys.executable, "-c", LISTENER, ",".join(hosts), "7101,7102", ready="10.77.0.4 7102")
    text = head() + network("it", "it-gentle", "10.77.0.0/24") + network("r", "clinical-gentle", "10.77.0.2/32")
    text += target("it", ["10.77.0.4/30"], "{connect = [7101, 7102, 7103]}") + target(
        "r", ["10.77.0.2"], "{connect = [7001]}"
    )
    text += '[[exclude]]\naddresses = ["10.77.0.6"]\nreason = "intensiv"\n'
    scope = signed(lab, text)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "nmap", scope, "--log", "nm.jsonl", "--save", "nmap", "--format", "jsonl")
    sent = from_scanner(seen)

    assert ran.returncode == 0, ran.stderr
    open_ports = {
        (asset["addresses"][0], service["port"])
        for asset in map(json.loads, ran.stdout.splitlines())
        for service in asset["services"]
    }
    assert open_ports == {("10.77.0.5", 7101), ("10.77.0.5", 7102)}
    (kept,) = json.loads(lab.sentinel("assets", "list", "--site", "nmap", "--format", "json").stdout)
    assert ([one["port"] for one in kept["services"]], kept["closed"]) == ([7101, 7102], ["tcp/7103"])
    assert {packet.target for packet in sent} == {"10.77.0.5"}
    assert {packet.port for packet in sent} == {7101, 7102, 7103}
    assert set(kinds(sent)) <= {"syn", "ack", "fin", "rst"}
    assert not [packet for packet in sent if packet.odd]
    entries = log_of(lab, "nm.jsonl")
    asked = [entry["facts"] for entry in entries if entry["facts"].get("by") == "nmap" and entry["kind"] == "probe"]
    assert {(facts["address"], facts["port"], facts["result"]) for facts in asked} == {
        ("10.77.0.5", 7101, "open"), ("10.77.0.5", 7102, "open"), ("10.77.0.5", 7103, "closed"),
    }  # fmt: skip
    assert [entry["kind"] for entry in entries if entry["facts"].get("probe") != "health"] == [
        "run", *["begun"] * 3, "nmap", *["probe"] * 3, "nmap-end", "end",
    ]  # fmt: skip
    assert [entry["facts"]["probe"] for entry in entries if entry["kind"] == "probe"].count("health") == 2
    assert lab.sentinel("scan", "verify-log", "nm.jsonl").returncode == 0
    for packet in sent:
        assert sum(packet.at <= other.at < packet.at + 0.95 for other in sent if other.target == packet.target) <= 10


def test_a_worker_that_sends_elsewhere_gets_nothing_out_and_is_told_of(host: Lab) -> None:
    before, path = ruleset(host), hostile(host)
    scope = signed(host, head() + SCOPE, "hostile.toml")
    with host.capture() as seen:
        ran = host.sentinel("scan", "nmap", scope, "--log", "hostile.jsonl", "--confined", PATH=path)
    sent = from_scanner(seen)

    assert {(packet.target, packet.port) for packet in sent} == {("10.77.0.4", 7201), ("10.77.0.4", 7202)}
    assert {packet.protocol for packet in sent} == {6}
    assert ran.returncode == 3
    assert "of nmap that nobody asked for" in ran.stderr
    ended = [entry["facts"] for entry in log_of(host, "hostile.jsonl") if entry["kind"] == "nmap-end"]
    assert ended[0]["dropped_by_fence"] >= 12
    assert ruleset(host) == before


@pytest.mark.parametrize("how", ["interrupt", "killed outright"])
def test_an_end_in_the_middle_leaves_no_rule_and_no_worker(host: Lab, how: str) -> None:
    before, path = ruleset(host), hostile(host, 60)
    scope, log = signed(host, head() + SCOPE, "middle.toml"), f"middle-{how[:4]}.jsonl"
    with host.capture() as seen:
        running = host.popen("scan", "nmap", scope, "--log", log, "--format", "jsonl", PATH=path)
        while "sentinel_" not in ruleset(host) or '"kind":"nmap"' not in (host.folder / log).read_text():
            time.sleep(0.1)
        time.sleep(1)
        running.kill() if how == "killed outright" else running.terminate()
        _, said = running.communicate(timeout=30)
        time.sleep(4)

    assert {(packet.target, packet.port) for packet in from_scanner(seen)} <= {("10.77.0.4", 7201), ("10.77.0.4", 7202)}
    assert ruleset(host) == before
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(host.folder / "bin") in _text(path)]
    verified = host.sentinel("scan", "verify-log", log)
    if how == "interrupt":
        assert running.returncode == 130, said
        assert "Traceback" not in said
        assert verified.returncode == 0
    else:
        assert "begun and never ended: 10.77.0.4 port 7201" in verified.stderr


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_where_no_fence_can_be_made_it_is_said_or_nothing_is_sent(host: Lab) -> None:
    """Root without its rights, as in many containers."""
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    scope = signed(host, head() + SCOPE, "bare.toml")
    ran = host.sentinel("scan", "nmap", scope, "--log", "bare.jsonl", before=bare)
    assert ran.returncode == 0
    assert "nmap was not held to the scope by the kernel: it takes root's rights CAP_SETGID" in ran.stderr

    required = head().replace("zone = ", 'nmap_fence = "required"\nzone = ')
    strict = signed(host, required + SCOPE, "strict.toml")
    with host.capture() as seen:
        told = [
            host.sentinel("scan", "nmap", scope, "--log", "strict.jsonl", "--confined", before=bare),
            host.sentinel("scan", "nmap", strict, "--log", "strict.jsonl", before=bare),
        ]
    assert from_scanner(seen) == []
    for one in told:
        assert one.returncode == 2
        assert "nmap has to run inside a fence, and none can be made here" in one.stderr


def test_each_group_has_a_fence_of_its_own(sick: Lab) -> None:
    hosts = [f"10.77.1.{number}" for number in range(51, 62)]
    text = network("it", "it-gentle", "10.77.1.0/24") + target("it", hosts, "{connect = [104]}")
    scope = signed(sick, head() + text, "groups.toml")
    before = ruleset(sick)
    with sick.capture() as seen:
        ran = sick.sentinel("scan", "nmap", scope, "--log", "groups.jsonl", "--confined", "--format", "jsonl")

    assert ran.returncode == 0, ran.stderr
    assert {packet.target for packet in from_scanner(seen)} == set(hosts)
    calls = [entry["facts"]["hosts"] for entry in log_of(sick, "groups.jsonl") if entry["kind"] == "nmap"]
    assert [len(call) for call in calls] == [8, 3]
    assert len(ran.stdout.splitlines()) == len(hosts)
    assert ruleset(sick) == before
    assert sick.sentinel("scan", "verify-log", "groups.jsonl", "--cef", "groups.cef").returncode == 0


def test_devices_that_slow_down_are_left_alone_and_the_rest_is_not_asked(sick: Lab) -> None:
    hosts = [f"10.77.1.{number}" for number in (10, 11, 12, 13, 51, 52, 53, 54, 55, 56)]
    text = network("it", "it-gentle", "10.77.1.0/24") + target("it", hosts, "{connect = [104, 105]}")
    scope = signed(sick, head() + text, "sick.toml")
    with sick.capture() as seen:
        ran = sick.sentinel("scan", "nmap", scope, "--log", "sicknmap.jsonl", "--format", "jsonl")
    asked = {packet.target for packet in from_scanner(seen)}

    assert ran.returncode == 3
    assert "ended early: stopped (run): 3 devices suffered" in ran.stderr
    assert asked == set(hosts[:8])  # the first group; those of the second were never touched
    stops = [entry["facts"]["what"] for entry in log_of(sick, "sicknmap.jsonl") if entry["kind"] == "stop"]
    assert stops == ["10.77.1.10", "10.77.1.11", "10.77.1.12", ""]
    assert json.loads(ran.stdout.splitlines()[0])["services"]
    again = sick.sentinel("scan", "nmap", scope, "--log", "sicknmap.jsonl")
    assert again.returncode == 2
    assert "a person must look first" in again.stderr
