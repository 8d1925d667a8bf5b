"""Which rows pass a door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sentinel.detect.fast.gates import Door
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.tokens import Bytes


def through(door: Door, rows: Rows, members: Bytes, values: Values) -> Iterator[tuple[int, Bytes]]:
    """Yield what a door lets pass of some rows, with these."""
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
        yield entry, members[inverse == places[0] if len(places) == 1 else np.isin(inverse, places)]


def _column(names: Sequence[str], rows: Rows, members: Bytes, values: Values) -> Bytes:
    """Return the values of one field, by any of its names: the first that is there counts."""
    found = rows.values[members, values.places[names[0]]]
    for name in names[1:]:
        found = np.where(found == 0, rows.values[members, values.places[name]], found)
    return found
