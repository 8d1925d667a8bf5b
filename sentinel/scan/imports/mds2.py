"""Manufacturer Disclosure Statements for Medical Device Security (MDS2, HN 1-2019) as XLSX.

What the maker says of a model; the importer must say which machine it is of. Kept are maker, model and the yes, no and
not-applicable answers of the sections about networks, software and protection; notes and contacts are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sentinel.errors import InputError, Location
from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.tables import open_rows

SECTIONS = frozenset(
    {"ALOF", "AUDT", "AUTH", "CONN", "CSUP", "DTBK", "IGAU", "MLDP", "NAUT", "PAUT", "RDMP", "RMOT", "SAHD", "SBOM",
     "STCF", "TXCF", "TXIG"}
)  # fmt: skip
_NUMBER = re.compile(r"^(?P<section>[A-Za-z]{3,4})-(?P<rest>\d{1,2}(?:\.\d{1,2}){0,3})$")
_DOCUMENT = {"DOC-1": "manufacturer", "DOC-2": "description", "DOC-3": "model"}
_ANSWERS = {"yes": "yes", "no": "no", "n/a": "not applicable", "na": "not applicable"}
_LEAST = 5


def fits(rows: list[list[str]]) -> bool:
    """Say whether enough rows carry a question's number of that form."""
    return sum(1 for cells in rows if _number(cells)) >= _LEAST


def read_mds2(path: Path, name: str, tally: Tally, address: str) -> Iterator[Observation]:
    """Yield one `mds2.form` with the answers by the numbers of their questions.

    Each numbered row is a record. Skipped: `no-answer` (empty, or only a note), `not-kept` (sections we do not keep).
    InputError where the workbook holds no such form.
    """
    facts: dict[str, str] = {}
    found = 0
    for place, cells in open_rows(path, name, tally):
        number = _number(cells)
        if not number:
            continue
        found += 1
        key, value = _said(number, _answer(cells))
        if value:
            facts |= values.present(**{key: value})
            tally.handled += 1
        else:
            tally.skip(Skipped(name, place, key))
    if not found:
        raise InputError(Location(name), "is a workbook without the questions of an MDS2 form (HN 1-2019)")
    yield Observation("mds2.form", address, facts, None, name, "import")


def _number(cells: list[str]) -> str:
    first = next((cell for cell in cells if cell), "")
    return first.upper() if _NUMBER.match(first) else ""


def _answer(cells: list[str]) -> str:
    """Return the cell behind the question, which stands behind the number."""
    start = next((at for at, cell in enumerate(cells) if cell), 0)
    return cells[start + 2] if len(cells) > start + 2 else ""


def _said(number: str, answer: str) -> tuple[str, str]:
    """Return the name of a fact and what it says; without a value, the reason why it is left out."""
    if number in _DOCUMENT:
        return (_DOCUMENT[number], answer) if answer else ("no-answer", "")
    if number.partition("-")[0] not in SECTIONS:
        return "not-kept", ""
    said = _ANSWERS.get(answer.strip().casefold(), "")
    return (number, said) if said else ("no-answer", "")
