from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.instants import NO_TIME, ODD_TIME
from sentinel.detect.fast.interned import MOST, Interned, forget, make_interned, text_of
from sentinel.detect.fast.rows import (
    BEFORE,
    BLANK,
    NO_ROOM,
    WHOLE,
    Page,
    Reading,
    Rows,
    make_rows,
    read_lines,
    read_rows,
)
from sentinel.detect.fast.shapes import Columns, Shapes, shape_of
from sentinel.detect.fast.tokens import FOLDING, FOLDING_LETTERS, RESPELLED
from sentinel.detect.fast.trie import UNKNOWN
from sentinel.detect.fields import flatten
from sentinel.detect.times import TIME_FIELDS, event_time
from tests.detect.fast.mutations import ODD, TIMES, Record, compact, log

NAMES = ("EventID", "Channel", "Image", "a.b", "æ")
RANKS = {name: rank for rank, name in enumerate(TIME_FIELDS)}
COLUMNS = Columns({"EventID": 0, "Image": 2, "a.b": 3, "æ": 4}, {"Channel": 1}, RANKS)
SINCE = datetime(1970, 1, 1, tzinfo=UTC)
FOLDS = set(map(chr, FOLDING_LETTERS.tolist()))
KNOWN = (make_interned(), make_interned())

TEXTS = st.text('aK/æ\\" ß\t', max_size=4) | st.sampled_from(["5770385F-C22A-43E0-BF4C-06F5698FFBD9", " ", ""])
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "EventID": st.sampled_from([1, 4688, "4688", None, 1.0]),
        "Channel": st.sampled_from(["Security", "", None]),
        "Image": TEXTS,
        "a": st.builds(lambda value: {"b": value}, TEXTS | st.sampled_from(ODD)),
        "æ": st.lists(TEXTS | st.integers(), max_size=2),
        "UtcTime": st.sampled_from(TIMES),
        "@timestamp": st.sampled_from(TIMES),
        "ts": st.sampled_from(TIMES),
    },
)
DUMPED = st.builds(lambda system, data: {"Event": {"System": system, "EventData": data}}, RECORDS, RECORDS)
LOGS = st.builds(log, st.lists(RECORDS | DUMPED, min_size=1, max_size=4), st.randoms(use_true_random=False))
SHORT = LOGS.filter(lambda block: len(block) < 2_000)  # a line of 40,000 letters takes Python a second
Reader = Callable[[Page, Reading], Reading]


def by_python(page: Page, begin: Reading) -> Reading:
    flat = page._replace(rows=page.rows._replace(values=page.rows.values.reshape(-1)))
    with np.errstate(over="ignore"):
        return Reading(*read_lines(flat, begin.row, begin.at))


def page_of(block: bytes, shapes: Shapes, known: Interned, *, folding: bool = False, beyond: bytes = b"") -> Page:
    rows = make_rows(len(lines_of(block)), len(NAMES))
    data = np.frombuffer(block + beyond, np.uint8)
    before = np.zeros(len(shapes.trie.kinds) * BEFORE, np.int64)
    return Page(data, len(block), shapes.trie, known, rows, len(rows.ends), len(NAMES), 2, int(folding), before)


def read(reader: Reader, page: Page) -> list[Reading]:
    """Read all lines; those that it stops at are left whole."""
    forget(page.known)
    found = [reader(page, Reading(0, 0, 0))]
    while found[-1].why:
        row, at, _ = found[-1]
        end = (page.data[: page.size].tobytes().find(b"\n", at) + 1) or page.size
        page.rows.shapes[row], page.rows.ends[row] = WHOLE, end
        found.append(reader(page, Reading(row + 1, end, 0)))
    return found


def lines_of(block: bytes) -> list[bytes]:
    return block.removesuffix(b"\n").split(b"\n") if block else []


def learned(block: bytes) -> Shapes:
    shapes = Shapes(COLUMNS)
    for one in lines_of(block):
        shape = shape_of(one, flatten) if one.startswith(b"{") else None
        if shape is not None:
            shapes.add(shape)
    return shapes


@given(SHORT, SHORT, st.booleans(), st.sampled_from([b"", b"\n", b'"}', b"5}\n"]))
def test_machine_code_reads_as_python_does(block: bytes, other: bytes, folding: bool, beyond: bytes) -> None:
    for shapes in (learned(block), learned(other)):
        pages = [
            page_of(block, shapes, KNOWN[0], folding=folding, beyond=beyond),
            page_of(block, shapes, KNOWN[1], folding=folding),
        ]
        assert read(read_rows, pages[0]) == read(by_python, pages[1])
        for mine, yours in zip(*(each.rows for each in pages), strict=True):
            assert mine.tolist() == yours.tolist()
        used = int(KNOWN[0].used[0])
        assert KNOWN[0].used.tolist() == KNOWN[1].used.tolist()
        assert all(text_of(KNOWN[0], number) == text_of(KNOWN[1], number) for number in range(1, used + 1))


def good_rows(page: Page, block: bytes) -> Iterator[tuple[int, bytes, Record]]:
    for row, (start, end) in enumerate(pairwise([0, *page.rows.ends.tolist()])):
        if page.rows.shapes[row] >= 0:
            yield row, block[start:end], orjson.loads(block[start:end])


