"""Reads matrices: shipped ones, and an organisation's own in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sentinel.comply.files import Spoken
from sentinel.content import Item, Schema, load, relative
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.risks import BANDS, DIMENSIONS, Band, Consequence, Dimension, Likelihood, Matrix


class LikelihoodEntry(Schema):
    """One level of likelihood, in both wordings."""

    name: Spoken
    frequency: Spoken
    ease: Spoken


class ConsequenceEntry(Schema):
    """One level of consequence, and what it means in each dimension."""

    name: Spoken
    means: dict[Dimension, Spoken]


class MatrixFile(Schema):
    """One matrix: two to six levels on each axis, lowest first, and the band of each cell."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", strict=True, max_length=40)]
    title: Spoken
    likelihood: Annotated[list[LikelihoodEntry], Field(min_length=2, max_length=6)]
    consequence: Annotated[list[ConsequenceEntry], Field(min_length=2, max_length=6)]
    cells: list[list[Band]]


def load_matrices(base: Path) -> dict[str, Matrix]:
    """Read the matrices of a content root by id; raise ContentError with every fault."""
    folder = base / "checklists" / "ros" / "matrices"
    items = load(folder, MatrixFile, base)
    faults = [fault for item in items for fault in wrong_matrix(item)]
    ids = [item.value.id for item in items]
    faults += [
        item.document.fault(["id"], f"id '{i}' is used twice")
        for i, item in zip(ids, items, strict=True)
        if ids.count(i) > 1
    ]
    if not items:
        faults.append(Fault(Location(relative(folder, base)), "holds no matrix"))
    if faults:
        raise ContentError(faults)
    return {item.value.id: as_matrix(item.value) for item in items}


def read_matrix(path: Path, base: Path) -> Matrix:
    """Read one matrix of an organisation's own; raise ContentError with every fault."""
    items = load(path, MatrixFile, base)
    faults = [fault for item in items for fault in wrong_matrix(item)]
    if len(items) != 1:
        faults.append(Fault(Location(relative(path, base)), f"holds {len(items)} matrices, not one"))
    if faults:
        raise ContentError(faults)
    return as_matrix(items[0].value)


def pick_matrix(name: str, folder: Path, shipped: Mapping[str, Matrix]) -> Matrix:
    """Return the matrix that a file names: shipped, or `own.yml` beside it; raise KeyError where there is none.

    Raises ContentError for an own one that calls itself as a shipped one and is another: levels would be read wrongly.
    """
    if name in shipped or not name.endswith((".yml", ".yaml")):
        return shipped[name]
    if not (folder / name).is_file():
        raise ContentError([Fault(Location(relative(folder / name, folder)), "is not there")])
    found = read_matrix(folder / name, folder)
    if shipped.get(found.id, found) != found:
        what = f"id '{found.id}' is that of another matrix, which everybody has: take one of your own"
        raise ContentError([Fault(Location(relative(folder / name, folder)), what)])
    return found


def wrong_matrix(item: Item[MatrixFile]) -> Iterator[Fault]:
    """Yield what no single key can tell: a table of another size, one that falls where it must rise, gaps in words."""
    file, document = item.value, item.document
    rows, columns = len(file.likelihood), len(file.consequence)
    for level, entry in enumerate(file.consequence):
        if missing := [name for name in DIMENSIONS if name not in entry.means]:
            yield document.fault(
                ["consequence", level, "means"], f"does not say what it means for {', '.join(missing)}"
            )
    if len(file.cells) != rows or any(len(row) != columns for row in file.cells):
        yield document.fault(["cells"], f"is not a table of {rows} rows with {columns} bands each")
        return
    for number, row in enumerate(file.cells):
        if _falls(row):
            yield document.fault(["cells", number], f"row {number + 1} falls where the consequence grows")
    for number, column in enumerate(zip(*file.cells, strict=True)):
        if _falls(column):
            yield document.fault(["cells"], f"column {number + 1} falls where the likelihood grows")
    if file.cells[-1][-1] != BANDS[-1]:
        yield document.fault(["cells", rows - 1], "the gravest cell of all is not 'high'")


def as_matrix(file: MatrixFile) -> Matrix:
    """Return the noun for a file."""
    return Matrix(
        id=file.id,
        title=file.title.text(),
        likelihood=tuple(Likelihood(e.name.text(), e.frequency.text(), e.ease.text()) for e in file.likelihood),
        consequence=tuple(
            Consequence(e.name.text(), {name: e.means[name].text() for name in DIMENSIONS}) for e in file.consequence
        ),
        cells=tuple(map(tuple, file.cells)),
    )


def _falls(bands: Iterable[Band]) -> bool:
    return any(BANDS.index(low) > BANDS.index(high) for low, high in pairwise(bands))
