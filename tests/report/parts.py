"""What the example clinic's network and logs would give: the bulky half of the sample result."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sentinel.model.alerts import Alert, LedgerEntry, LogSource, Match, RuleRef
from sentinel.model.assets import Asset, Claim, Finding, Impact, Service
from sentinel.model.result import ScanSource
from sentinel.model.severity import Severity
from sentinel.model.text import Text

SCANNED = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def asset(name: str, address: str, kind: str, product: str, services: tuple[Service, ...] = ()) -> Asset:
    claims = (Claim("product", product, "banner", 4, "klinikk.pcap http.server", SCANNED, SCANNED),)
    return Asset(
        id=digest(address)[:12],
        addresses=(address,),
        macs=(),
        names=(name,) if name else (),
        device_class=kind,
        vendor="",
        product=product,
        version="",
        services=services,
        claims=claims,
        first_seen=SCANNED,
        last_seen=SCANNED + timedelta(hours=1),
        contradictions=("product: Samba 4.9 / nginx",) if name == "LV-NAS" else (),
    )


def assets() -> tuple[Asset, ...]:
    web = (Service("tcp", 22, "ssh", "OpenSSH", "7.4"), Service("tcp", 8080, "http", "Jetty", "6.1.26"))
    pacs = (Service("tcp", 4242, "dicom", "Orthanc", "1.10.1"), Service("tcp", 8042, "http", "Orthanc", "1.10.1"))
    epj = (Service("tcp", 443, "https", "Microsoft-IIS", "10.0"), Service("tcp", 3389, "rdp"))
    return (
        asset("FW-LYNGVIK", "10.20.30.1", "network", "", ()),
        asset(
            "LV-DC01",
            "10.20.30.10",
            "server",
            "Windows Server 2012 R2",
            (Service("tcp", 80, "http", "Microsoft-IIS", "8.5"),),
        ),
        asset("LV-EPJ", "10.20.30.11", "server", "Windows Server 2019", epj),
        asset("LV-RONTGEN", "10.20.30.20", "dental", "Sirona", ()),
        asset("LV-PACS", "10.20.30.21", "imaging_archive", "Orthanc 1.10.1", pacs),
        asset("LV-WEB", "10.20.30.30", "server", "Jetty 6.1.26", web),
        asset("LV-NAS", "10.20.30.40", "nas", "Samba", (Service("tcp", 445, "smb", "Samba"),)),
        asset("LV-RESEPSJON", "10.20.30.51", "workstation", "Windows 11"),
        asset("LV-BEH1", "10.20.30.52", "workstation", "Windows 11"),
        asset("", "10.20.30.60", "printer", ""),
    )


def finding(on: Asset, check: str, severity: Severity, title: Text, advice: Text) -> Finding:
    return Finding(
        id=digest(on.id + check)[:12],
        asset=on.id,
        asset_name=on.names[0] if on.names else on.addresses[0],
        check=check,
        claim="sure" if severity.rank > 2 else "likely",
        severity=severity,
        impact=Impact(3, 1, 2, 2 if severity.rank > 2 else 0),
        title=title,
        advice=advice,
        evidence=Text("Banneret sa det selv 18. november", "The banner said so itself on 18 November"),
        knowledge_date=date(2026, 11, 14),
        seen=SCANNED,
    )


def findings(on: Sequence[Asset]) -> tuple[Finding, ...]:
    by = {a.names[0]: a for a in on if a.names}
    return (
        finding(
            by["LV-WEB"],
            "eol",
            Severity.HIGH,
            Text("Webserveren Jetty 6.1.26 får ikke oppdateringer", "The web server Jetty 6.1.26 gets no updates"),
            Text("Bytt ut webserveren, eller ta den av nettet", "Replace the web server, or take it off the network"),
        ),
        finding(
            by["LV-DC01"],
            "eol",
            Severity.CRITICAL,
            Text("Windows Server 2012 R2 uten oppdateringer", "Windows Server 2012 R2 without updates"),
            Text("Flytt domenet til en ny server", "Move the domain to a new server"),
        ),
        finding(
            by["LV-PACS"],
            "open",
            Severity.CRITICAL,
            Text("Bildearkivet er åpent uten innlogging", "The image archive is open without login"),
            Text("Slå på innlogging i arkivet", "Switch on login in the archive"),
        ),
        finding(
            by["LV-PACS"],
            "any-ae",
            Severity.MEDIUM,
            Text("Bildearkivet godtar enhver avsender", "The image archive accepts any sender"),
            Text("Før opp hvem som får sende bilder", "List who may send images"),
        ),
        finding(
            by["LV-EPJ"],
            "expired",
            Severity.LOW,
            Text("Sertifikatet på journalserveren er utløpt", "The certificate on the record server has expired"),
            Text("Bestill nytt sertifikat", "Order a new certificate"),
        ),
    )


RULES: tuple[tuple[str, Severity, str, datetime, int, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Remote logon as supplier from unknown address",
        Severity.HIGH,
        "attack.initial-access",
        at(10, 13, 23, 41),
        1,
        "lv-epj-security.jsonl.zst",
        (("TargetUserName", "fjordnett"), ("IpAddress", "203.0.113.77")),
    ),
    (
        "Failed logons for many accounts",
        Severity.MEDIUM,
        "attack.credential-access",
        at(10, 13, 23, 12),
        28,
        "lv-epj-security.jsonl.zst",
        (("IpAddress", "203.0.113.77"),),
    ),
    (
        "Shadow copies deleted",
        Severity.CRITICAL,
        "attack.impact",
        at(10, 17, 1, 5),
        2,
        "lv-dc01-security.xml",
        (("CommandLine", "vssadmin delete shadows /all /quiet"),),
    ),
    (
        "Many patient records opened at night",
        Severity.HIGH,
        "attack.collection",
        at(10, 15, 0, 20),
        37,
        "epj-access.jsonl.zst",
        (("user.name", "fjordnett"), ("helse.patient.relation", "none")),
    ),
    (
        "Web shell used",
        Severity.CRITICAL,
        "attack.persistence",
        at(10, 16, 9, 2),
        3,
        "web-access.jsonl.gz",
        (("cs-uri-stem", "/bilde.jsp"), ("cs-uri-query", "cmd=whoami")),
    ),
    (
        "Remote access opened for all addresses",
        Severity.HIGH,
        "attack.defense-evasion",
        at(10, 3, 20, 40),
        1,
        "firewall.jsonl.zst",
        (("change", "src: 198.51.100.10/32 -> any"),),
    ),
    (
        "Own record opened",
        Severity.LOW,
        "attack.unknown",
        at(10, 16, 8, 0),
        1,
        "epj-access.jsonl.zst",
        (("user.name", "kaare.nygaard"),),
    ),
)
MEANING = Text(
    "Noen logget inn som leverandøren fra en ukjent adresse",
    "Somebody logged on as the supplier from an unknown address",
)


def alerts() -> tuple[Alert, ...]:
    found: list[Alert] = []
    for number, (title, level, tag, first, count, source, matched) in enumerate(RULES):
        rule = RuleRef(f"rule-{number}", title, level, digest(title), "Sentinel", (tag,))
        for n in range(count):
            name = digest(f"{title}{n}")
            fields = dict(matched)
            met = tuple(Match(field, value, value) for field, value in matched)
            found.append(Alert(name, rule, name, first + timedelta(seconds=40 * n), source, str(n), met, fields))
    return tuple(found)


def logs() -> tuple[LogSource, ...]:
    start, end = at(9, 30, 22), at(10, 31, 22, 59)
    gap = (at(10, 12, 18), at(10, 14, 1))
    return (
        LogSource("lv-epj-security.jsonl.zst", "jsonl", ("Security",), 41230, {}, start, end),
        LogSource("lv-dc01-security.xml", "winxml", ("Security",), 1804, {"truncated": 1}, start, end),
        LogSource(
            "klienter-sysmon.jsonl.zst", "jsonl", ("Microsoft-Windows-Sysmon/Operational",), 130511, {}, start, end
        ),
        LogSource("web-access.jsonl.gz", "jsonl", ("web.access",), 9031, {"not-json": 3}, start, end),
        LogSource("firewall.jsonl.zst", "jsonl", ("firewall.traffic", "firewall.config"), 210004, {}, start, end),
        LogSource("epj-access.jsonl.zst", "jsonl", ("epj.access",), 20110, {}, start, end, (gap,)),
    )


def ledger() -> tuple[LedgerEntry, ...]:
    return (
        *(
            LedgerEntry(f"rule-{n}", RULES[n][0], f"rules/own/{n}.yml", "evaluated", events=900, hits=1)
            for n in range(7)
        ),
        *(
            LedgerEntry(f"quiet-{n}", f"Quiet rule {n}", f"rules/own/q{n}.yml", "evaluated", events=900)
            for n in range(18)
        ),
        *(LedgerEntry(f"wifi-{n}", f"Wireless {n}", f"rules/wifi/{n}.yml", "source-absent") for n in range(4)),
        LedgerEntry("f-1", "Needs a field", "rules/own/f.yml", "field-absent", events=12, missing=("ParentImage",)),
        LedgerEntry("r-1", "Broken rule", "rules/own/broken.yml:6", "refused", reason="unknown modifier 'contians'"),
    )


def scans() -> tuple[ScanSource, ...]:
    silent = ("10.20.30.72", "10.20.30.70", "10.20.30.71")
    return (
        ScanSource("klinikk.pcap", "passive", 48211, {"truncated": 2}, 10, (), date(2026, 11, 18), date(2026, 11, 18)),
        ScanSource("nmap.xml", "import", 14, {}, 11, silent, date(2026, 11, 18), date(2026, 11, 18)),
    )
