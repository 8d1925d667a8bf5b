"""What a shape says of a record is what its reader makes of it, and there are never more shapes than there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.rows import WHOLE
from sentinel.detect.fast.shapes import (
    MOST_ALIKE,
    MOST_FIELDS,
    MOST_SHAPES,
    MOST_STEPS,
    Columns,
    Shape,
    Shapes,
    make_trie,
    shape_of,
)
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.fast.trie import CLOSE, DATA, LIST, NO_FRAME, NULL, OBJECT, PLAIN, SYSTEM, UNKNOWN
from sentinel.detect.fields import flatten
from sentinel.detect.readers.jsonl import fields_of
from tests.detect.fast.mutations import compact
from tests.detect.fast.test_table import RECORDS, written

NONE = Columns({}, {}, {})


def shape(record: dict[str, Any]) -> Shape:
    found = shape_of(compact(record), flatten)
    assert found is not None
    return found


def values_in(record: dict[str, Any]) -> list[Any]:
    """Return the values of a record in the order of its steps; None where an object begins and where it ends."""
    found: list[Any] = []
    for value in record.values():
        found += [None, *values_in(value), None] if isinstance(value, dict) else [value]
    return found


@given(RECORDS, st.randoms(use_true_random=False))
def test_each_field_is_the_value_of_its_step(record: dict[str, Any], chance: Any) -> None:  # noqa: ANN401 -- a Random
    found = shape_of(written(record, chance), flatten)
    fields = flatten(record)
    if found is None or not found.usable:
        return
    assert not isinstance(fields, str)
    assert list(found.fields) == list(fields)
    values = values_in(record)
    assert len(values) == len(found.steps) == len(found.frames)
    for name, place in found.fields.items():
        assert place is None or repr(values[place]) == repr(fields[name])


@given(st.binary(max_size=30) | st.builds(lambda text: b'{"a":' + text + b"}", st.binary(max_size=20)))
def test_any_bytes_have_a_shape_only_if_they_are_one_object(line: bytes) -> None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        record = None
    if shape_of(line, flatten) is not None:
        assert isinstance(record, dict)


def test_the_steps_of_a_line() -> None:
    found = shape_of(b' {"a": {"b":["x",1] , "c":{}}, "d":null}\n', flatten)

    assert found is not None
    assert found.steps == (
        (b'a"', OBJECT),
        (b'b"', LIST),
        (b'c"', OBJECT),
        (b"", CLOSE),
        (b"", CLOSE),
        (b'd"', PLAIN),
    )
    assert found.fields == {"a.b": 1, "d": 5}
    assert set(found.frames) == {NO_FRAME}


def test_of_a_dumped_event_it_counts_what_is_null_and_what_is_its_frame() -> None:
    found = shape({"Event": {"System": {"EventID": 1, "Keywords": None}, "EventData": {"A": None, "B": "x"}}})

    assert [(name.decode(), kind) for name, kind in found.steps] == [
        *(('Event"', OBJECT), ('System"', OBJECT), ('EventID"', PLAIN), ('Keywords"', NULL), ("", CLOSE)),
        *(('EventData"', OBJECT), ('A"', NULL), ('B"', PLAIN), ("", CLOSE), ("", CLOSE)),
    ]
    assert list(found.frames) == [SYSTEM] * 6 + [DATA] * 2 + [SYSTEM] * 2
    assert found.fields == {"EventID": 2, "A": None, "B": 7}


def test_a_document_as_elasticsearch_gives_it_out_has_the_fields_of_what_was_put_in() -> None:
    document = {"_index": "logs", "_id": "1", "_source": {"a": 1, "b": {"c": "x"}}}
    found = shape_of(compact(document), fields_of)

    assert found is not None
    assert {name: found.steps[place or 0] for name, place in found.fields.items()} == {
        "a": (b'a"', PLAIN),
        "b.c": (b'c"', PLAIN),
    }
    dumped = shape_of(compact({**document, "_source": {"Event": {"System": {"EventID": 1}}}}), fields_of)
    assert dumped is not None
    assert not dumped.usable


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":{"b":1},"c":{"d":1,"d":2}}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"Event":{"System":{},"EventData":{"Data":{"#attributes":{"Name":"x"},"#text":"y"}}}}',
    ],
    ids=["twice", "twice in another spelling", "twice inside", "too deep", "a value as a name"],
)
def test_lines_that_only_their_reader_understands_are_read_whole(line: bytes) -> None:
    found = shape_of(line, flatten)

    assert found is not None
    assert not found.usable
    assert make_trie([found], NONE).shapes[-1] == WHOLE


@pytest.mark.parametrize(
    "line", [b"{}x", b'{"a"}', b'{"a":1,}', b'{"a":1', b'{"a":{}', b"[1]", b'{"a":1}}', b'{"a":01}']
)
def test_what_is_no_object_has_no_shape(line: bytes) -> None:
    assert shape_of(line, flatten) is None


def test_names_that_are_there_twice_by_their_dots_are_of_the_one_with_the_dots() -> None:
    assert shape({"a.b": 1, "a": {"b": 2}}).fields == {"a.b": 0}


def test_whether_a_list_holds_anything_is_not_seen_and_a_field_of_several_values_is_read_whole() -> None:
    columns = Columns({"b": 1}, {"a": 0}, {})
    lists = [shape({"a": [1]}), shape({"b": [1]}), shape({"b": 1})]
    joined = shape({"EventID": 1, "Channel": "x", "c d": 1, "cd": 2})

    assert make_trie(lists, columns).shapes.tolist() == [UNKNOWN, WHOLE, 1, 2]
    assert joined.fields["cd"] is None
    assert make_trie([joined], Columns({"cd": 0}, {}, {})).shapes[-1] == WHOLE
    assert make_trie([joined], Columns({}, {}, {"cd": 0})).shapes[-1] == WHOLE
    assert make_trie([joined], NONE).shapes[-1] == 0


def test_a_field_with_a_column_and_a_mark_has_both() -> None:
    trie = make_trie([shape({"x": 1, "a": 2})], Columns({"a": 3}, {"a": 0}, {"x": 5}))

    assert trie.columns.tolist() == [-1, -1, 3]
    assert trie.marks.tolist() == [-1, -1, 0]
    assert trie.ranks.tolist()[1] == 5


def test_shapes_that_want_different_columns_of_the_same_step_are_not_mixed_up() -> None:
    """The name with the dots comes later, and then the first value is nobody's."""
    shapes = [shape({"a": {"b": 1}, "c": 1}), shape({"a": {"b": 1}, "a.b": 2})]

    assert sorted(make_trie(shapes, Columns({"a.b": 0}, {}, {})).shapes.tolist()) == [UNKNOWN] * 4 + [WHOLE, 0]


