"""Reads an assessment's file strictly: every fault at once with its line, and no national identity number in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel.comply.breach.reading import is_of_a_name
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.faults import wrong
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.identity import masked
from sentinel.comply.people import look_at, look_through
from sentinel.content import parse_documents, read_text, relative, validate
from sentinel.errors import ContentError, Fault, Location


def read_dpia(path: Path, pack: Pack, as_of: date) -> tuple[DpiaFile, tuple[Fault, ...]]:
    """Read a file; return it with warnings of what may name a person.

    Raises ContentError with every fault, and for any eleven digits that may be an identity number, never repeated.
    """
    name = relative(path, Path())
    return dpia_of(read_text(path, name), name, pack, as_of)


def dpia_of(text: str, name: str, pack: Pack, as_of: date) -> tuple[DpiaFile, tuple[Fault, ...]]:
    """Do the same for text that came from `name`."""
    documents, faults = parse_documents(text, name)
    if not faults and len(documents) != 1:
        faults.append(Fault(Location(name), f"holds {len(documents)} documents, not one"))
    file, warnings = None, look_through(text, name)
    for document in documents:
        warnings = look_at(document, text)
        file, told = validate(document, DpiaFile)
        faults += told
        if file:
            faults += (document.fault(*one) for one in wrong(file, pack, as_of))
    faults += (warning for warning in warnings if not is_of_a_name(warning))
    if faults or file is None:
        raise ContentError(Fault(fault.location, masked(fault.what)) for fault in faults)
    return file, warnings
