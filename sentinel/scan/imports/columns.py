"""Which column of a table holds what: by the names people give columns, Norwegian and English, or by a mapping file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from sentinel.errors import ContentError, Fault, Location

Names = Mapping[str, frozenset[str]]
"""What a column may be called, by what it holds; in small letters, with single spaces for all that is no letter."""
SCHEMA = "sentinel.columns/1"
MAX_FILE = 64 * 1024


def _names(**listed: str) -> Names:
    return {field: frozenset(name.strip() for name in text.split(",")) for field, text in listed.items()}


INVENTORY = _names(
    address="ip, ip address, ip adresse, ipadresse, ipaddress, ipv4, ipv4 address, ipv4 adresse, nettverksadresse",
    mac="mac, mac address, mac adresse, macadresse, macaddress, hardware address, physical address, fysisk adresse",
    hostname="name, navn, hostname, host name, host, maskinnavn, vertsnavn, enhetsnavn, device name, utstyrsnavn, "
    "computer name, datamaskin, datamaskinnavn, dns name, dns navn, fqdn",
    vendor="vendor, manufacturer, make, maker, brand, produsent, fabrikant, fabrikat, merke",
    product="model, modell, product, produkt, device model, modellnavn, model name, utstyrsmodell",
    category="type, device type, utstyrstype, kategori, category, class, klasse, device class, utstyrsgruppe, "
    "equipment type, enhetstype",
    version="version, versjon, firmware, fastvare, programvareversjon, software version, sw version, "
    "firmware version, fastvareversjon",
    os="os, operating system, operativsystem",
    os_version="os version, os versjon, operativsystemversjon, operating system version",
    serial="serial, serial number, serienummer, serienr, s n, sn",
    tag="inventory number, inventarnummer, inventarnr, asset tag, asset id, utstyrsnummer, utstyrsnr",
    seen="last seen, sist sett, seen, sett",
)
FINDINGS = _names(
    address="ip, ip address, ip adresse, ipadresse, ipaddress, host, vert, target, mål, address, adresse, asset",
    port="port, portnummer",
    title="title, tittel, finding, funn, vulnerability, sårbarhet, name, navn, issue",
    severity="severity, alvorlighet, alvorlighetsgrad, alvorsgrad, risk, risiko, kritikalitet, threat",
    cves="cve, cves, cve id, cve nummer",
    id="id, nr, no, reference, referanse, ref, finding id",
    advice="advice, recommendation, solution, remediation, tiltak, anbefaling, løsning",
    score="cvss, cvss score, cvss base score, score",
    scanner="source, kilde, tool, verktøy",
    check="check, sjekk",
    seen="date, dato, found, oppdaget, last seen, sist sett",
)
LEASES = _names(
    address="ipaddress, ip address, client ip address, ip adresse, klientens ip adresse, klient ip adresse",
    mac="clientid, unique id, unik id, client id",
    hostname="hostname, name, navn, vertsnavn",
    state="addressstate",
    expires="leaseexpirytime, lease expiration, utløpstidspunkt, leieavtale utløper, utløp av leie",
)


def normal(heading: str) -> str:
    """Return a heading as it is compared: small letters, single spaces for all that is no letter or digit."""
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def match(headings: Sequence[str], names: Names, given: Mapping[str, str]) -> dict[str, int]:
    """Return which column holds what; `given` (what → heading) goes before our own names, and the first column wins."""
    places: dict[str, int] = {}
    told = {normal(heading): field for field, heading in given.items()}
    for place, heading in enumerate(headings):
        name = normal(heading)
        field = told.get(name)
        if field is None:
            field = next((one for one, known in names.items() if name in known and one not in given), None)
        if field is not None:
            places.setdefault(field, place)
    return places


def read_columns(path: Path, known: frozenset[str] = frozenset(INVENTORY) | frozenset(FINDINGS)) -> dict[str, str]:
    """Read a mapping file (TOML, `[columns]`, what = "heading"); raise ContentError with every fault."""
    name = path.name
    try:
        data = tomllib.loads(path.read_bytes()[:MAX_FILE].decode("utf-8-sig"))
    except OSError as error:
        raise ContentError([Fault(Location(name), f"cannot be read: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ContentError([Fault(Location(name), f"is not TOML: {error}")]) from error
    table = data.get("columns")
    wrong = [f"unknown key '{key}'" for key in data if key not in {"schema", "columns"}]
    if data.get("schema") != SCHEMA:
        wrong.append(f"schema must be '{SCHEMA}'")
    columns = table if isinstance(table, dict) else {}
    wrong += [] if columns else ["has no [columns] with what = 'heading'"]
    wrong += [f"columns: unknown '{key}'; known are {', '.join(sorted(known))}" for key in columns if key not in known]
    wrong += [f"columns: '{key}' must be a text" for key, value in columns.items() if not isinstance(value, str)]
    if wrong:
        raise ContentError(Fault(Location(name), what) for what in wrong)
    return {key: str(value) for key, value in columns.items()}
