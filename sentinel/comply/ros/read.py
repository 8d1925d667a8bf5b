"""Reads an organisation's file of risks strictly: every fault at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel.comply.answers import ELEVEN_DIGITS, private
from sentinel.comply.files import meant
from sentinel.comply.ros.entries import RisksFile
from sentinel.comply.ros.faults import Ground, wrong_file
from sentinel.comply.ros.library import Library
from sentinel.comply.ros.matrix import pick_matrix
from sentinel.content import Document, read_documents, relative, validate
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.risks import Matrix


@dataclass(frozen=True, slots=True)
class Against:
    """What a file is held against: the library, the shipped matrices, and the requirements there are."""

    library: Library
    matrices: Mapping[str, Matrix]
    requirements: frozenset[str]


def read_risks(path: Path, against: Against, as_of: date) -> tuple[RisksFile, Matrix]:
    """Read a file of risks and the matrix it names; raise ContentError with every fault.

    An acceptance or an exemption that has ended is no fault: it counts for nothing from that day on.
    """
    documents, faults = read_documents(path, Path())
    if not faults and len(documents) != 1:
        faults.append(Fault(Location(relative(path, Path())), f"holds {len(documents)} documents, not one"))
    if faults:
        raise ContentError(faults)
    document = documents[0]
    faults += private(document)
    file, wrong = validate(document, RisksFile)
    faults += wrong
    matrix = _matrix(file, path.parent, document, against, faults) if file else None
    if file and matrix:
        ground = Ground(file, matrix, against.library, against.requirements, as_of)
        faults += _placed(document, ground)
    if faults or not (file and matrix):
        raise ContentError(Fault(f.location, ELEVEN_DIGITS.sub("(eleven digits)", f.what)) for f in faults)
    return file, matrix


def _placed(document: Document, ground: Ground) -> Iterator[Fault]:
    return (document.fault(path, what) for path, what in wrong_file(ground))


def _matrix(file: RisksFile, folder: Path, document: Document, against: Against, faults: list[Fault]) -> Matrix | None:
    try:
        return pick_matrix(file.matrix, folder, against.matrices)
    except KeyError:
        known = f"Known: {', '.join(sorted(against.matrices))}, or a .yml file beside"
        what = f"unknown matrix '{file.matrix}'{meant(file.matrix, against.matrices)} {known}"
        faults.append(document.fault(["matrix"], what))
    except ContentError as error:
        faults += error.faults
    return None
