from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Finding, Observation
from sentinel.model.severity import Severity
from sentinel.scan.findings import find, load_checks, looked
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from sentinel.scan.lifecycle import load_lifecycle
from tests.scan.clinic import DC, EPJ, NAS, PACS, WEB, WHEN, nmap, passive, service
from tests.scan.clinic import observations as clinic
from tests.scan.strategies import observations

AS_OF = date(2026, 11, 21)
FINGERPRINTS, CHECKS, LIFECYCLE = load_fingerprints(root()), load_checks(root()), load_lifecycle(root())


def findings(*seen: Observation, as_of: date = AS_OF) -> tuple[Finding, ...]:
    return find(build(seen, FINGERPRINTS), CHECKS, LIFECYCLE, as_of)


def short(found: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.check, one.claim, one.severity) for one in found]


def test_the_clinic_gives_exactly_these_findings() -> None:
    assets = build(clinic(), FINGERPRINTS)
    address = {one.id: one.addresses[0] for one in assets}
    found = find(assets, CHECKS, LIFECYCLE, AS_OF)
    assert [(address[f.asset], f.check, f.claim, f.severity.value, f.facts.get("label", "")) for f in found] == [
        (PACS, "image-archive-open", "sure", "critical", ""),
        (DC, "product-unsupported", "likely", "high", "Windows Server 2012 R2"),
        (WEB, "product-unsupported", "likely", "high", "Jetty 6"),
        (EPJ, "certificate-expired", "sure", "medium", ""),
        (PACS, "image-archive-any-sender", "sure", "medium", ""),
        (EPJ, "certificate-self-signed", "sure", "low", ""),
        (EPJ, "remote-desktop-open", "possible", "low", ""),
        (NAS, "product-unsupported", "possible", "low", "nginx 1.22"),
        (NAS, "product-unsupported", "possible", "low", "Samba 4.17"),
        (PACS, "dicom-without-encryption", "sure", "informational", ""),
        (PACS, "hl7-without-encryption", "sure", "informational", ""),
    ]


def test_an_old_windows_is_told_with_day_witness_source_and_doubt() -> None:
    (one,) = (f for f in findings(*clinic()) if f.facts.get("label") == "Windows Server 2012 R2")
    assert one.title.nb == (
        "10.20.30.10 bruker Windows Server 2012 R2, som ikke lenger får sikkerhetsoppdateringer "
        "(tok slutt 10. oktober 2023)"
    )
    assert "ended 10 October 2023" in one.title.en
    for text in (one.evidence.nb, one.evidence.en):
        assert "http.server tcp/80 (capture.pcapng), web-iis-85 [known]" in text
        assert "https://learn.microsoft.com/lifecycle" in text
    assert "sist sett 14. oktober 2026" in one.evidence.nb
    assert "kunnskap per 1. august 2026" in one.evidence.nb
    assert "Windows 8.1" in one.evidence.en
    assert (one.knowledge_date, one.seen) == (date(2026, 8, 1), WHEN)


def test_days_are_told_as_people_in_norway_count_them() -> None:
    web = passive("http.server", "10.0.0.1", {"server": "Jetty(6.1.26)"}, 80)
    late = replace(web, time=datetime(2026, 10, 14, 22, 30, tzinfo=UTC))
    (one,) = findings(late)
    assert "sist sett 15. oktober 2026" in one.evidence.nb
    (one,) = findings(replace(late, time=None))
    assert "sist sett ukjent dato" in one.evidence.nb


def test_a_distributor_s_version_is_only_possible_and_says_why() -> None:
    samba, nginx = (
        next(f for f in findings(*clinic()) if f.facts.get("product") == product) for product in ("Samba smbd", "nginx")
    )
    assert "distributørs eget nummer" in samba.evidence.nb
    assert "distributor's own number" in samba.evidence.en
    assert "uten å endre nummeret" in nginx.evidence.nb
    assert "kanskje" in nginx.title.nb
    assert "may use" in nginx.title.en


def test_openssh_has_no_stated_end_so_nothing_is_said() -> None:
    old = passive("ssh.banner", "10.0.0.1", {"software": "OpenSSH_5.3", "role": "server"}, 22)
    assert findings(old) == ()


