"""Bundles ties into lines: one line a place that answers and a kind, each in the first free column beside the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sentinel.report.inventory.ties import KINDS, Kind, Tie


@dataclass(frozen=True, slots=True)
class Line:
    """All who were heard to talk to one place, in one kind of talk; `column` counts from the map outwards."""

    server: str
    clients: tuple[str, ...]
    kind: Kind
    column: int


def lines(ties: Iterable[Tie], rows: Mapping[str, int], columns: int) -> tuple[list[Line], int]:
    """Return the lines that `columns` have room for, the weightiest nearest to the map, and how many ties are left out.

    `rows` are the numbers of places from the top; talk within one place is no line.
    """
    clients: dict[tuple[Kind, str], set[str]] = {}
    for tie in ties:
        if tie.client != tie.server and tie.client in rows and tie.server in rows:
            clients.setdefault((tie.kind, tie.server), set()).add(tie.client)
    taken: list[list[tuple[int, int]]] = []
    found: list[Line] = []
    left_out = 0
    for (kind, server), callers in sorted(clients.items(), key=lambda item: _weight(item[0], rows)):
        ends = [rows[key] for key in (server, *callers)]
        column = _free(taken, (min(ends), max(ends)), columns)
        if column is None:
            left_out += len(callers)
        else:
            found.append(Line(server, tuple(sorted(callers, key=rows.__getitem__)), kind, column))
    return found, left_out


def _weight(key: tuple[Kind, str], rows: Mapping[str, int]) -> tuple[int, int]:
    kind, server = key
    return KINDS.index(kind), rows[server]


def _free(taken: list[list[tuple[int, int]]], span: tuple[int, int], columns: int) -> int | None:
    """Take the first column in which nothing lies between these rows; None where all are full."""
    for number, column in enumerate(taken):
        if not _meets(column, span):
            column.append(span)
            return number
    if len(taken) == columns:
        return None
    taken.append([span])
    return len(taken) - 1


def _meets(column: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    return any(first <= span[1] and span[0] <= last for first, last in column)
