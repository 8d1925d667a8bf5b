"""CISA's catalog of known exploited vulnerabilities, as JSON or CSV: which CVEs are used in attacks, and since when."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from sentinel.model.knowledge import Weakness
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.stream import Stream
from sentinel.scan.knowledge.told import Intake, Told, day_of, stamp

LONGEST_LINE = 64 * 1024
HEADINGS = frozenset({"cveID", "dateAdded"})


def looks_like(keys: Mapping[str, Any]) -> bool:
    """Say whether an object has the keys of the catalog."""
    return "catalogVersion" in keys and isinstance(keys.get("vulnerabilities"), list)


def looks_like_csv(head: str) -> bool:
    """Say whether the first line holds the catalog's headings."""
    named = {name.strip('" ') for name in head.partition("\n")[0].strip().split(",")}
    return named >= HEADINGS


def read_kev(catalog: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield each entry of the catalog. Skipped: `no-cve`, `no-date`."""
    released = stamp(catalog.get("dateReleased"))
    intake.current(released, label)
    rows = catalog["vulnerabilities"]
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        yield from _entry(foreign.table(row), f"entry {number}", label, released, intake)


def read_kev_csv(stream: Stream, label: str, intake: Intake) -> Iterator[Told]:
    """Yield the same of the table, which tells no day of its own: the last day on which something came is taken.

    Skipped also: `not-csv`.
    """
    last = ""
    for number, row in enumerate(_rows(stream), 1):
        if row is None:
            intake.skip(label, f"entry {number}", "not-csv")
            continue
        added = stamp(row.get("dateAdded"))
        last = max(last, added)
        yield from _entry(row, f"entry {number}", label, added, intake)
    intake.current(last, label)


def _rows(stream: Stream) -> Iterator[Mapping[str, Any] | None]:
    """Yield the rows of the table; None for one that cannot be taken apart."""
    lines = (line.decode("utf-8-sig", errors="replace") for line in stream.lines(LONGEST_LINE))
    rows = csv.DictReader((line.replace("\r", " ") + "\n" for line in lines), restval="")
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            yield None
            continue
        if row is None:
            return
        yield row


def _entry(row: Mapping[str, Any], place: str, label: str, updated: str, intake: Intake) -> Iterator[Told]:
    cve, added = foreign.cve(row.get("cveID")), stamp(row.get("dateAdded"))
    if not (cve and added):
        intake.skip(label, place, "no-date" if cve else "no-cve")
        return
    intake.tally.handled += 1
    ransomware = foreign.text(row.get("knownRansomwareCampaignUse")).casefold() == "known"
    summary = foreign.text(row.get("shortDescription"), foreign.SENTENCE)
    known = Weakness(cve, exploited=day_of(added), ransomware=ransomware, summary=summary)
    yield Told("kev", cve, updated, (known,))