@given(LOGS, st.booleans())
def test_what_is_known_of_a_row_is_what_its_reader_makes_of_the_line(block: bytes, folding: bool) -> None:
    shapes = learned(block)
    page = page_of(block, shapes, KNOWN[0], folding=folding)
    rows = page.rows
    rows.values[:] = rows.times[:] = 9
    read(read_rows, page)

    ends = [min(end, len(block)) for end in accumulate(len(one) + 1 for one in lines_of(block))]
    assert rows.ends.tolist() == ends
    for row, _, record in good_rows(page, block):
        fields = flatten(record)
        assert not isinstance(fields, str)
        assert shapes.shapes[rows.shapes[row]].fields.keys() == fields.keys()
        assert values(rows, row) == [wanted(fields, name) for name in NAMES]
        time = event_time(fields)
        micros = None if time is None else (time - SINCE) // timedelta(microseconds=1)
        assert rows.times[row] in {ODD_TIME, NO_TIME if micros is None else micros}


def values(rows: Rows, row: int) -> list[str]:
    """Return the values of a row as Python writes them: it tells 1 from 1.0 and from true."""
    numbers = rows.values[row].tolist()
    return [
        repr(bool(number) if place == 1 else orjson.loads(text_of(KNOWN[0], number)) if number else "none")
        for place, number in enumerate(numbers)
    ]


def wanted(fields: dict[str, Any], name: str) -> str:
    return repr(fields.get(name, "") not in {"", None} if name == "Channel" else fields.get(name, "none"))


@given(LOGS, st.booleans())
def test_what_was_met_in_a_line_is_what_a_needle_would_miss(block: bytes, folding: bool) -> None:
    page = page_of(block, learned(block), KNOWN[0], folding=folding)
    read(read_rows, page)

    for row, written, record in good_rows(page, block):
        texts = [one for one in plain_values(record) if isinstance(one, str)]
        met = int(page.rows.met[row])
        assert bool(met & FOLDING) == any(FOLDS & set(text) for text in texts)
        assert folding or not met & FOLDING
        if not met & RESPELLED:
            assert all(b'":' + orjson.dumps(text) in written for text in texts if min(text, default="a") >= " ")


def plain_values(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from plain_values(one)
    else:
        yield value


@given(st.lists(LOGS, max_size=3).map(b"\n".join).filter(bool))
def test_rows_have_one_key_iff_what_decides_them_is_equal(block: bytes) -> None:
    page = page_of(block, learned(block), KNOWN[0], folding=True)
    read(read_rows, page)
    good = [row for row, _, _ in good_rows(page, block)]

    pairs = {(page.rows.keys[row], *page.rows.values[row, :2].tolist()) for row in good}
    assert len(pairs) == len({key for key, *_ in pairs}) == len({tuple(numbers) for _, *numbers in pairs})


def test_lines_as_most_logs_have_them_are_rows() -> None:
    """Else all would be read whole, and for nothing."""
    records: list[Record] = [
        {"EventID": 1, "Image": 'æ\t"C:\\x"', "a": {"b": -1.5e3, "c": {}}},
        {},
        {"æ": []},
        {"Image": None},
    ]
    block = b"".join(compact(record) + b" \r\n" for record in records) + b" \v\n\n"
    page = page_of(block, learned(block), KNOWN[0])

    assert read(read_rows, page) == [Reading(6, len(block), 0)]
    assert page.rows.shapes.tolist() == [0, 1, 2, 3, BLANK, BLANK]
    assert page.rows.met.tolist() == [0, 0, RESPELLED, 0, 0, 0]


@pytest.mark.parametrize(
    "broken",
    [b'{"Image":"x"', b'{"Image":"x",}', b'{"Image":"x"}}', b'{"Image" "x"}', b'{"Image":}', b"x", b'["Image"]'],
)
def test_a_broken_line_is_read_whole_and_the_next_one_is_not(broken: bytes) -> None:
    shapes = learned(b'{"Image":"x"}')
    for end in (b"\n", b"\r\n"):
        page = page_of(broken + end + b'{"Image":"x"}', shapes, KNOWN[0], beyond=b"}")
        read(read_rows, page)

        assert page.rows.shapes.tolist() == [WHOLE, 0]
        assert page.rows.ends.tolist() == [len(broken + end), page.size]


def test_reading_stops_at_a_shape_that_is_unknown_and_where_room_runs_out() -> None:
    shapes = learned(b'{"Image":"x"}')
    page = page_of(b'{"Image":"x"}\n{"New":1}\n{"Image":"y"}\n', shapes, KNOWN[0])
    forget(page.known)

    assert read_rows(page, Reading(0, 0, 0)) == Reading(1, 14, UNKNOWN)
    page.known.used[0] = MOST
    assert read_rows(page, Reading(0, 0, 0)) == Reading(1, 14, UNKNOWN)  # which is known already
    assert read_rows(page, Reading(2, 24, 0)) == Reading(2, 24, NO_ROOM)


def test_a_value_that_begins_like_the_one_before_it_is_another_one() -> None:
    texts = ["1", "12", "1.5", "1", '"x"', '"x"', '"x\\""', '"x"', "1", "1e2", '"x', "true", "true"]
    lines = [f'{{"Image":{text},"EventID":{text}}}' for text in texts]
    page = page_of("\n".join(lines).encode() + b'\n{"Image":1', learned(lines[0].encode()), KNOWN[0])
    read(read_rows, page)

    written = [[text_of(KNOWN[0], number).decode() for number in row if number] for row in page.rows.values.tolist()]
    whole = [at for at, text in enumerate(texts) if text == '"x'] + [len(texts)]
    assert [at for at, shape in enumerate(page.rows.shapes.tolist()) if shape == WHOLE] == whole
    assert [row for at, row in enumerate(written) if at not in whole] == [[one, one] for one in texts if one != '"x']
