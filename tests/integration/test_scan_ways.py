"""What stands in the way of a question is told as that: a firewall, a missing route, a port that refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.netlab import Lab, from_scanner, signed
from tests.integration.test_scan_on_the_wire import LISTENER, head, lab, log_of
from tests.scan.probes.peers import installed
from tests.scan.scopes import network, target

pytestmark = pytest.mark.slow
__all__ = ["lab"]
TELNET = """
import socket, sys
server = socket.create_server((sys.argv[1], 23))
while True:
    connection, _ = server.accept()
    connection.sendall(b"\\xff\\xfd\\x18Welcome\\r\\nlogin: ")
    connection.settimeout(2)
    try:
        connection.recv(100)
    except OSError:
        pass
    connection.close()
"""
OFFICE = network("kontor", "it-gentle", "10.77.0.0/24")
HOSTS = ["10.77.0.3", "10.77.0.4", "10.77.0.5"]


def asking(lab: Lab, name: str, *parts: str) -> Path:
    """Return a signed scope whose SNMP has a community."""
    community = lab.folder / "community"
    community.write_text("lyngvik", encoding="ascii")
    community.chmod(0o600)
    secrets = f'secrets = {{snmp_community = "{community}"}}\n[[windows]]'
    return signed(lab, head().replace("[[windows]]", secrets, 1) + "".join(parts), f"{name}.toml")


@contextmanager
def firewall(where: list[str], hook: str, rule: str) -> Iterator[None]:
    nft = [*where, installed("nft")]
    chain = f"add chain inet way {hook} {{ type filter hook {hook} priority 0; }}"
    for command in ("add table inet way", chain, f"add rule inet way {hook} {rule}"):
        subprocess.run([*nft, command], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run([*nft, "delete table inet way"], check=True, capture_output=True)


@pytest.mark.parametrize("ours", [False, True])
def test_a_firewall_in_the_way_of_datagrams_costs_those_and_nothing_else(lab: Lab, ours: bool) -> None:
    port = 7060 + ours
    lab.start(sys.executable, "-c", LISTENER, ",".join(HOSTS), str(port), ready=f"{HOSTS[-1]} {port}")
    scope = asking(lab, f"fire{ours}", OFFICE, target("kontor", HOSTS, f"{{connect = [{port}], snmp = [161]}}"))
    where, hook, then = (
        (lab.scanner, "output", "drop") if ours else (lab.devices, "input", "reject with icmp type admin-prohibited")
    )
    with firewall(where, hook, f"udp dport 161 {then}"):
        ran = lab.sentinel("scan", "run", scope, "--log", f"fire{ours}.jsonl", "--seed", "1")

    asked = [entry["facts"] for entry in log_of(lab, f"fire{ours}.jsonl") if entry["kind"] == "probe"]
    assert "fault of our own" not in ran.stderr
    assert sum(one["probe"] == "connect" and one["result"] == "answered" for one in asked) == len(HOSTS)
    datagrams = [(one["result"], one["packets"], len(one["sent"])) for one in asked if one["probe"] == "snmp"]
    assert datagrams == [("filtered", 0, 0) if ours else ("filtered", 1, 1)] * len(HOSTS)
    assert ("not asked: 3 steps: Operation not permitted" in ran.stderr) == ours
    assert ran.returncode == (3 if ours else 0)


def test_where_no_way_leads_nothing_was_asked_and_nobody_was_silent(lab: Lab) -> None:
    away = network("borte", "it-gentle", "10.99.0.0/24")
    scope = asking(lab, "away", away, target("borte", ["10.99.0.7", "10.99.0.8"], "{connect = [22], snmp = [161]}"))
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "away.jsonl", "--seed", "1")

    assert from_scanner(seen) == []
    assert ran.returncode == 3
    assert "not asked: 4 steps: Network is unreachable" in ran.stderr
    assert "did not answer" not in ran.stderr
    assert "0 steps done; the log ends with" in ran.stderr


def test_what_needs_a_secret_that_is_not_named_was_not_asked(lab: Lab) -> None:
    scope = signed(lab, head() + OFFICE + target("kontor", ["10.77.0.3"], "{snmp = [161]}"), "bare.toml")
    ran = lab.sentinel("scan", "run", scope, "--log", "bare.jsonl", "--seed", "1")

    assert ran.returncode == 3
    assert "not asked: 1 step: 'snmp' had nothing to send: it needs a secret that [caller] names" in ran.stderr
    assert "did not answer" not in ran.stderr


def test_a_port_that_refuses_mends_what_was_wrong_with_it_and_its_machine_is_not_gone(lab: Lab) -> None:
    door = lab.start(sys.executable, "-c", TELNET, "10.77.0.9", ready="10.77.0.9 23")
    scope = signed(lab, head() + OFFICE + target("kontor", ["10.77.0.9"], "{telnet = [23]}"), "shut.toml")
    words = ("scan", "run", scope, "--log", "shut.jsonl", "--save", "dør", "--show", "findings", "--format", "json")
    before = lab.sentinel(*words)
    door.kill()
    door.wait(10)
    after = lab.sentinel(*words)

    assert [one["check"] for one in json.loads(before.stdout)] == ["telnet-open"]
    assert (json.loads(after.stdout), after.returncode) == ([], 0)
    assert "did not answer" not in after.stderr
    listed = json.loads(lab.sentinel("findings", "list", "--state", "all", "--format", "json").stdout)
    assert [one["life"]["state"] for one in listed] == ["fixed"]
    (change,) = json.loads(lab.sentinel("assets", "diff", "--format", "json").stdout)
    assert (change["kind"], change["address"]) == ("changed", "10.77.0.9")


def test_who_was_asked_by_datagram_alone_and_is_not_heard_is_not_gone(lab: Lab) -> None:
    (lab.folder / "arp.txt").write_text("10.77.0.8 dev va lladdr 02:00:00:00:00:08 REACHABLE\n", encoding="ascii")
    assert lab.sentinel("scan", "import", "arp.txt", "--save", "bare", "-q").returncode == 0
    scope = asking(lab, "unheard", OFFICE, target("kontor", ["10.77.0.8"], "{snmp = [161]}"))
    with firewall(lab.devices, "input", "udp dport 161 drop"):
        ran = lab.sentinel("scan", "run", scope, "--log", "unheard.jsonl", "--save", "bare", "--seed", "1")

    assert (ran.returncode, "did not answer" in ran.stderr) == (0, False), ran.stderr
    assert "asked by datagram alone and not heard, which proves nothing: 10.77.0.8" in ran.stderr
    (change,) = json.loads(lab.sentinel("assets", "diff", "--site", "bare", "--format", "json").stdout)
    assert (change["kind"], change["address"]) == ("not-seen", "10.77.0.8")
