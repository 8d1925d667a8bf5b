"""Which rows pass a door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sentinel.detect.fast.gates import Door
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.tokens import Bytes

FEW = 24
"""Rows up to which looking at each is quicker than sorting their values."""


def through(door: Door, rows: Rows, members: Bytes, values: Values) -> Iterator[tuple[int, Bytes]]:
    """Yield what a door lets pass of some rows, with these."""
    return (_one_by_one if len(members) <= FEW else _together)(door, rows, members, values)


def _one_by_one(door: Door, rows: Rows, members: Bytes, values: Values) -> Iterator[tuple[int, Bytes]]:
    places = values.places
    columns = [rows.values[members, places[names[0]]].tolist() for names in door.names]
    for at, names in enumerate(door.names):
        for name in names[1:]:
            if 0 not in columns[at]:
                break
            further = rows.values[members, places[name]].tolist()
            columns[at] = [first or second for first, second in zip(columns[at], further, strict=True)]
    keys = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    opened = door.keeper.opened(dict.fromkeys(keys))
    if not opened:
        return
    by_entry: dict[int, list[int]] = {}
    for at, key in enumerate(keys):
        for entry in opened.get(key, ()):
            by_entry.setdefault(entry, []).append(at)
    for entry, found in by_entry.items():
        yield entry, members if len(found) == len(keys) else members[found]


def _together(door: Door, rows: Rows, members: Bytes, values: Values) -> Iterator[tuple[int, Bytes]]:
    columns = [_column(names, rows, members, values) for names in door.names]
    together = columns[0] if len(columns) == 1 else values.keys(columns)
    if together is None:  # no room for so many: all pass
        yield from ((entry, members) for _, entry in door.keeper.doors)
        return
    keys, inverse = np.unique(together, return_inverse=True)
    listed = keys.tolist()
    opened = door.keeper.opened(listed)
    by_entry: dict[int, list[int]] = {}
    for at, key in enumerate(listed) if opened else ():
        for entry in opened.get(key, ()):
            by_entry.setdefault(entry, []).append(at)
    for entry, places in by_entry.items():
        wanted = np.zeros(len(listed), np.bool_)
        wanted[places] = True
        yield entry, members[wanted[inverse]]


def _column(names: Sequence[str], rows: Rows, members: Bytes, values: Values) -> Bytes:
    """Return the values of one field, by any of its names: the first that is there counts."""
    found = rows.values[members, values.places[names[0]]]
    for name in names[1:]:
        found = np.where(found == 0, rows.values[members, values.places[name]], found)
    return found
