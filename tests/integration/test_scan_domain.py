"""Domains, asked of a resolver in a namespace: nothing else is asked, and what it did not say is nobody's weakness."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from tests.integration.netlab import DEVICES, Lab, from_scanner, laboratory, plan_of, signed
from tests.integration.test_scan_on_the_wire import head, inside_the_plan, kinds, log_of
from tests.scan.scopes import network
from tests.shared import ROOT

pytestmark = pytest.mark.slow
NAMES = "-m", "tests.integration.naming", DEVICES


def domain(name: str, more: str = "", resolver: str = DEVICES) -> str:
    told = (
        f'[[domains]]\nname = "{name}"\nownership = "Norid, sett 2026-11-20"\nnetwork = "it"\nresolver = "{resolver}"\n'
    )
    return told + more


SCOPE = (
    network("it", "it-gentle", "10.77.0.0/24")
    + domain("god.example", 'selectors = ["s1"]\nnames = ["www.god.example"]\n')
    + domain("svak.example", 'selectors = ["s1"]\nnames = ["gammel.svak.example"]\n')
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with laboratory(tmp_path_factory.mktemp("names")) as made:
        made.start("env", f"PYTHONPATH={ROOT}", sys.executable, *NAMES, ready=f"{DEVICES} 53")
        yield made


def test_what_a_domain_publishes_becomes_findings_that_are_true(lab: Lab) -> None:
    scope = signed(lab, head() + SCOPE)
    plan = plan_of(lab, scope)
    with lab.capture() as seen:
        ran = lab.sentinel("scan", "domain", scope, "--log", "d.jsonl", "--format", "jsonl")
    sent = from_scanner(seen)

    found = {(one["asset_name"], one["check"]): one for one in map(json.loads, ran.stdout.splitlines())}
    assert ran.returncode == 0, ran.stderr
    assert set(found) == {
        ("svak.example", check)
        for check in (
            "domain-spf-open", "domain-dmarc-not-enforced", "domain-dkim-weak", "domain-mta-sts-missing",
            "domain-tls-reports-missing", "domain-dnssec-missing", "domain-name-dangling",
        )
    }  # fmt: skip
    dangling = found["svak.example", "domain-name-dangling"]
    assert "gammel.svak.example → borte.sky.example" in dangling["evidence"]["en"]
    assert "s1 one rsa 1024" in found["svak.example", "domain-dkim-weak"]["evidence"]["nb"]
    assert "not looked at: the policy file of MTA-STS (it lies on the web)" in ran.stderr

    inside_the_plan(sent, plan)
    assert {(packet.target, packet.port) for packet in sent} == {(DEVICES, 53)}
    logged = [message for entry in log_of(lab, "d.jsonl") for message in entry["facts"].get("sent", [])]
    assert logged == [packet.payload.hex() for packet in sent if packet.payload]
    assert kinds(sent)["message"] == 20


def test_one_domain_is_asked_alone_and_a_strange_one_not_at_all(lab: Lab) -> None:
    scope = signed(lab, head() + SCOPE)
    ran = lab.sentinel("scan", "domain", scope, "god.example", "--log", "one.jsonl", "--format", "jsonl")
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    with lab.capture() as seen:
        strange = lab.sentinel("scan", "domain", scope, "annen.example", "--log", "one.jsonl")

    assert (strange.returncode, from_scanner(seen)) == (2, [])
    assert "does not list the domain annen.example" in strange.stderr


def test_a_resolver_that_does_not_answer_makes_no_finding(lab: Lab) -> None:
    text = network("it", "it-gentle", "10.77.0.0/24") + domain("god.example", resolver="10.77.0.99")
    ran = lab.sentinel(
        "scan", "domain", signed(lab, head() + text, "mute.toml"), "--log", "m.jsonl", "--format", "jsonl"
    )

    assert (ran.returncode, ran.stdout) == (3, ""), ran.stderr
    assert "could not look, the resolver did not say: spf, dmarc, dnssec, mta_sts, tls_reports" in ran.stderr


def test_a_domain_is_kept_and_what_was_mended_is_told(lab: Lab) -> None:
    scope = signed(lab, head() + SCOPE)
    words = "--log", "keep.jsonl", "--save", "lyngvik", "--format", "jsonl"
    first = lab.sentinel("scan", "domain", scope, "--show", "assets", *words)
    assets = {
        asset["names"][0]: asset for asset in map(json.loads, first.stdout.splitlines()) if not asset["addresses"]
    }

    assert first.returncode == 0, first.stderr
    assert set(assets) == {"god.example", "svak.example"}
    assert {asset["device_class"] for asset in assets.values()} == {"unknown"}
    listed = lab.sentinel("findings", "list", "--format", "jsonl")
    assert {json.loads(line)["asset_name"] for line in listed.stdout.splitlines()} == {"svak.example"}
    again = lab.sentinel("scan", "domain", scope, "--show", "assets", *words)
    ids = {asset["names"][0]: asset["id"] for asset in map(json.loads, again.stdout.splitlines()) if asset["names"]}
    assert ids["svak.example"] == assets["svak.example"]["id"]
