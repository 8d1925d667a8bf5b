"""What probes learn becomes assets and findings, as what passive reading learns does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import get_args

from sentinel.content import root
from sentinel.model.assets import Asset, Finding, Observation
from sentinel.scan.checks import load_checks
from sentinel.scan.findings import find
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.fingerprint_rules import Kind
from sentinel.scan.implied import _SPOKEN
from sentinel.scan.inventory import build
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.probes import PROBES
from sentinel.scan.probes.exchange import NOTHING_LEARNT, Caller, Fact, Target
from tests.scan.passive.craft import association
from tests.scan.probes import test_bacnet, test_fhir, test_modbus, test_orthanc, test_sip, test_smb, test_snmp
from tests.scan.probes.drive import play
from tests.scan.probes.test_greeting import FTP, PUMP
from tests.scan.probes.test_http import PAGE
from tests.scan.probes.test_mssql import reply
from tests.scan.probes.test_rdp import SELECTED
from tests.scan.probes.test_ssh import LINE
from tests.scan.probes.test_wsdiscovery import MATCH
from tests.scan.probes.web import answer
from tests.shared import ROOT

WHEN = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
CALLER = Caller("HELSE-INVENTAR", "sikkerhet@lyngvik.example", {"snmp_community": "public"})
ANSWERS: dict[str, list[bytes]] = {
    "dicom": [association(2)],
    "http": [PAGE],
    "fhir": [answer(200, "application/fhir+json", test_fhir.BODY)],
    "dicomweb": [answer(200, "application/dicom+json", b"[]")],
    "orthanc": [test_orthanc.SAID],
    "ssh": [LINE],
    "ftp": [FTP],
    "telnet": [PUMP],
    "vnc": [b"RFB 003.008\n", b"\x01\x01"],
    "smb": [test_smb.NEGOTIATED, test_smb.CHALLENGED],
    "rdp": [SELECTED],
    "mssql": [reply(bytes.fromhex("0a320640 0000"))],
    "snmp": [test_snmp.reply()],
    "wsdiscovery": [MATCH],
    "bacnet": [test_bacnet.reply(1, 121, b"Lyngvik"), test_bacnet.reply(2, 70, b"V-3"), test_bacnet.error(3)],
    "modbus": [test_modbus.ANSWER],
    "sip": [test_sip.ANSWER],
}


def facts(name: str) -> tuple[Fact, ...]:
    return play(PROBES[name].begin(Target("10.20.30.40", 1), CALLER), ANSWERS[name]).facts


def look(name: str, port: int) -> tuple[Asset, list[Finding]]:
    transport = PROBES[name].transport
    seen = [
        Observation(fact.kind, "10.20.30.40", fact.facts, WHEN, "run-1", "import", transport, port)
        for fact in facts(name)
        if fact.ended == "answered"
    ]
    (asset,) = build(seen, load_fingerprints(root()))
    return asset, list(find([asset], load_checks(root()), load_lifecycle(root()), date(2026, 11, 21)))


def checks(name: str, port: int) -> set[str]:
    return {finding.check for finding in look(name, port)[1]}


def test_every_kind_is_known_and_says_which_protocol_speaks() -> None:
    kinds = {fact.kind for name in ANSWERS for fact in facts(name)} - {NOTHING_LEARNT}

    assert kinds - set(get_args(Kind)) == set()
    assert kinds - set(_SPOKEN) == {"ntlm.challenge", "wsd.device"}  # they speak inside or beside another
    assert set(ANSWERS) == {name.removesuffix("-tls") for name in PROBES} - {"https", "tls"}


def test_each_service_is_named_by_its_protocol() -> None:
    spoken = {name: look(name, 4000)[0].services[0].protocol for name in ANSWERS}

    web = dict.fromkeys(("http", "fhir", "dicomweb", "orthanc"), "http")
    assert spoken == {name: name for name in ANSWERS} | web | {"wsdiscovery": spoken["wsdiscovery"]}


def test_products_and_builds_are_claimed() -> None:
    assert look("orthanc", 8042)[0].services[0].version == "1.10.1"
    assert look("orthanc", 8042)[0].device_class == "imaging_archive"
    assert look("fhir", 8080)[0].services[0].product == "HAPI FHIR Server"
    assert (look("mssql", 1433)[0].services[0].version, look("ssh", 22)[0].product) == ("10.50.1600", "Debian 12")
    assert look("smb", 445)[0].product == "Windows build 6.3.9600"
    assert look("dicomweb", 8042)[0].device_class == "imaging_archive"
    assert look("telnet", 23)[0].device_class == "infusion_pump"


def test_the_page_about_probes_counts_ports_messages_and_bytes_as_they_are() -> None:
    text = (ROOT / "docs/probes.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*?) \| ([^|]*?) \|", text, re.MULTILINE)
    told = {name: (ports, messages) for name, ports, messages in rows}
    counted = {}
    for name, answers in (ANSWERS | {"tls": []}).items():
        probe = PROBES[name]
        target = Target("192.0.2.7", (probe.ports or (8080,))[0])
        sizes = [len(message) for message in play(probe.begin(target, CALLER), answers * 3).sent]
        ports = ", ".join(map(str, probe.ports)) + (" (UDP)" if probe.transport == "udp" else "")
        ports = (ports or "where the scope says so") + (", only by name" if probe.opt_in else "")
        counted[name] = (ports, f"{probe.messages}: {' + '.join(map(str, sizes))}" if sizes else "0")

    assert len(CALLER.contact) == 25
    assert told == counted


def test_what_is_wrong_becomes_a_finding() -> None:
    assert "image-archive-any-sender" in checks("dicom", 104)
    assert "image-search-open" in checks("dicomweb", 8042)
    assert {"image-archive-open"} <= checks("orthanc", 8042)
    assert "vnc-without-password" in checks("vnc", 5900)
    assert {"rdp-without-nla", "remote-desktop-open"} <= checks("rdp", 3389)
    assert "snmp-default-community" in checks("snmp", 161)
    assert {"telnet-open"} <= checks("telnet", 23)
    assert {"ftp-open"} <= checks("ftp", 21)
    assert "database-reachable" in checks("mssql", 1433)
    assert any("SQL Server" in finding.title.en for finding in look("mssql", 1433)[1])  # 2008 R2 is out of support
