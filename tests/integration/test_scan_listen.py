"""One question to everybody on a segment: real devices answer, and nothing else is on the wire."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.integration.netlab import SCANNER, SCANNER6, Lab, laboratory, plan_of, signed
from tests.integration.test_scan_on_the_wire import head, log_of, steps
from tests.scan.scopes import barred, network
from tests.shared import ROOT

pytestmark = pytest.mark.slow
MACHINES = ROOT / "tests" / "integration" / "announcing.py"
ASKED = 'ask_all = ["wsdiscovery", "mdns", "ssdp"]\n'
SEGMENT = network("stue", "listen", "10.77.0.0/24", more=ASKED)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with laboratory(tmp_path_factory.mktemp("listen")) as made:
        subprocess.run([*made.devices, "ip", "addr", "add", "10.99.0.9/24", "dev", "vb"], check=True)
        subprocess.run([*made.devices, "ip", "route", "add", "default", "dev", "vb"], check=True)
        for kind, address in (("sdc", "10.77.0.2"), ("mdns", "10.77.0.3"), ("ssdp", "10.77.0.4")):
            made.start(sys.executable, MACHINES, kind, address, ready="ready")
        made.start(sys.executable, MACHINES, "mdns", "10.99.0.9", ready="ready")
        made.start(sys.executable, MACHINES, "mdns", "fd77::2", ready="ready")
        yield made


def test_everybody_is_asked_once_and_those_inside_the_scope_are_found(lab: Lab) -> None:
    scope = signed(lab, head() + SEGMENT)
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "a.jsonl", "--seed", "1", "--format", "jsonl")
    sent = [packet for packet in seen if packet.source == SCANNER]

    assert ran.returncode == 0, ran.stderr
    assert [(step["purpose"], step["address"], step["port"]) for step in steps(plan)] == [
        ("to all", "224.0.0.251", 5353), ("to all", "239.255.255.250", 1900), ("to all", "239.255.255.250", 3702),
    ]  # fmt: skip
    assert [(packet.target, packet.port, packet.payload.hex()) for packet in sent] == [
        (step["address"], step["port"], step["first"]) for step in steps(plan)
    ]
    assert {(packet.protocol, packet.hops, packet.odd) for packet in sent} == {(17, 1, False)}
    found = {asset["addresses"][0]: asset for asset in map(json.loads, ran.stdout.splitlines())}
    assert set(found) == {"10.77.0.2", "10.77.0.3", "10.77.0.4"}
    assert found["10.77.0.2"]["device_class"] == "medical_other"
    assert found["10.77.0.3"]["device_class"] == "imaging_workstation"
    assert "answers to mdns outside the scope: 1" in ran.stderr

    logged = [entry["facts"] for entry in log_of(lab, "a.jsonl") if entry["kind"] == "probe"]
    assert [facts["sent"] for facts in logged] == [[packet.payload.hex()] for packet in sent]
    assert [(facts["answered_by"], facts["outside"]) for facts in logged] == [(1, 1), (1, 0), (1, 0)]
    assert {tuple(facts["segment"]) for facts in logged} == {("10.77.0.0/24",)}
    assert "10.77.0.3" not in (lab.folder / "a.jsonl").read_text()


def test_the_same_segment_is_not_asked_again_that_day_by_whatever_name(lab: Lab) -> None:
    one = 'ask_all = ["mdns"]\n'
    scope = signed(lab, head() + network("stue", "listen", "10.77.0.0/24", more=one), "first.toml")
    assert lab.sentinel("scan", "run", scope, "--log", "b.jsonl").returncode == 0
    renamed = signed(lab, head() + network("annen", "listen", "10.77.0.0/25", more=one), "renamed.toml")
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", renamed, "--log", "b.jsonl")

    assert [packet for packet in seen if packet.source == SCANNER] == []
    assert ran.returncode == 3
    assert ran.stderr.count("a segment is asked once a day") == 1


def test_ipv6_is_asked_on_its_link(lab: Lab) -> None:
    scope = signed(
        lab, head() + network("seks", "listen", "fd77::/64", more='ask_all = ["mdns"]\n' + f'source = "{SCANNER6}"\n')
    )
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "6.jsonl", "--format", "jsonl")
    sent = [packet for packet in seen if packet.source == SCANNER6]

    assert ran.returncode == 0, ran.stderr
    assert [(packet.target, packet.port, packet.payload.hex()) for packet in sent] == [
        (step["address"], step["port"], step["first"]) for step in steps(plan)
    ]
    assert {packet.hops for packet in sent} == {1}
    assert [asset["addresses"] for asset in map(json.loads, ran.stdout.splitlines())] == [["fd77::2"]]


def test_who_answers_with_a_link_local_address_is_known_by_the_interface_too(lab: Lab) -> None:
    for space, name, address in ((lab.scanner, "va", "fe80::77:1/64"), (lab.devices, "vb", "fe80::77:2/64")):
        subprocess.run([*space, "ip", "addr", "add", address, "dev", name, "nodad"], check=True)
    lab.start(sys.executable, MACHINES, "mdns", "fe80::77:2%vb", ready="ready")
    asking = 'ask_all = ["mdns"]\nsource = "fe80::77:1"\n'
    scope = signed(lab, head() + network("lenke", "listen", "fe80::/64", more=asking), "link.toml")
    ran = lab.sentinel("scan", "run", scope, "--log", "link.jsonl", "--format", "jsonl", "--save", "link")

    assert ran.returncode == 0, ran.stderr
    assert [asset["addresses"] for asset in map(json.loads, ran.stdout.splitlines())] == [["fe80::77:2%va"]]
    shown = lab.sentinel("assets", "show", "fe80::77:2%va")
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (barred("exclude", "10.77.0.99"), "would reach 10.77.0.99, which is excluded"),
        (network("gren", "passive", "10.77.0.64/26"), "would reach network 'gren' (passive)"),
    ],
)
def test_a_segment_that_holds_what_gets_no_packet_is_not_asked(lab: Lab, more: str, told: str) -> None:
    scope = signed(lab, head() + SEGMENT + more, "held.toml")
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "h.jsonl")

    assert [packet for packet in seen if packet.source == SCANNER] == []
    assert told in ran.stderr


def test_what_is_known_to_be_fragile_keeps_the_question_away(lab: Lab) -> None:
    one = network("kjent", "listen", "10.77.0.0/24", more='ask_all = ["wsdiscovery"]\n')
    scope = signed(lab, head() + one, "known.toml")
    saved = lab.sentinel("scan", "run", scope, "--log", "k.jsonl", "--save", "lyngvik")
    assert saved.returncode == 0, saved.stderr
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "run", scope, "--log", "new.jsonl")

    assert [packet for packet in seen if packet.source == SCANNER] == []
    assert ran.returncode == 3
    assert "'kjent' holds 10.77.0.2, known to be fragile (2)" in ran.stderr
