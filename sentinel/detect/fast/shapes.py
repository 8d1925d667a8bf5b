"""The shapes of records: which fields come out of which places of a line, worked out once for all lines that are alike.

Two lines are of one shape if they have the same names in the same order, spelled alike, with plain values, lists and
objects in the same places. What a reader makes of one of them it makes of all: so it is asked what it makes of a
record whose values are marks, and where each mark comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import orjson

from sentinel.detect.fast.rows import WHOLE
from sentinel.detect.fast.tokens import BAD, Bytes, skip_bare, skip_list, skip_space, skip_text
from sentinel.detect.fast.trie import (
    CLOSE,
    DATA,
    LIST,
    NO_FRAME,
    NO_RANK,
    NULL,
    OBJECT,
    PLAIN,
    SYSTEM,
    UNKNOWN,
    Trie,
)
from sentinel.detect.readers.jsonl import put_in

MOST_STEPS = 20_000
MOST_SHAPES = 2_000
SHARE = 10
"""The tree is made anew for every tenth shape more, or once so many lines wait for it."""
MOST_ALIKE = 200
"""Names that may follow the same names."""
MOST_FIELDS = 1_000

FieldsOf: TypeAlias = Callable[[dict[str, Any]], Mapping[str, Any] | str]
"""What a reader makes of a JSON object: its fields, or why it has none."""
Step: TypeAlias = tuple[bytes, int]
"""A name as it is written, with the quote behind it, and what follows; no name for the end of an object."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The steps of a record, and for each of its fields the step whose value it is, None where it is of several.

    Lines of a shape that is not `usable` are read whole. Of one that is `plain`, the fields are the record itself.
    """

    steps: tuple[Step, ...]
    fields: Mapping[str, int | None]
    frames: Sequence[int] = ()
    usable: bool = True
    plain: bool = False


def shape_of(line: bytes, fields_of: FieldsOf) -> Shape | None:
    """Return the shape of a line that is one object; None for what is none, or is too much."""
    steps = _steps(np.frombuffer(line, np.uint8), line)
    if steps is None or len(steps) > MOST_FIELDS:
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(record, dict):
        return None
    dumped = _is_dumped(record)
    if not dumped:
        steps = tuple((name, PLAIN if kind == NULL else kind) for name, kind in steps)
    frames = tuple(_frames(steps)) if dumped else (NO_FRAME,) * len(steps)
    marked, _ = _marked(record, 0, with_null=dumped)
    places = [index for index, (_, kind) in enumerate(steps) if kind in {PLAIN, LIST}]
    fields = fields_of(marked)
    if put_in(record) is not record and _is_dumped(put_in(record)):
        return Shape(steps, {}, frames, usable=False)  # whose frames are not where they are elsewhere
    if isinstance(fields, str) or _has_twice(steps) or any(_MARK in name for name in fields):
        return Shape(steps, {}, frames, usable=False)  # among others where a value is the name of a field
    taken = {name: _place(value, places) for name, value in fields.items()}
    return Shape(steps, taken, frames, plain=not dumped and list(taken.items()) == list(_as_they_are(steps)))


class Order(NamedTuple):
    """The sizes of the names of a plain shape with a quote, their order, and which is `TimeCreated`, -1 for none."""

    sizes: Bytes
    order: Bytes
    moment: int


def order_of(shape: Shape) -> Order | None:
    """Return the order in which fields are hashed; None where they are not the record itself, or oddly spelled."""
    names = list(shape.fields)
    if not shape.plain or not names or [name for name, _ in shape.steps] != [orjson.dumps(name)[1:] for name in names]:
        return None
    order = sorted(range(len(names)), key=lambda place: names[place].encode())
    sizes = [len(name) for name, _ in shape.steps]
    moment = names.index("TimeCreated") if "TimeCreated" in names else -1
    return Order(np.array(sizes, np.int64), np.array(order, np.int64), moment)


def _as_they_are(steps: Iterable[Step]) -> Iterator[tuple[str, int | None]]:
    """Yield the fields of a record without objects and lists that are the record itself; an odd one for any other."""
    for index, (name, kind) in enumerate(steps):
        yield orjson.loads(b'"' + name) if name else "", index if kind == PLAIN else None


def _has_twice(steps: Iterable[Step]) -> bool:
    """Say whether an object has a name twice, of which the last counts, in the place of the first."""
    above: list[set[str]] = []
    names: set[str] = set()
    for name, kind in steps:
        if kind == CLOSE:
            names = above.pop()
            continue
        text = orjson.loads(b'"' + name)
        if text in names:
            return True
        names.add(text)
        if kind == OBJECT:
            above.append(names)
            names = set()
    return False


def _is_dumped(record: Mapping[str, Any]) -> bool:
    """Say whether a record is a Windows event as it was dumped."""
    return isinstance(record.get("Event"), dict)


def _frames(steps: Iterable[Step]) -> Iterator[int]:
    """Yield for each step in which part of a dumped event it is: all that is not below a part of data is its frame."""
    below: list[str] = []
    for name, kind in steps:
        if kind == CLOSE:
            below.pop()
        in_data = len(below) > 1 and below[1] != "System"
        yield DATA if in_data else SYSTEM
        if kind == OBJECT:
            below.append(orjson.loads(b'"' + name))


def _marked(record: Mapping[str, Any], count: int, *, with_null: bool) -> tuple[dict[str, Any], int]:
    """Return a record with a mark for each value; the marks are numbered in the order in which they are written.

    Where `with_null`, a value that is none stays so.
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found[name], count = _marked(value, count, with_null=with_null)
        elif value is None and with_null:
            found[name] = None
        else:
            found[name] = [f"{_MARK}{count}"] if isinstance(value, list) else f"{_MARK}{count}"
            count += 1
    return found, count


