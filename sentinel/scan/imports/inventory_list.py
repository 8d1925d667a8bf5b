"""Inventories that people keep, as CSV or XLSX: what the organisation itself says stands at an address.

Columns are known by their names (columns.py) or by a mapping file; all others, such as users and rooms, are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.columns import INVENTORY
from sentinel.scan.imports.tables import read_records

_KEPT = ("hostname", "vendor", "product", "category", "version", "os", "os_version", "serial", "tag")


def fits(headings: set[str]) -> bool:
    """Say whether these columns make an inventory of addresses."""
    return "address" in headings and bool(headings & (set(_KEPT) | {"mac"}))


def read_inventory(path: Path, name: str, tally: Tally, given: Mapping[str, str]) -> Iterator[Observation]:
    """Yield one `inventory.row` for each row with an address; others are skipped as `no-address`."""
    for record in read_records(path, name, tally, INVENTORY, given):
        address = values.address(record.said.get("address", ""))
        if not address:
            tally.skip(Skipped(name, record.place, "no-address"))
            continue
        facts = values.present(**{field: record.said[field] for field in _KEPT if field in record.said})
        when = values.moment(record.said.get("seen", ""))
        tally.handled += 1
        yield Observation(
            "inventory.row", address, facts, when, name, "import", mac=values.mac(record.said.get("mac", ""))
        )
