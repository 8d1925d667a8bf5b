"""EPSS (FIRST): how likely each CVE is to be exploited within 30 days, one table a day."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from sentinel.model.knowledge import Weakness
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.stream import Stream
from sentinel.scan.knowledge.told import Intake, Told, stamp

LONGEST_LINE = 4096
_SCORE_DATE = re.compile(r"score_date:([0-9T:.+Z-]{10,40})")
_IN_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")
_COLUMNS = 2


def looks_like(head: str) -> bool:
    """Say whether a text begins with the model's line, or with the headings."""
    return head.startswith("#model_version:") or head.lower().startswith("cve,epss")


def read_epss(stream: Stream, label: str, intake: Intake) -> Iterator[Told]:
    """Yield each row. Skipped: `not-a-score`, `no-cve`. A table without its day takes the one in its file's name."""
    moment = ""
    for number, raw in enumerate(stream.lines(LONGEST_LINE), 1):
        line = raw.decode("utf-8-sig", errors="replace").strip()
        if line.startswith("#"):
            found = _SCORE_DATE.search(line)
            moment = stamp(found[1]) if found else moment
            continue
        if not line or line.lower().startswith("cve,epss"):
            moment = moment or _day_in(label)
            intake.current(moment, label)
            continue
        yield from _row(line, f"line {number}", label, moment, intake)


def _row(line: str, place: str, label: str, moment: str, intake: Intake) -> Iterator[Told]:
    cells = line.split(",")
    cve = foreign.cve(cells[0])
    probability = _probability(cells[1]) if len(cells) >= _COLUMNS else None
    if not cve or probability is None:
        intake.skip(label, place, "not-a-score" if cve else "no-cve")
        return
    intake.tally.handled += 1
    yield Told("epss", cve, moment, (Weakness(cve, epss=probability),))


def _probability(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 1 else None


def _day_in(label: str) -> str:
    found = _IN_NAME.search(label.rpartition("/")[2])
    return stamp(found[0]) if found else ""