def _place(value: object, places: Sequence[int]) -> int | None:
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(one, str) and one.startswith(_MARK) and one.removeprefix(_MARK).isdecimal():
        return places[int(one.removeprefix(_MARK))]
    return None


_MARK = "\ue000mark"  # nothing in it that a reader would drop from a name


def _steps(data: Bytes, line: bytes) -> tuple[Step, ...] | None:
    """Return the steps of a line, None where it is not one object."""
    steps: list[Step] = []
    at, size, depth, fresh = skip_space(data, 0, len(line)) + 1, len(line), 0, True
    while True:
        at = skip_space(data, at, size)
        if at < size and line[at] == _QUOTE:
            behind, _ = skip_text(data, at + 1, size)
            place = behind if behind == BAD else skip_space(data, skip_space(data, behind, size) + 1, size)
            if not 0 <= place < size:
                return None
            kind = _KINDS.get(line[place], PLAIN)
            steps.append((line[at + 1 : behind], kind))
            if kind == OBJECT:
                at, depth, fresh = place + 1, depth + 1, True
                continue
            at = _skip(data, place, size)
        elif not fresh:
            return None
        fresh = False
        at = skip_space(data, at, size)
        while 0 <= at < size and line[at] == _CLOSES:
            depth -= 1
            if depth < 0:
                return tuple(steps)
            steps.append((b"", CLOSE))
            at = skip_space(data, at + 1, size)
        if not 0 <= at < size or line[at] != _COMMA:
            return None
        at += 1


def _skip(data: Bytes, at: int, size: int) -> int:
    if data[at] == _QUOTE:
        return skip_text(data, at + 1, size)[0]
    return skip_list(data, at, size)[0] if data[at] == _BRACKET else skip_bare(data, at, size)