def test_medical_equipment_is_not_told_to_update() -> None:
    seen = [
        passive("arp", "10.0.0.1", {}, mac="00:09:fb:00:00:01"),
        passive("http.server", "10.0.0.1", {"server": "Microsoft-IIS/6.0"}, 80),
        passive("http.server", "10.0.0.1", {"server": "Microsoft-IIS/6.0", "title": "Visage 7"}, 80),
    ]
    maker = passive("dhcp", "10.0.0.1", {"vendor_class": "Philips IntelliVue"})
    (one,) = findings(*seen, maker)
    assert "Spør leverandøren" in one.advice.nb
    assert "Ikke oppdater selv" in one.advice.nb
    assert "supplier" in one.advice.en
    (other,) = findings(replace(seen[1], address="10.0.0.2"))
    assert other.advice.nb.startswith("Bytt ut Windows Server 2003")


def test_a_certificate_is_judged_on_the_day_of_the_report() -> None:
    shown = passive("tls.certificate", "10.0.0.1", {"subject": "x", "not_after": "2026-11-20"}, 443)
    assert short(findings(shown)) == [("certificate-expired", "sure", "medium")]
    assert findings(shown, as_of=date(2026, 11, 20)) == ()
    assert findings(replace(shown, facts={"not_after": "2026-13-45"})) == ()


def test_a_certificate_read_by_nmap_counts_the_same() -> None:
    facts = {"id": "ssl-cert", "not_after": "2020-01-01T00:00:00", "self_signed": "yes", "subject": "a", "issuer": "a"}
    found = findings(service("10.0.0.1", 443, "http", tunnel="ssl"), nmap("nmap.script", "10.0.0.1", facts, 443))
    assert short(found) == [("certificate-expired", "sure", "medium"), ("certificate-self-signed", "sure", "low")]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (service("10.0.0.1", 23, "telnet"), ("telnet-open", "sure", "high")),
        (service("10.0.0.1", 21, "ftp"), ("ftp-open", "sure", "medium")),
        (service("10.0.0.1", 3389, "ms-wbt-server"), ("remote-desktop-open", "sure", "medium")),
        (service("10.0.0.1", 5900, "vnc"), ("vnc-open", "sure", "medium")),
        (service("10.0.0.1", 5432, "postgresql"), ("database-reachable", "sure", "medium")),
        (service("10.0.0.1", 1433, "ms-sql-s"), ("database-reachable", "sure", "medium")),
        (passive("tcp.open", "10.0.0.1", {}, 23), ("telnet-open", "possible", "low")),
        (passive("tcp.open", "10.0.0.1", {}, 3050), ("database-reachable", "possible", "low")),
        (
            passive("http.server", "10.0.0.1", {"status": "401", "realm": "Admin"}, 80),
            ("login-over-plain-http", "sure", "medium"),
        ),
        (
            passive("arp", "10.0.0.1", {}, mac="00:80:a3:00:00:01"),
            ("unknown-device-behind-module", "sure", "low"),
        ),
        (
            passive("dicom.accept", "10.0.0.1", {"called_ae": "ANY-SCP"}, 104),
            ("image-archive-any-sender", "sure", "medium"),
        ),
    ],
)
def test_what_is_open(seen: Observation, expected: tuple[str, str, str]) -> None:
    assert short(findings(seen))[0] == expected


