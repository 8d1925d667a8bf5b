"""DHCP leases as servers keep them: dnsmasq's file and ISC dhcpd's `dhcpd.leases`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.lines import read_lines

_DNSMASQ = re.compile(
    r"^\d{1,10} (?P<mac>[0-9A-Fa-f:]{11,17}|\d{1,10}) (?P<address>[0-9A-Fa-f:.]{2,45}) (?P<name>\S+) \S+$"
)
_ISC_LEASE = re.compile(r"^\s*lease\s+(?P<address>[0-9.]{7,15})\s*\{")
_ISC_LINE = re.compile(
    r"^\s*(?:set\s+)?(?P<key>binding state|hardware ethernet|client-hostname|vendor-class-identifier|cltt|starts)"
    r"\s*=?\s*(?P<value>.+?)\s*;\s*$"
)
_ISC_TIME = re.compile(r"^\d (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)$|^epoch (\d{9,10})")
_KEPT = frozenset({"active", ""})


@dataclass(slots=True)
class _Lease:
    """One lease while its block is read."""

    address: str
    line: int
    said: dict[str, str] = field(default_factory=dict)

    @property
    def time(self) -> datetime | None:
        """When the server last heard of the client."""
        for key in ("cltt", "starts"):
            found = _ISC_TIME.match(self.said.get(key, ""))
            if found:
                return values.moment(found[1] or found[2])
        return None


def looks_like_dnsmasq(head: str) -> bool:
    """Say whether the first line that is not the server's own id is a lease."""
    lines = [line for line in head.splitlines()[:5] if line and not line.startswith("duid ")]
    return bool(lines) and _DNSMASQ.match(lines[0]) is not None


def looks_like_isc(head: str) -> bool:
    """Say whether there is a lease block, or the comment that dhcpd begins its file with."""
    return "man page dhcpd.leases" in head or any(_ISC_LEASE.match(line) for line in head.splitlines())


def read_dnsmasq(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield one `dhcp.lease` a line. The file tells when a lease ends and not when it was given: there is no time."""
    for number, line in read_lines(path, name, tally):
        found = _DNSMASQ.match(line)
        address = values.address(found["address"]) if found else ""
        if found and address:
            facts = values.present(hostname="" if found["name"] == "*" else found["name"])
            tally.handled += 1
            yield Observation("dhcp.lease", address, facts, None, name, "import", mac=values.mac(found["mac"]))
        elif line.strip() and not line.startswith("duid "):
            tally.skip(Skipped(name, f"line {number}", "not-understood"))


def read_isc(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield the last word on each address: dhcpd appends, and an older holder of an address is another machine.

    Skipped: `superseded`, `not-active` (free, expired, released, abandoned), `truncated`, `no-address`.
    Memory grows with the addresses of the server, not with the file.
    """
    last: dict[str, _Lease] = {}
    for lease in _blocks(path, name, tally):
        if lease.address in last:
            tally.skip(Skipped(name, f"line {last[lease.address].line}", "superseded"))
        last[lease.address] = lease
    for lease in last.values():
        if lease.said.get("binding state", "") not in _KEPT:
            tally.skip(Skipped(name, f"line {lease.line}", "not-active"))
            continue
        tally.handled += 1
        facts = values.present(
            hostname=lease.said.get("client-hostname", "").strip('"'),
            vendor_class=lease.said.get("vendor-class-identifier", "").strip('"'),
        )
        hardware = values.mac(lease.said.get("hardware ethernet", ""))
        yield Observation("dhcp.lease", lease.address, facts, lease.time, name, "import", mac=hardware)


def _blocks(path: Path, name: str, tally: Tally) -> Iterator[_Lease]:
    lease: _Lease | None = None
    for number, line in read_lines(path, name, tally):
        begun = _ISC_LEASE.match(line)
        if begun:
            if lease is not None:
                tally.skip(Skipped(name, f"line {lease.line}", "truncated"))
            address = values.address(begun["address"])
            lease = _Lease(address, number) if address else None
            if not address:
                tally.skip(Skipped(name, f"line {number}", "no-address"))
        elif lease is not None and line.strip() == "}":
            yield lease
            lease = None
        elif lease is not None and (found := _ISC_LINE.match(line)):
            lease.said.setdefault(found["key"], found["value"])
    if lease is not None:
        tally.skip(Skipped(name, f"line {lease.line}", "truncated"))