def test_a_shape_is_taken_up_once_and_other_columns_are_taken() -> None:
    shapes = Shapes(NONE)

    assert shapes.add(shape({"a": 1}))
    assert not shapes.add(shape({"a": "x"}))
    assert shapes.trie.columns.tolist() == [-1, -1]
    shapes.change(Columns({"a": 4}, {}, {}))
    assert shapes.trie.columns.tolist() == [-1, 4]


def test_there_are_never_more_steps_than_there_is_room() -> None:
    wide = [shape({f"{number} {name}": 1 for name in range(900)}) for number in range(30)]
    trie = make_trie(wide, NONE)

    assert len(trie.kinds) <= MOST_STEPS
    known = trie.shapes[trie.shapes != UNKNOWN].tolist()
    assert known == list(range(MOST_STEPS // 900))


def read(records: Sequence[dict[str, Any]], table: Table) -> list[bool]:
    """Return of which lines the table says something; what it says of those is right."""
    rows = table.read(b"\n".join(compact(record) for record in records))
    assert len(rows.ends) == len(records)
    for record, row in zip(records, rows.shapes.tolist(), strict=True):
        assert row == WHOLE or set(table.names(row)) == set(record)
    return [row != WHOLE for row in rows.shapes.tolist()]


def test_beyond_the_bounds_lines_are_whole_and_those_between_are_not() -> None:
    table = Table(Values((), frozenset()), flatten)
    many = [{str(number): 1} for number in range(MOST_ALIKE + 3)]
    wide = {f"a{name}": 1 for name in range(MOST_FIELDS + 1)}

    lines = [many[0], wide, *many, many[1]]
    for _ in range(3):  # the tree of many shapes is not made anew for each
        seen = read(lines, table)

    assert seen == [True, False, *[True] * MOST_ALIKE, *[False] * 3, True]
    assert read([*many[-2:], many[2]], table) == [False, False, True]


def test_when_there_are_too_many_shapes_no_other_one_is_taken_up() -> None:
    table = Table(Values((), frozenset()), flatten)
    assert read([{"a": 1}, {"b": 1}], table) == [True, True]
    known = table._shapes.shapes
    known += [known[0]] * (MOST_SHAPES - len(known))

    assert read([{"c": 1}, {"b": 2}, {"c": 1}, {"a": 1}], table) == [False, True, False, True]
    assert len(known) == MOST_SHAPES
