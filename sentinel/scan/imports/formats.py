"""All formats of other tools' results that we read: how each is recognised by its content, and what reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from sentinel.errors import InputError, Location
from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.imports import (
    components,
    findings_list,
    inventory_list,
    leases,
    leases_windows,
    mds2,
    neighbours,
    nessus,
    openvas,
    zeek,
)
from sentinel.scan.imports.certificates import Certificates
from sentinel.scan.imports.columns import FINDINGS, INVENTORY, LEASES, Names, normal
from sentinel.scan.imports.lines import head_of
from sentinel.scan.imports.tables import first_rows, headings_in, is_workbook, known_headings
from sentinel.scan.nmap_xml import read_nmap

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class How:
    """What the user said about an import.

    `form`: a key of FORMATS, instead of what the content says; `columns`: what → heading, for tables; `address`: the
    machine that a file is of which describes a product. `certificates` are those of all files that share this.
    """

    form: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    certificates: Certificates = field(default_factory=Certificates)


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file: its text (empty for a workbook) and, of a workbook, the first rows of its sheets."""

    raw: bytes
    text: str
    rows: list[list[str]]
    columns: Mapping[str, str]

    def headings(self, names: Names) -> set[str]:
        """Return what its columns are known to hold, those that the user mapped among them."""
        told = {**names, **{field: frozenset({normal(said)}) for field, said in self.columns.items()}}
        return known_headings(self.rows, told) if is_workbook(self.raw) else headings_in(self.raw, told)


Reader: TypeAlias = Callable[[Path, str, Tally, How], Iterator[Observation]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what people call it, how it is recognised, and what reads it.

    `of_one`: it describes a product and names no machine, so the user says which machine it is of.
    """

    title: str
    looks: Callable[[Head], bool]
    read: Reader
    of_one: bool = False


def recognise(path: Path, name: str, columns: Mapping[str, str]) -> str:
    """Return the key of the first format that the content fits; InputError where it is none."""
    raw = head_of(path, name, HEAD_BYTES)
    book = is_workbook(raw)
    head = Head(raw, "" if book else _text(raw), first_rows(path, name) if book else [], columns)
    found = next((key for key, one in FORMATS.items() if one.looks(head)), None)
    if found is None:
        raise InputError(Location(name), _what(raw))
    return found


def unused_address(path: Path, how: How) -> str:
    """Return why the machine that the user named would be of no use to a file, or nothing.

    A file that cannot be read, or is of no format, is told when it is read.
    """
    try:
        form = how.form or (recognise(path, path.name, how.columns) if how.address else "")
    except InputError:
        return ""
    if not how.address or form not in FORMATS or FORMATS[form].of_one:
        return ""
    return f"is {FORMATS[form].title}, which says itself which machines it is of, and not {how.address}"


def read_import(path: Path, name: str, tally: Tally, how: How) -> Iterator[Observation]:
    """Yield what a file of any of our formats holds; InputError where it cannot be read, or is none of them."""
    form = how.form or recognise(path, name, how.columns)
    if form not in FORMATS:
        raise InputError(Location(name), f"'{form}' is no format that is read; those are {', '.join(FORMATS)}")
    return FORMATS[form].read(path, name, tally, how)


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw[: len(raw) // 2 * 2].decode("utf-16", errors="replace")
    return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")


_LOOKS_LIKE = (
    (b"\xd4\xc3\xb2\xa1", "a packet capture: `sentinel scan passive` reads those"),
    (b"\xa1\xb2\xc3\xd4", "a packet capture: `sentinel scan passive` reads those"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture: `sentinel scan passive` reads those"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls); save it as .xlsx"),
    (b"\x28\xb5\x2f\xfd", "a zstd file; unpack it first"),
)


def _what(raw: bytes) -> str:
    if not raw.strip():
        return "is empty"
    what = next((f"is {what}" for magic, what in _LOOKS_LIKE if raw.startswith(magic)), "is of no format that we know")
    return f"{what}; read are {', '.join(FORMATS)}: say which with --as"


def _plain(read: Callable[[Path, str, Tally], Iterator[Observation]]) -> Reader:
    return lambda path, name, tally, _: read(path, name, tally)


def _table(read: Callable[[Path, str, Tally, Mapping[str, str]], Iterator[Observation]]) -> Reader:
    return lambda path, name, tally, how: read(path, name, tally, how.columns)


def _of_one(read: Callable[[Path, str, Tally, str], Iterator[Observation]]) -> Reader:
    def reader(path: Path, name: str, tally: Tally, how: How) -> Iterator[Observation]:
        if not how.address:
            raise InputError(Location(name), "describes a product and no address: say which machine it is, with --for")
        return read(path, name, tally, how.address)

    return reader


def _nmap(head: Head) -> bool:
    return "<nmaprun" in head.text or head.text.startswith(("# Nmap", "Starting Nmap"))


FORMATS: Mapping[str, Format] = {  # in the order of trying; a list with headings goes before bare columns
    "nmap": Format("nmap's XML (-oX)", _nmap, _plain(read_nmap)),
    "nessus": Format("Nessus' export (.nessus)", lambda h: nessus.looks_like(h.text), _plain(nessus.read_nessus)),
    "cyclonedx-xml": Format(
        "CycloneDX as XML",
        lambda h: components.looks_like_xml(h.text),
        _of_one(components.read_components_xml),
        of_one=True,
    ),
    "cyclonedx": Format(
        "CycloneDX as JSON",
        lambda h: components.looks_like_json(h.text),
        _of_one(components.read_components),
        of_one=True,
    ),
    "openvas": Format("Greenbone's XML report", lambda h: openvas.looks_like(h.text), _plain(openvas.read_openvas)),
    "zeek": Format(
        "a log of Zeek",
        lambda h: zeek.looks_like(h.text),
        lambda path, name, tally, how: zeek.read_zeek(path, name, tally, how.certificates),
    ),
    "dnsmasq": Format("dnsmasq's leases", lambda h: leases.looks_like_dnsmasq(h.text), _plain(leases.read_dnsmasq)),
    "dhcpd": Format("ISC dhcpd.leases", lambda h: leases.looks_like_isc(h.text), _plain(leases.read_isc)),
    "netsh": Format(
        "clients as netsh prints them",
        lambda h: leases_windows.looks_like_netsh(h.text),
        _plain(leases_windows.read_netsh),
    ),
    "mds2": Format("an MDS2 form (XLSX)", lambda h: mds2.fits(h.rows), _of_one(mds2.read_mds2), of_one=True),
    "windows-dhcp": Format(
        "leases of Windows Server (CSV)",
        lambda h: leases_windows.fits(h.headings(LEASES)),
        _table(leases_windows.read_windows_leases),
    ),
    "findings": Format(
        "a list of findings (CSV, XLSX)",
        lambda h: findings_list.fits(h.headings(FINDINGS)),
        _table(findings_list.read_findings),
    ),
    "inventory": Format(
        "an inventory (CSV, XLSX)",
        lambda h: inventory_list.fits(h.headings(INVENTORY)),
        _table(inventory_list.read_inventory),
    ),
    "arp": Format(
        "an ARP or neighbour table", lambda h: neighbours.looks_like(h.text), _plain(neighbours.read_neighbours)
    ),
    "findings-json": Format(
        "a list of findings (JSON)",
        lambda h: findings_list.looks_like_json(h.text),
        _table(findings_list.read_findings_json),
    ),
}
