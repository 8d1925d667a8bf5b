"""What probes learn becomes assets and findings, as what passive reading learns does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from sentinel.content import root
from sentinel.model.assets import Asset, Finding, Observation, Transport
from sentinel.scan.checks import load_checks
from sentinel.scan.clean import MASK
from sentinel.scan.findings import find
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.fingerprint_rules import Kind
from sentinel.scan.implied import _SPOKEN
from sentinel.scan.inventory import build
from sentinel.scan.lifecycle import load_lifecycle
from sentinel.scan.probes import PROBES
from sentinel.scan.probes.exchange import NOTHING_LEARNT, Caller, Fact, Target
from sentinel.scan.probes.tls import session_facts
from tests.scan.passive.craft import association
from tests.scan.probes import test_bacnet, test_fhir, test_modbus, test_orthanc, test_sip, test_smb, test_snmp
from tests.scan.probes.drive import play, split
from tests.scan.probes.test_greeting import FTP, PUMP
from tests.scan.probes.test_http import PAGE
from tests.scan.probes.test_mssql import reply
from tests.scan.probes.test_rdp import SELECTED
from tests.scan.probes.test_ssh import LINE
from tests.scan.probes.test_wsdiscovery import match
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
    "bacnet": [test_bacnet.reply(1, 121, b"Lyngvik"), test_bacnet.reply(2, 70, b"V-3"), test_bacnet.error(3)],
    "modbus": [test_modbus.ANSWER],
}
MADE = {"wsdiscovery": match, "sip": test_sip.answer_to}
"""Answers that must name the question they belong to."""
NAMES = {*ANSWERS, *MADE}


def facts(name: str) -> tuple[Fact, ...]:
    target = Target("10.20.30.40", 1)
    answers = [MADE[name](target, CALLER)] if name in MADE else ANSWERS[name]
    return play(PROBES[name].begin(target, CALLER), answers).facts


def look(name: str, port: int) -> tuple[Asset, list[Finding]]:
    return judged(facts(name), PROBES[name].transport, port)


def judged(learnt: Iterable[Fact], transport: Transport, port: int) -> tuple[Asset, list[Finding]]:
    seen = [
        Observation(fact.kind, "10.20.30.40", fact.facts, WHEN, "run-1", "import", transport, port)
        for fact in learnt
        if fact.ended == "answered"
    ]
    (asset,) = build(seen, load_fingerprints(root()))
    return asset, list(find([asset], load_checks(root()), load_lifecycle(root()), date(2026, 11, 21)))


def checks(name: str, port: int) -> set[str]:
    return {finding.check for finding in look(name, port)[1]}


def found(learnt: Iterable[Fact], port: int) -> set[str]:
    return {finding.check for finding in judged([*learnt], "tcp", port)[1]}


@pytest.mark.parametrize("name", sorted(name for name in ANSWERS if PROBES[name].transport == "tcp"))
def test_answers_cut_at_any_byte_teach_the_same(name: str) -> None:
    def learnt(parts: list[bytes]) -> tuple[Fact, ...]:
        return play(PROBES[name].begin(Target("10.20.30.40", 1), CALLER), parts).facts

    answers = ANSWERS[name]
    cuts = [
        [*answers[:turn], *split(answer, [at]), *answers[turn + 1 :]]
        for turn, answer in enumerate(answers)
        for at in range(1, len(answer))
    ]
    byte_by_byte = [bytes((byte,)) for answer in answers for byte in answer]

    assert {learnt(parts) == facts(name) for parts in (byte_by_byte, *cuts)} == {True}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_half_an_answer_is_never_taken_for_another(name: str) -> None:
    """A connection may end anywhere: what is then said to be answered is a part of the truth, and no half version."""
    target = Target("10.20.30.40", 1)
    answers = [MADE[name](target, CALLER)] if name in MADE else ANSWERS[name]
    truth = {fact.kind: fact.facts.items() for fact in facts(name)}
    halves = [[*answers[:turn], answer[:at]] for turn, answer in enumerate(answers) for at in range(1, len(answer))]
    wrong = {
        f"{fact.kind} {fact.facts}"
        for half in halves
        for fact in play(PROBES[name].begin(target, CALLER), half).facts
        if fact.ended == "answered" and not fact.facts.items() <= truth.get(fact.kind, {}.items())
    }

    assert wrong == set()


def test_every_kind_is_known_and_says_which_protocol_speaks() -> None:
    kinds = {fact.kind for name in NAMES for fact in facts(name)} - {NOTHING_LEARNT}

    assert kinds - set(get_args(Kind)) == set()
    assert kinds - set(_SPOKEN) == {"ntlm.challenge", "wsd.device"}  # they speak inside or beside another
    assert {name.removesuffix("-tls") for name in PROBES} - {"https", "tls"} == NAMES


def test_each_service_is_named_by_its_protocol() -> None:
    spoken = {name: look(name, 4000)[0].services[0].protocol for name in NAMES}

    web = dict.fromkeys(("http", "fhir", "dicomweb", "orthanc"), "http")
    assert spoken == {name: name for name in NAMES} | web | {"wsdiscovery": spoken["wsdiscovery"]}


def test_products_and_builds_are_claimed() -> None:
    assert look("orthanc", 8042)[0].services[0].version == "1.10.1"
    assert look("orthanc", 8042)[0].device_class == "imaging_archive"
    assert look("fhir", 8080)[0].services[0].product == "HAPI FHIR Server"
    assert (look("mssql", 1433)[0].services[0].version, look("ssh", 22)[0].product) == ("10.50.1600", "Debian 12")
    assert look("smb", 445)[0].product == "Windows build 6.3.9600"
    assert look("dicomweb", 8042)[0].device_class == "imaging_archive"
    assert look("telnet", 23)[0].device_class == "infusion_pump"


@pytest.mark.parametrize(
    ("name", "said", "written"),
    [
        ("dicom", b"OFFIS_DCMTK_367", b"99999999999_367"),
        ("http", b"Orthanc Explorer", b"Kari 99999999999"),
        ("fhir", b"HAPI FHIR Server", b"FHIR 99999999999"),
        ("orthanc", b'"LV_PACS"', b'"999999 99999"'),
        ("ssh", b"Debian-2+deb12u10", b"for 999999-99999 "),
        ("ftp", b"vsFTPd 3.0.3", b"ftp 99999999999"),
        ("telnet", b"Diagnostic", b"99999999999"),
        ("snmp", b"Philips X2 rev B", b"Rom 99999999999 "),
        ("wsdiscovery", b"bed=Bed1", b"bed=99999999999"),
        ("sip", b"Ascom Myco 3", b"99999999999"),
    ],
)
def test_what_looks_like_an_identity_number_is_never_kept(name: str, said: bytes, written: bytes) -> None:
    target = Target("10.20.30.40", 1)
    answers = [MADE[name](target, CALLER)] if name in MADE else ANSWERS[name]
    swapped = [one.replace(said, written) for one in answers]
    (*_, fact) = play(PROBES[name].begin(target, CALLER), swapped).facts

    assert swapped != answers
    assert fact.ended == "answered"
    assert MASK in str(fact)
    assert "9" * 5 not in str(fact)


def test_the_best_version_of_tls_is_judged() -> None:
    def versions(version: str) -> set[str]:
        return found(session_facts(b"", version, "x"), 443)

    assert ["tls-version-old" in versions(name) for name in ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_page_about_probes_counts_ports_messages_and_bytes_as_they_are() -> None:
    text = (ROOT / "docs/probes.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*?) \| ([^|]*?) \|", text, re.MULTILINE)
    told = {name: (ports, messages) for name, ports, messages in rows}
    counted = {}
    for name, answers in (ANSWERS | {"tls": [], "wsdiscovery": [], "sip": []}).items():
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
    assert "smb-signing-not-required" in found(
        [Fact("smb.server", {"dialect": "3.1.1", "signing_required": "no"})], 445
    )
    assert "ssh-version-one" in found([Fact("ssh.banner", {"software": "Cisco-1.25", "protocol": "1.99"})], 22)
    assert "database-without-encryption" in found([Fact("mssql.prelogin", {"encryption": "none"})], 1433)
    assert any("SQL Server" in finding.title.en for finding in look("mssql", 1433)[1])  # 2008 R2 is out of support
