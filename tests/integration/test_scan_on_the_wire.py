"""What a scan really sends: in namespaces of the test's own, everything on the wire is compared with the plan."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.integration.netlab import (
    ACK,
    DEVICES,
    FIN,
    PSH,
    RST,
    SYN,
    Lab,
    Packet,
    from_scanner,
    laboratory,
    plan_of,
    signed,
)
from tests.scan.probes.peers import installed
from tests.scan.scopes import network, target
from tests.shared import ROOT

pytestmark = pytest.mark.slow
HEAD = """schema = "sentinel.scope/1"
id = "lyngvik"
revision = 1
type = "{type}"
owner = "Lyngvik sykehus"
reason = "Årlig oversikt"
zone = "UTC"
expires = {day}
[caller]
ae_title = "HELSE-INVENTAR"
contact = "medtek@lyngvik.example"
source = "{source}"
[[windows]]
start = {start}
end = {end}
""" + "".join(
    f'[[approvals]]\nrole = "{role}"\nname = "Kari Nordmann"\ndate = 2026-11-20\n'
    for role in ("it", "medical_technical", "system_owner")
)
LISTENER = """
import socket, sys, threading
def hold(server):
    while True:
        connection, _ = server.accept()
        threading.Thread(target=lambda: (connection.recv(100), connection.close()), daemon=True).start()
