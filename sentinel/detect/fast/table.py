"""Lines of JSON as a table: a row for each line, a column for each field that anything is asked of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import orjson

from sentinel.detect.evaluate import Look, Seen, see
from sentinel.detect.fast.blocks import count_lines
from sentinel.detect.fast.interned import MOST, MOST_BYTES, Texts, forget, gathered, keys_of, make_interned, text_of
from sentinel.detect.fast.rows import BEFORE, WHOLE, Page, Reading, Rows, make_rows, read_rows
from sentinel.detect.fast.shapes import Columns, FieldsOf, Order, Shapes, order_of, shape_of
from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.fast.trie import UNKNOWN
from sentinel.detect.times import TIME_FIELDS

MOST_SEEN = 30_000
"""Values that are kept as rules look at them."""


class Values:
    """The columns there are, and the values in them by number; 0 stands for a field that is not there.

    When it holds too many values it forgets all, and `age` is another one: numbers from before mean nothing any more.
    `remembered` counts what others keep by these numbers.
    """

    def __init__(self, deciding: Sequence[str], present_only: AbstractSet[str]) -> None:
        self.known = make_interned()
        # A view of an array gives its numbers three times as fast as the array.
        self._text = memoryview(self.known.text)
        self._starts, self._sizes = memoryview(self.known.starts), memoryview(self.known.sizes)
        self.deciding = tuple(deciding)
        self.present_only = present_only
        self.places = {name: place for place, name in enumerate(self.deciding) if name not in present_only}
        self.marks = {name: place for place, name in enumerate(self.deciding) if name in present_only}
        self.width = len(self.deciding)
        self.age = 0
        self.remembered = 0
        self._names = list(self.deciding)
        self._seen: dict[int, tuple[Any, tuple[Seen, ...]]] = {}

    def want(self, names: Iterable[str]) -> bool:
        """Have columns for these fields from now on; say whether there were any new ones."""
        fresh = sorted(set(names) - self.places.keys())
        for name in fresh:
            self.places[name] = self.width
            self._names.append(name)
            self.width += 1
        return bool(fresh)

    def name(self, number: int) -> str:
        """Return the field that a number stands for a value of."""
        return self._names[int(self.known.columns[number])]

    def value(self, number: int) -> Any:  # noqa: ANN401 -- JSON is anything
        """Return the value that a number stands for."""
        start = self._starts[number]
        return orjson.loads(self._text[start : start + self._sizes[number]])

    def look(self, names: Iterable[str], numbers: Iterable[int]) -> Look:
        """Return an event that has these values in some fields, as rules look at it."""
        fields, seen = {}, {}
        for name, number in zip(names, numbers, strict=True):
            if number:
                fields[name], seen[name] = self._seen.get(number) or self._see(number)
        return Look(fields, seen)

    def keys(self, columns: Sequence[Bytes]) -> Bytes | None:
        """Return a number for the numbers in each row of some columns together; None where there is no room."""
        return keys_of(self.known, np.stack(columns, axis=1))

    def numbers(self, key: int) -> Sequence[int]:
        """Return the numbers that a key stands for."""
        found: list[int] = np.frombuffer(text_of(self.known, key), np.int32).tolist()
        return found

    def texts(self, numbers: Bytes, *, bare: bool = True) -> Texts:
        """Return some values as search text and, if asked, as they are, a line for each row of `numbers`."""
        return gathered(self.known, numbers, bare=bare)

    def _see(self, number: int) -> tuple[Any, tuple[Seen, ...]]:
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        value = self.value(number)
        self._seen[number] = value, see(value)
        return self._seen[number]

    def make_room(self, size: int) -> None:
        """Forget all values where those of a block of this size might find no room."""
        values, letters = self.known.used
        if 2 * values > MOST or letters + 2 * size > MOST_BYTES:
            forget(self.known)
            self._seen.clear()
            self.age += 1


class Table:
    """Reads blocks of lines; the shapes it met it keeps from one to the next.

    `fields_of` is what the reader of the log makes of a JSON object. Where `folding`, lines with letters that fold
    into A–Z or into several are taken too.
    """

    def __init__(self, values: Values, fields_of: FieldsOf, *, folding: bool = False) -> None:
        self.values = values
        self._fields_of = fields_of
        self._folding = folding
        self._shapes = Shapes(self._columns())
        self._width = values.width
        self._orders: dict[int, Order | None] = {}

    def read(self, block: bytes, count: int | None = None) -> Rows:
        """Return what is known of each line of a block; they are counted where that was not done before."""
        values = self.values
        values.make_room(len(block))
        if self._width != values.width:
            self._width = values.width
            self._shapes.change(self._columns())
        data = np.frombuffer(block, np.uint8)
        rows = make_rows(count_lines(block) if count is None else count, self._width)
        reading, stuck = Reading(0, 0, UNKNOWN), -1
        while reading.why:
            trie = self._shapes.trie
            page = Page(
                data, len(data), trie, values.known, rows, len(rows.ends), self._width, len(values.deciding),
                int(self._folding), np.zeros(len(trie.kinds) * BEFORE, np.int64),
            )  # fmt: skip
            reading = read_rows(page, reading)
            if not reading.why:
                break
            end = (block.find(b"\n", reading.at) + 1) or len(block)
            if reading.why != UNKNOWN or reading.row == stuck or not self._learn(block[reading.at : end]):
                rows.shapes[reading.row], rows.ends[reading.row] = WHOLE, end
                reading, stuck = Reading(reading.row + 1, end, reading.why), -1
            else:
                stuck = reading.row
        return rows

    def names(self, shape: int) -> AbstractSet[str]:
        """Return the names of the fields that records of a shape have."""
        return self._shapes.shapes[shape].fields.keys()

    def is_plain(self, shape: int) -> bool:
        """Say whether records of a shape are their fields."""
        return self._shapes.shapes[shape].plain

    def order(self, shape: int) -> Order | None:
        """Return the order in which the fields of a shape are hashed, None where that is not known."""
        if shape not in self._orders:
            self._orders[shape] = order_of(self._shapes.shapes[shape])
        return self._orders[shape]

    def _learn(self, line: bytes) -> bool:
        shape = shape_of(line, self._fields_of)
        return shape is not None and self._shapes.add(shape)

    def _columns(self) -> Columns:
        ranks = {name: rank for rank, name in enumerate(TIME_FIELDS)}
        return Columns(self.values.places, self.values.marks, ranks)