@pytest.mark.parametrize(
    ("port", "script", "expected"),
    [
        (445, {"id": "smb-protocols", "dialects": "NT LM 0.12 (SMBv1), 2:0:2"}, ("smb-version-one", "sure", "high")),
        (21, {"id": "ftp-anon", "output": "Anonymous FTP login allowed"}, ("ftp-anonymous", "sure", "high")),
        (5900, {"id": "vnc-info", "output": "Security types: None (1)"}, ("vnc-without-password", "sure", "critical")),
    ],
)
def test_what_scripts_show(port: int, script: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert expected in short(findings(nmap("nmap.script", "10.0.0.1", script, port)))


def test_snmp_with_the_default_name() -> None:
    udp = Observation(
        "nmap.service",
        "10.0.0.1",
        {"state": "open", "service": "snmp", "product": "SNMPv1 server", "extra": "public", "method": "probed"},
        WHEN,
        "a.xml",
        "import",
        "udp",
        161,
    )
    assert short(findings(udp)) == [("snmp-default-community", "sure", "medium")]


def test_what_is_in_order_is_not_a_finding() -> None:
    fine = [
        service("10.0.0.1", 443, "http", product="nginx", version="1.30.4", tunnel="ssl"),
        nmap("nmap.script", "10.0.0.1", {"id": "http-auth", "realm": "Admin", "status": "401"}, 443),
        nmap("nmap.script", "10.0.0.1", {"id": "ssl-cert", "not_after": "2028-01-01", "self_signed": "no"}, 443),
        passive("http.server", "10.0.0.2", {"status": "401", "realm": "Orthanc Secure Area"}, 443),
        passive("tls.certificate", "10.0.0.2", {"not_after": "2028-01-01"}, 443),
        nmap("nmap.script", "10.0.0.3", {"id": "dicom-ping", "config": "Called AET check enabled"}, 104),
        passive("http.server", "10.0.0.4", {"title": "Velkommen", "status": "200"}, 80),
    ]
    assert findings(*fine) == ()


def everything(address: str) -> list[Observation]:
    """Return a host that answers on every port with every banner there is a rule for."""
    seen = [
        service(address, port, name, product="Jetty", version="6.1.26", extra="public")
        for port, name in zip(
            range(1, 400), ["telnet", "ftp", "ms-wbt-server", "vnc", "snmp", "ms-sql-s"] * 70, strict=False
        )
    ]
    for rule in FINGERPRINTS.rules:
        for kind in rule.kinds:
            for vector in rule.positive:
                seen.append(passive(kind, address, dict(vector.facts), 4242))  # noqa: PERF401 (three loops deep)
    return seen


def test_a_host_that_answers_everything_is_not_called_anything_it_plays() -> None:
    seen = everything("10.0.0.1")
    (asset,) = build(seen, FINGERPRINTS)
    assert (asset.device_class, asset.product) == ("unknown", "")
    (one,) = findings(*seen)
    assert (one.check, one.severity) == ("answers-on-everything", Severity.INFORMATIONAL)
    assert "kan ikke ses" in one.title.nb


def test_ids_and_order_do_not_depend_on_the_order_of_what_was_seen() -> None:
    found = findings(*clinic())
    assert findings(*reversed(clinic())) == found
    assert len({one.id for one in found}) == len(found)
    later = [replace(one, time=one.time + timedelta(days=1)) for one in clinic() if one.time]
    assert [one.id for one in findings(*later)] == [one.id for one in found]


def test_hostile_names_come_out_as_plain_text() -> None:
    name = "{label}{0.__class__}\x1b[31m<script>"
    seen = [
        replace(one, address="10.0.0.1")
        for one in (
            passive("http.server", "", {"server": "Jetty(6.1.26)"}, 80),
            passive("arp", "", {}, mac="00:80:a3:00:00:01"),
        )
    ]
    assets = build(seen, FINGERPRINTS, names={"10.0.0.1": name})
    for one in find(assets, CHECKS, LIFECYCLE, AS_OF):
        assert "{label}{0.__class__}<script>" in one.title.nb
        assert one.title.nb.isprintable()


def test_looked_tells_judged_from_not_seen() -> None:
    told = {
        one.check: (one.evaluated, one.no_input) for one in looked(build(clinic(), FINGERPRINTS), CHECKS, LIFECYCLE)
    }
    assert set(told) == {check.id for check in CHECKS.all if check.kind != "weakness"}
    assert told["image-archive-any-sender"] == (1, 0)
    assert told["certificate-expired"][0] == 1
    assert told["smb-version-one"] == (0, 1)
    unasked = build([passive("dicom.accept", "10.0.0.1", {"called_ae": "A"}, 104)], FINGERPRINTS)
    (one,) = (one for one in looked(unasked, CHECKS, LIFECYCLE) if one.check == "image-archive-any-sender")
    assert (one.evaluated, one.no_input) == (0, 1)


@settings(max_examples=150)
@given(st.lists(observations, max_size=12), st.dates())
def test_any_observations_give_findings_or_none_but_never_an_error(seen: list[Observation], as_of: date) -> None:
    assets = build(seen, FINGERPRINTS)
    known = {one.id for one in assets}
    found = find(assets, CHECKS, LIFECYCLE, as_of)
    for one in found:
        assert one.asset in known
        for text in (one.title, one.advice, one.evidence):
            assert text.nb
            assert text.en
            assert text.nb.isprintable()
            assert text.en.isprintable()
    assert len({one.id for one in found}) == len(found)
    for told in looked(assets, CHECKS, LIFECYCLE):
        assert told.evaluated + told.no_input <= len(assets)
