"""DHCP leases of Windows Server: Get-DhcpServerv4Lease as CSV, the console's export, and `netsh … show clients`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.columns import LEASES
from sentinel.scan.imports.lines import read_lines
from sentinel.scan.imports.tables import read_records

_NETSH = re.compile(
    r"^\s*(?P<address>\d{1,3}(?:\.\d{1,3}){3})\s+- \d{1,3}(?:\.\d{1,3}){3}\s*-\s*"
    r"(?P<mac>(?:[0-9a-fA-F]{2}-?){6,16})\s*-(?P<rest>.*)$"
)
_NETSH_NAME = re.compile(r"-\s?[DNURB]\s*-\s*(?P<name>\S+)\s*$")
_INACTIVE = re.compile(r"^\s*(?:INACTIVE|INAKTIV)\b")
_NETSH_TALK = re.compile(r"^\s*$|^(?:=|-)+$|^[A-Za-zÆØÅæøå]|^\s*IP A")
_ACTIVE = frozenset({"", "active", "activereservation", "aktiv", "aktivreservasjon"})


def fits(headings: set[str]) -> bool:
    """Say whether these columns are those of an export of leases."""
    return {"address", "mac"} <= headings and bool(headings & {"expires", "state"})


def looks_like_netsh(head: str) -> bool:
    """Say whether one of the first lines is a client as netsh prints it."""
    return any(_NETSH.match(line) for line in head.splitlines()[:60])


def read_windows_leases(path: Path, name: str, tally: Tally, given: Mapping[str, str]) -> Iterator[Observation]:
    """Yield one `dhcp.lease` a row. Skipped: `not-active` (declined, expired, offered), `no-address`.

    The file tells when a lease ends and not when it was given: there is no time.
    """
    for record in read_records(path, name, tally, LEASES, given):
        address = values.address(record.said.get("address", ""))
        if not address or record.said.get("state", "").casefold() not in _ACTIVE:
            tally.skip(Skipped(name, record.place, "not-active" if address else "no-address"))
            continue
        tally.handled += 1
        facts = values.present(hostname=record.said.get("hostname", ""))
        hardware = values.mac(record.said.get("mac", ""))
        yield Observation("dhcp.lease", address, facts, None, name, "import", mac=hardware)


def read_netsh(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield one `dhcp.lease` for each client that netsh printed; skipped: `not-active`, `not-understood`."""
    for number, line in read_lines(path, name, tally):
        found = _NETSH.match(line)
        address = values.address(found["address"]) if found else ""
        if found and address and _INACTIVE.search(found["rest"]):
            tally.skip(Skipped(name, f"line {number}", "not-active"))
        elif found and address:
            named = _NETSH_NAME.search(found["rest"])
            facts = values.present(hostname=named["name"] if named else "")
            tally.handled += 1
            yield Observation(
                "dhcp.lease", address, facts, None, name, "import", mac=values.mac(found["mac"].strip("-"))
            )
        elif not _NETSH_TALK.match(line):
            tally.skip(Skipped(name, f"line {number}", "not-understood"))
