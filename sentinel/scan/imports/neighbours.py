"""ARP and neighbour tables: which hardware address answers for which address, as a machine or router saw it.

`ip neigh`, `arp -a` and `arp -n` of Linux, BSD and Windows, Cisco's `show ip arp`, `snmpwalk` of ipNetToMedia (RFC
4293) and a table with those two columns. Names of interfaces are kept with link-local addresses, which need them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.lines import read_lines

_MAC = r"(?P<mac>(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})"
_V4 = r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})"
_WALKED = r"(?:Hex-)?STRING:\s*(?P<walk>[0-9A-Fa-f][0-9A-Fa-f: ]{9,40})$"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"^(?P<address>[0-9A-Fa-f:.]{{2,45}}) dev (?P<zone>\S+) lladdr {_MAC}\b",  # ip neigh
        rf"^(?P<name>\S{{1,253}}) \({_V4}\) at {_MAC}\b",  # arp -a
        rf"^\s*Internet\s+{_V4}\s+[\d-]+\s+{_MAC}\s+(?:ARPA|SNAP)\b",  # show ip arp
        rf"^\s*{_V4}\s+(?:ether|dev \S+)\s+{_MAC}\s+\S",  # arp -n
        rf"^\s+{_V4}\s+{_MAC}\s+\w+\s*$",  # arp -a of Windows
        rf"^\S{{0,60}}(?:ipNetToMediaPhysAddress|1\.3\.6\.1\.2\.1\.4\.22\.1\.2)\.\d+\.{_V4} = {_WALKED}",
        rf"^\"?{_V4}\"?[,;\t]\"?{_MAC}\"?(?:[,;\t]|$)",  # a table of two columns
    )
)
_UNANSWERED = re.compile(
    r"\b(?:FAILED|INCOMPLETE)\b|\(incomplete\)|<incomplete>|\bIncomplete\b|^[0-9a-fA-F:.]+ dev \S+ *$"
)
_TALK = re.compile(
    r"^\s*$|^(?:Interface|Grensesnitt|Nettverkskort)\b.*:|^Address\s+HW|^Protocol\s+Address|^\s*Internet\b.*\bAddress"
    r"|^\s*Internett\S*\s+Fysisk|ipNetToMedia(?:Net|Phys)Address\W|^\S+[#>]\s*(?:sh|show)\b"
)


def looks_like(head: str) -> bool:
    """Say whether one of the first lines is a row of such a table."""
    return any(shape.search(line) for line in head.splitlines()[:20] for shape in _SHAPES)


def read_neighbours(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield one `arp.table` for each machine that answered.

    Skipped: `no-answer` (asked, and nobody said so), `not-a-machine` (broadcast and multicast), `not-understood`.
    """
    for number, line in read_lines(path, name, tally):
        found = next((match for shape in _SHAPES if (match := shape.search(line))), None)
        seen = _observation(found, name) if found else None
        if seen is not None:
            tally.handled += 1
            yield seen
        elif found is not None:
            tally.skip(Skipped(name, f"line {number}", "not-a-machine"))
        elif _UNANSWERED.search(line):
            tally.skip(Skipped(name, f"line {number}", "no-answer"))
        elif not _TALK.search(line):
            tally.skip(Skipped(name, f"line {number}", "not-understood"))


def _observation(found: re.Match[str], name: str) -> Observation | None:
    parts = found.groupdict()
    where = f"{parts['address']}%{zone}" if (zone := parts.get("zone")) else parts["address"]
    address, mac = values.address(where), values.mac(parts.get("mac") or parts.get("walk") or "")
    if not address or mac is None:
        return None
    said = parts.get("name") or ""
    facts = values.present(hostname="" if said == "?" else said)
    return Observation("arp.table", address, facts, None, name, "import", mac=mac)