_QUOTE, _COMMA, _CLOSES, _BRACKET = b'",}['
_KINDS = {ord("{"): OBJECT, ord("["): LIST, ord("n"): NULL}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of fields by name, and the ranks of names that may hold the time.

    `marks` are the columns of fields of which it only decides that they are there.
    """

    places: Mapping[str, int]
    marks: Mapping[str, int]
    ranks: Mapping[str, int]


class Shapes:
    """The shapes that were met, and the tree of their steps.

    How many there are is bounded: a log of ever new names costs no more than reading it whole.
    """

    def __init__(self, columns: Columns) -> None:
        self._known: set[tuple[Step, ...]] = set()
        self._waiting = 0
        self._columns = columns
        self.shapes: list[Shape] = []
        self.trie = make_trie((), columns)

    def add(self, shape: Shape) -> bool:
        """Take up a shape; False where lines of it are read whole, for now or for good."""
        if shape.steps not in self._known:
            if len(self.shapes) >= MOST_SHAPES:
                return False
            self._known.add(shape.steps)
            self.shapes.append(shape)
            self._waiting = self._waiting or 1
        elif self._waiting == 0:
            return False
        self._waiting += 1
        if self._waiting * SHARE < len(self.shapes):  # the tree of many is not made anew for each
            return False
        self._waiting = 0
        self.trie = make_trie(self.shapes, self._columns)
        return True

    def change(self, columns: Columns) -> None:
        """Take other columns."""
        self._columns = columns
        self._waiting = 0
        self.trie = make_trie(self.shapes, columns)


@dataclass(slots=True)
class _Node:
    step: Step
    children: dict[Step, int]
    column: int = -1
    mark: int = -1
    rank: int = NO_RANK
    frame: int = NO_FRAME
    taken: bool = False
    shape: int = UNKNOWN

    @property
    def given(self) -> tuple[int, int, int, int]:
        """What the shapes that take this step want of it."""
        return self.column, self.mark, self.rank, self.frame


def make_trie(shapes: Sequence[Shape], columns: Columns) -> Trie:
    """Return the tree of the steps of some shapes.

    A shape that takes a step for another column than one before it did is read whole.
    """
    nodes = [_Node((b"", OBJECT), {})]
    for number, shape in enumerate(shapes):
        path = _path(nodes, shape)
        if path is not None:
            usable = shape.usable and _assign(nodes, path, shape, columns)
            nodes[path[-1] if path else 0].shape = number if usable else WHOLE
    return _as_arrays(nodes)


def _path(nodes: list[_Node], shape: Shape) -> list[int] | None:
    """Return the nodes of some steps, which are made where they are not there; None where there are too many."""
    at = 0
    path: list[int] = []
    for step, frame in zip(shape.steps, shape.frames, strict=True):
        children = nodes[at].children
        if step not in children:
            if len(nodes) >= MOST_STEPS or len(children) >= MOST_ALIKE:
                return None
            children[step] = len(nodes)
            nodes.append(_Node(step, {}, frame=frame))
        at = children[step]
        path.append(at)
    return path


def _assign(nodes: Sequence[_Node], path: Sequence[int], shape: Shape, columns: Columns) -> bool:
    """Give the steps of a shape their columns and ranks; False where that cannot be."""
    columns_at, marks, ranks = (_at(shape, names) for names in (columns.places, columns.marks, columns.ranks))
    if columns_at is None or marks is None or ranks is None:
        return False
    if any(shape.steps[place][1] == LIST for place in marks):  # whose items may all be empty
        return False
    given = [
        (columns_at.get(place, -1), marks.get(place, -1), ranks.get(place, NO_RANK), shape.frames[place])
        for place in range(len(path))
    ]
    mine = [nodes[at] for at in path]
    if any(node.taken and node.given != one for node, one in zip(mine, given, strict=True)):
        return False
    for node, one in zip(mine, given, strict=True):
        node.column, node.mark, node.rank, node.frame = one
        node.taken = True
    return True


def _at(shape: Shape, names: Mapping[str, int]) -> dict[int, int] | None:
    """Return what names stand for by the steps of their values; None where one has several, or two have the same."""
    found: dict[int, int] = {}
    for name, number in names.items():
        place = shape.fields.get(name, -1)
        if place is None or place in found:
            return None
        if place >= 0:
            found[place] = number
    return found


def _as_arrays(nodes: Sequence[_Node]) -> Trie:
    names = [node.step[0] for node in nodes]
    children = [next(iter(node.children.values()), -1) for node in nodes]
    siblings = [-1] * len(nodes)
    for node in nodes:
        for one, after in pairwise(node.children.values()):
            siblings[one] = after
    sizes = list(map(len, names))
    return Trie(
        np.frombuffer(b"".join(names) or b"\0", np.uint8),
        np.array([0, *accumulate(sizes)][:-1], np.int32),
        np.array(sizes, np.int32),
        np.array([node.step[1] for node in nodes], np.int32),
        np.array(children, np.int32),
        np.array(siblings, np.int32),
        np.array([node.column for node in nodes], np.int32),
        np.array([node.mark for node in nodes], np.int32),
        np.array([node.rank for node in nodes], np.int32),
        np.array([node.frame for node in nodes], np.int32),
        np.array([node.shape for node in nodes], np.int32),
    )
