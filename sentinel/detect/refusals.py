"""Refusals: why a document was not loaded, as one fault at its first place that names the others too."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from sentinel.content import Document
from sentinel.detect.rule import Refused
from sentinel.detect.values import UnusableError
from sentinel.errors import Fault, Location

MANY = 2  # from here on faults may belong together


def refuse(document: Document, kind: str, faults: Sequence[Fault]) -> Refused:
    """Refuse a document for everything that is wrong with it."""
    title = document.data.get("title") if isinstance(document.data, dict) else None
    name = title if isinstance(title, str) and title else Path(document.location.path).stem
    return Refused(name, kind, joined(faults))


def refuse_all(document: Document, kind: str, errors: Sequence[UnusableError]) -> Refused:
    """Refuse a document for what cannot be evaluated; if only values of placeholders are missing, for that."""
    kind = "placeholder" if all(error.kind == "placeholder" for error in errors) else kind
    return refuse(document, kind, [document.fault(error.path, str(error)) for error in errors])


def joined(faults: Sequence[Fault]) -> Fault:
    """Return one fault at the first place that names the others too."""
    first, *others = sorted(set(faults))
    place = Location(first.location.path, max(first.location.line, 1))
    return Fault(place, "; ".join([first.what, *(f"line {fault.location.line}: {fault.what}" for fault in others)]))


def by_document(faults: Sequence[Fault], path: Path) -> Iterator[list[Fault]]:
    """Group the faults of a file by the document they are in, so that each document is refused once."""
    if len(faults) < MANY:
        yield from ([fault] for fault in faults)
        return
    lines = path.read_bytes().splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line.startswith(b"---")]
    for _, group in groupby(sorted(faults), lambda fault: bisect_right(starts, fault.location.line)):
        yield list(group)
