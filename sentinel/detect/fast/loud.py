"""Finds the loud values of many rows: those that call a rule or open a gate, which are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.runs import starts_of
from sentinel.detect.fast.tokens import Bytes
from sentinel.native import address, bytes_at, entry, int32_at, int64_at, machine_code


def by_number(rows: Rows, members: Bytes, places: Sequence[int], loud: Bytes) -> Mapping[int, Bytes]:
    """Return the loud values that some rows have in some columns, each with its rows; `loud` says which values are."""
    wanted = np.array(places, np.int64)
    room = len(members) * len(wanted)
    numbers, at = np.empty(room, np.int32), np.empty(room, np.int64)
    arrays = (rows.values, np.ascontiguousarray(members, np.int64), wanted, loud, numbers, at)
    sizes = (rows.values.shape[1], len(members), len(wanted))
    count, _ = machine_code("detect").call(find_loud_at, (*sizes, *map(address, arrays)))
    if not count:
        return {}
    order = np.argsort(numbers[:count], kind="stable")
    found, behind = numbers[:count][order], at[:count][order]
    starts = starts_of(found).tolist()
    ends = [*starts[1:], count]
    return {int(found[start]): behind[start:end] for start, end in zip(starts, ends, strict=True)}


@entry
def find_loud_at(frame: Bytes) -> int:
    """Note each loud value of some rows in some columns, and its row; return how many there are."""
    width, count, columns, values = frame[0], frame[1], frame[2], int32_at(frame[3])
    members, places, loud = int64_at(frame[4]), int64_at(frame[5]), bytes_at(frame[6])
    numbers, at = int32_at(frame[7]), int64_at(frame[8])
    found = 0
    for member in range(count):
        first = members[member] * width
        for place in range(columns):
            number = values[first + places[place]]
            if loud[number] != 0:
                numbers[found] = number
                at[found] = members[member]
                found += 1
    return found