hosts, ports = (word.split(',') for word in sys.argv[1:3])
servers = [socket.create_server((host, int(port))) for host in hosts for port in ports]
threads = [threading.Thread(target=hold, args=(server,)) for server in servers]
[thread.start() for thread in threads]
"""


def head(kind: str = "inventory", source: str = "10.77.0.1") -> str:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    start, end = (now - timedelta(hours=1)).isoformat(), (now + timedelta(hours=2)).isoformat()
    return HEAD.format(type=kind, day=(now + timedelta(days=1)).date(), start=start, end=end, source=source)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with laboratory(tmp_path_factory.mktemp("lab")) as made:
        yield made


@pytest.fixture(scope="module")
def sick(lab: Lab) -> Lab:
    """Return the lab with the devices of device.py behind it."""
    lab.start(sys.executable, ROOT / "tests" / "integration" / "device.py", ready="10.77.1.9 104")
    return lab


def orthanc(lab: Lab) -> None:
    settings = {
        "HttpPort": 8042,
        "DicomPort": 4242,
        "RemoteAccessAllowed": True,
        "StorageDirectory": str(lab.folder / "o"),
    }
    (lab.folder / "orthanc.json").write_text(json.dumps(settings))
    lab.start(installed("Orthanc"), lab.folder / "orthanc.json", ready=f"{DEVICES} 4242")


def kinds(seen: Sequence[Packet]) -> Counter[str]:
    """Count SYN, FIN, messages and bare ACKs; a RST or anything else has a name of its own."""
    return Counter(_kind(packet) for packet in seen)


def _kind(packet: Packet) -> str:
    if packet.protocol == 17:
        return "datagram"
    if packet.payload:
        return "message" if packet.flags == PSH | ACK else f"odd message {packet.flags}"
    return {SYN: "syn", ACK: "ack", FIN | ACK: "fin", RST: "rst", RST | ACK: "rst"}.get(
        packet.flags, f"odd {packet.flags}"
    )


def steps(plan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [step for step in plan if step["purpose"] != "held back"]


def log_of(lab: Lab, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (lab.folder / name).read_text().splitlines()]


def inside_the_plan(seen: Sequence[Packet], plan: list[dict[str, Any]]) -> None:
    """Every packet goes to an address and port of the plan, without options, fragments or flags of its own."""
    allowed = {(step["address"], step["port"]) for step in steps(plan)}
    assert {(packet.target, packet.port) for packet in seen} <= allowed
    assert not [packet for packet in seen if packet.odd]
    assert not [name for name in kinds(seen) if name.startswith("odd")]


def test_clinical_gentle_sends_what_the_plan_says_to_real_archives(lab: Lab) -> None:
    orthanc(lab)
    lab.start(installed("storescp"), "11112", ready=f"{DEVICES} 11112")
    text = head() + network("radiologi", "clinical-gentle", "10.77.0.0/24")
    text += target("radiologi", [DEVICES], "{dicom = [4242, 11112]}")
    scope = signed(lab, text)
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "c.jsonl", "--seed", "1", "--format", "jsonl")
    sent = from_scanner(seen)

    assert ran.returncode == 0, ran.stderr
    inside_the_plan(sent, plan)
    assert len(sent) == sum(step["packets"] for step in plan) == 28
    assert kinds(sent) == {"syn": 5, "fin": 5, "message": 4, "ack": 14}
    firsts = [packet.payload.hex() for packet in sent if packet.payload][::2]
    assert firsts == [step["first"] for step in plan if step["purpose"] == "probe"]
    logged = [
        message for entry in log_of(lab, "c.jsonl") if entry["kind"] == "probe" for message in entry["facts"]["sent"]
    ]
    assert logged == [packet.payload.hex() for packet in sent if packet.payload]
    assert sum(entry["facts"]["packets"] for entry in log_of(lab, "c.jsonl") if entry["kind"] == "probe") == len(sent)
    asset = json.loads(ran.stdout.splitlines()[0])
    assert {service["port"]: service["protocol"] for service in asset["services"]} == {4242: "dicom", 11112: "dicom"}
    assert lab.sentinel("scan", "verify-log", "c.jsonl").returncode == 0
    paced(sent, per_second=2, gap=0.5)


def paced(sent: Sequence[Packet], per_second: int, gap: float) -> None:
    """What we begin (SYN, messages, FIN) keeps its distance; packets of any second keep the limit.

    A twentieth of a second is left to the machine, which may send a little late and the next in time.
    """
    begun = [packet.at for packet in sent if _kind(packet) != "ack"]
    assert min(later - earlier for earlier, later in pairwise(begun)) >= gap - 0.05
    for packet in sent:
        assert sum(packet.at <= other.at < packet.at + 0.95 for other in sent) <= per_second


def test_it_gentle_sends_what_the_plan_says_over_ipv4_and_ipv6(lab: Lab) -> None:
    hosts = [f"10.77.0.{number}" for number in range(8, 16)]
    lab.start(sys.executable, "-c", LISTENER, ",".join(hosts), "7001,7002,7003", ready="10.77.0.8 7003")
    lab.start(installed("storescp"), "11113", ready=f"{DEVICES} 11113")
    text = head(source="10.77.0.1") + network("it", "it-gentle", "10.77.0.0/24")
    text += target("it", ["10.77.0.8/29"], "{connect = [7001, 7002, 7003]}")
    text += '[[exclude]]\naddresses = ["10.77.0.15"]\nreason = "intensiv"\n'
    scope = signed(lab, text)
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        words = ("scan", "run", scope, "--log", "i.jsonl", "--seed", "1", "--save", "lyngvik", "--format", "jsonl")
        ran = lab.sentinel(*words, SENTINEL_STORE="i.db")
    sent = from_scanner(seen)

    assert ran.returncode == 0, ran.stderr
    inside_the_plan(sent, plan)
    assert "10.77.0.15" not in {packet.target for packet in sent}
    assert len(sent) == sum(step["packets"] for step in steps(plan))
    assert set(kinds(sent)) == {"syn", "ack", "fin"}
    known = lab.sentinel("assets", "list", "--format", "jsonl", SENTINEL_STORE="i.db")
    assert sorted(map(json.loads, known.stdout.splitlines()), key=str) == sorted(
        map(json.loads, ran.stdout.splitlines()), key=str
    )
    assert len(known.stdout.splitlines()) == len({packet.target for packet in sent})
    for packet in sent:
        assert sum(packet.at <= other.at < packet.at + 0.95 for other in sent) <= 100
        assert sum(packet.at <= other.at < packet.at + 0.95 for other in sent if other.target == packet.target) <= 10


def test_ipv6_is_sent_as_the_plan_says(lab: Lab) -> None:
    lab.start(sys.executable, "-m", "http.server", "7080", "--bind", "fd77::2", ready="fd77::2 7080")
    text = (
        head(source="fd77::1")
        + network("v6", "it-gentle", "fd77::/120")
        + target("v6", ["fd77::2"], "{connect = [7080]}")
    )
    scope = signed(lab, text)
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "6.jsonl", "--seed", "1")
    sent = from_scanner(seen)

    assert ran.returncode == 0, ran.stderr
    inside_the_plan(sent, plan)
    assert len(sent) == sum(step["packets"] for step in plan)


def test_closed_and_silent_ports_cost_one_packet_each(lab: Lab) -> None:
    text = (
        head()
        + network("it", "it-gentle", "10.77.0.0/24")
        + target("it", ["10.77.0.3", "10.77.0.99"], "{connect = [7777, 7778]}")
    )
    scope = signed(lab, text)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "n.jsonl", "--seed", "1")
    sent = from_scanner(seen)

    assert kinds([packet for packet in sent if packet.target == "10.77.0.3"]) == {"syn": 2}
    assert "did not answer: 10.77.0.99\n" in ran.stderr  # to refuse is to answer


def test_a_lab_scan_says_what_the_plan_says(lab: Lab) -> None:
    lab.start(installed("storescp"), "11115", ready=f"{DEVICES} 11115")
    text = head("lab") + network("lab", "lab", "10.77.0.0/24") + target("lab", [DEVICES], "{dicom = [11115]}")
    scope = signed(lab, text)
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "l.jsonl", "--seed", "1")
    sent = from_scanner(seen)

    assert ran.returncode == 0, ran.stderr
    inside_the_plan(sent, plan)
    told = kinds(sent)
    assert (told["syn"], told["message"], told["fin"], told["rst"]) == (2, 2, 2, 0)
    assert len(sent) <= sum(step["packets"] for step in plan)  # an ACK may ride on the next message


def test_passive_and_listen_send_nothing_at_all(lab: Lab) -> None:
    for profile in ("passive", "listen"):
        scope = signed(lab, head() + network("stille", profile, "10.77.0.0/24"), f"{profile}.toml")
        assert plan_of(lab, scope) == []
        with lab.capture() as seen:
            lab.sentinel("scan", "run", scope, "--log", "s.jsonl")
        assert from_scanner(seen) == []


@pytest.mark.parametrize("wrong", ["unsigned", "changed", "stranger", "expired", "closed"])
def test_without_a_valid_scope_not_a_packet_leaves(lab: Lab, wrong: str, tmp_path: Path) -> None:
    text = head() + network("it", "it-gentle", "10.77.0.0/24") + target("it", [DEVICES], "{connect = [7001]}")
    if wrong == "expired":
        text = text.replace("expires = ", "expires = 2020-01-01 #")
    if wrong == "closed":
        text = text.replace("end = ", "end = 2020-01-02T00:00:00 #").replace(
            "start = ", "start = 2020-01-01T00:00:00 #"
        )
    scope = signed(lab, text, f"{wrong}.toml")
    if wrong == "unsigned":
        (lab.folder / f"{wrong}.toml.sig").unlink()
    if wrong == "changed":
        scope.write_text(text.replace("10.77.0.2", "10.77.0.3"), encoding="utf-8")
    with lab.capture() as seen:
        ran = lab.sentinel(
            "scan",
            "run",
            scope,
            "--log",
            "w.jsonl",
            **({"SENTINEL_POLICY": str(tmp_path)} if wrong == "stranger" else {}),
        )

    told = {
        "unsigned": "is not signed by a trusted key",
        "changed": "over other bytes: the scope file was changed since",
        "stranger": "which is not trusted here",
        "expired": "has expired",
        "closed": "no window of scope lyngvik/1 is open now",
    }
    assert told[wrong] in ran.stderr
    assert (ran.returncode, len(ran.stderr.strip().splitlines()[-1:]), from_scanner(seen)) == (2, 1, [])
    assert "Traceback" not in ran.stderr
