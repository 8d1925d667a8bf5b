"""A made-up hospital of any size: devices in networks, what is wrong with them, and who talks to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from sentinel.model.assets import Asset, Claim, DeviceClass, Finding, Impact, Service
from sentinel.model.inventory import Inventory
from sentinel.model.result import ScanSource
from sentinel.model.severity import Severity
from sentinel.model.talks import Association, Flow, Heard
from sentinel.model.text import Text

DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
PEOPLE = (
    "Medisin",
    "Kirurgi",
    "Røntgen",
    "Laboratoriet",
    "Poliklinikken",
    "Føde",
    "Barn",
    "Intensiv",
    "Drift",
    "Gjester",
)
KINDS: tuple[tuple[DeviceClass, str, str, str, tuple[tuple[str, int], ...]], ...] = (
    ("infusion_pump", "Pumpemakeren", "Dråpe 200", "4.1", (("http", 80),)),
    ("patient_monitor", "Monitormakeren", "Følger", "", (("hl7", 2575),)),
    ("imaging_modality", "Bildemakeren", "CT Rundt", "VB20", (("dicom", 104),)),
    ("laboratory", "Analysemakeren", "Blodus 9", "2.0", (("astm", 15200),)),
    ("workstation", "", "Windows 11", "", ()),
    ("workstation", "", "Windows 10", "", (("smb", 445),)),
    ("server", "", "Windows Server 2016", "", (("rdp", 3389), ("smb", 445))),
    ("printer", "Skrivermakeren", "", "", (("http", 80),)),
    ("unknown", "", "", "", ()),
)


def network(number: int) -> str:
    return f"10.{20 + number // 200}.{number % 200}.0/24"


def address(number: int, host: int) -> str:
    return f"10.{20 + number // 200}.{number % 200}.{host}"


def asset(number: int, host: int, random: Random, kind: int | None = None) -> Asset:
    what, vendor, product, version, ports = KINDS[random.randrange(len(KINDS)) if kind is None else kind]
    here = address(number, host)
    name = f"{PEOPLE[number % len(PEOPLE)][:4].upper()}-{what[:3].upper()}{number:02}{host:03}"
    source = "opptak.pcap" if host % 7 else "liste.csv"
    seen = "arp (opptak.pcap)" if host % 7 or ports else f"inventory.row ({source})"
    claims = [
        Claim("device_class", what, "kind", 3, seen, NOON, NOON),
        Claim("name", name, "site", 5, "site", NOON, NOON),
    ]
    claims += [Claim("product", product, "banner", 4, seen, NOON, NOON)] if product else []
    claims += [Claim(f"tcp/{port}.protocol", said, f"kind:{said}", 5, seen, NOON, NOON) for said, port in ports]
    return Asset(
        id=f"{number:04x}{host:012x}",
        addresses=(here,),
        macs=(f"02:00:00:00:{number:02x}:{host:02x}",),
        names=(name,),
        device_class=what,
        vendor=vendor,
        product=product,
        version=version,
        services=tuple(Service("tcp", port, said) for said, port in ports),
        claims=tuple(claims),
        first_seen=NOON - timedelta(days=host % 30),
        last_seen=NOON,
        contradictions=("vendor: A (3), B (3)",) if host % 11 == 0 else (),
    )


def finding(of: Asset, severity: Severity, check: str = "remote-desktop-open") -> Finding:
    name = of.names[0]
    return Finding(
        id=f"{check[:4]}{of.id}",
        asset=of.id,
        asset_name=name,
        check=check,
        claim="likely",
        severity=severity,
        impact=Impact(1, 1, 2, 2),
        title=Text(f"{name} er åpen", f"{name} is open"),
        advice=Text("Be leverandøren om råd.", "Ask the supplier."),
        evidence=Text("Sett i opptaket.", "Seen in the capture."),
        knowledge_date=date(2026, 11, 1),
        seen=NOON,
    )


def hospital(devices: int = 3000, networks: int = 40, seed: int = 1, *, heard: bool = True) -> Inventory:
    """Return the same hospital for the same numbers; one network more is stated, and nothing was seen in it."""
    random = Random(seed)
    assets = tuple(asset(n % networks, 10 + n // networks, random) for n in range(devices))
    flows = tuple(sorted(_flows(assets, networks, random), key=str))
    stated = tuple(network(n) for n in range(networks + 1))
    return Inventory(
        name="Fjordby sykehus",
        as_of=DAY,
        tlp="AMBER",
        assets=assets,
        findings=tuple(_findings(assets, random)),
        knowledge_date=date(2026, 11, 1),
        scans=(ScanSource("opptak.pcap", "passive", 10, {}, devices, (address(0, 250),), DAY, DAY),),
        networks=stated,
        names={network(n): f"{PEOPLE[n % len(PEOPLE)]} {n // len(PEOPLE) + 1}" for n in range(networks)},
        heard=Heard(flows, _associations(assets), (), 0) if heard else None,
    )


def _findings(assets: tuple[Asset, ...], random: Random) -> Iterator[Finding]:
    for one in assets:
        roll = random.random()
        if one.product in {"Windows 10", "Windows Server 2016"} and roll < 0.5:
            yield finding(one, Severity.HIGH, "product-unsupported")
        if one.device_class == "imaging_modality" and roll < 0.05:
            yield finding(one, Severity.CRITICAL)
        if roll < 0.2:
            yield finding(one, Severity.LOW, "certificate-self-signed")


def _flows(assets: tuple[Asset, ...], networks: int, random: Random) -> Iterator[Flow]:
    home = {one.id: index % networks for index, one in enumerate(assets)}
    for one in assets:
        here = one.addresses[0]
        yield Flow(here, address(0, 10), "udp", 53, "dns", random.randrange(1, 90), NOON, NOON)
        if one.device_class == "imaging_modality":
            yield Flow(here, address(2 % networks, 11), "tcp", 104, "dicom", 3, NOON, NOON)
        if one.device_class in {"laboratory", "patient_monitor"}:
            yield Flow(here, address(3 % networks, 11), "tcp", 2575, "hl7", 9, NOON, NOON)
        if one.device_class == "workstation":
            yield Flow(here, address(8 % networks, 12), "tcp", 443, "tls", 9, NOON, NOON)
            if random.random() < 0.1:
                yield Flow(here, "203.0.113.9", "tcp", 443, "tls", 2, NOON, NOON)
        if one.device_class == "infusion_pump" and random.random() < 0.01:
            yield Flow(here, "198.51.100.7", "tcp", 443, "tls", 1, NOON, NOON)
        if random.random() < 0.01:
            yield Flow(here, address(home[one.id], 240), "tcp", 9100, "", 1, NOON, NOON)


def _associations(assets: tuple[Asset, ...]) -> tuple[Association, ...]:
    scanners = [one for one in assets if one.device_class == "imaging_modality"][:20]
    return tuple(
        Association(one.names[0][:16], "PACS", one.addresses[0], address(2, 11), 104, 3, 3, NOON, NOON)
        for one in scanners
    )
