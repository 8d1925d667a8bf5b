from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast import interned
from sentinel.detect.fast.interned import (
    FULL,
    MOST,
    MOST_BYTES,
    Interned,
    forget,
    gathered,
    intern,
    intern_braced,
    keys_of,
    text_of,
)
from sentinel.detect.fast.tokens import skip_text
from tests.detect.fast.mutations import ODD, STRANGE

WORDS = st.text("ab", max_size=20).map(str.encode) | st.binary(max_size=9)
VALUES = st.tuples(st.sampled_from([0, 1, 7, interned.COMBINED]), WORDS)
TEXTS = st.lists(st.sampled_from([*STRANGE, "\n", "a", "K", "ß", "ſ"]), max_size=3).map("".join)
WRITTEN = TEXTS.map(orjson.dumps) | st.sampled_from([rb'"\u0041"', rb'"\/"', rb'"\u0009"', b"[1]", b'["a"]', b"[ ]"])
CELLS = WRITTEN | st.sampled_from([one for one in ODD if not isinstance(one, int) or abs(one) < 2**63]).map(
    orjson.dumps
)


@pytest.fixture(scope="module")
def room() -> Interned:
    return interned.make_interned()


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let numbers wrap around, as those of machine code do."""
    with np.errstate(over="ignore"):
        yield


def number(known: Interned, column: int, value: bytes) -> int:
    return intern(known, column, b"x" + value + b"x", 1, 1 + len(value))


@given(st.lists(VALUES))
def test_values_have_one_number_iff_they_and_their_columns_are_equal(
    room: Interned, values: list[tuple[int, bytes]]
) -> None:
    forget(room)
    numbers = [number(room, column, value) for column, value in values]
    pairs = set(zip(numbers, values, strict=True))

    assert len(pairs) == len(set(numbers)) == len(set(values))
    assert sorted(set(numbers)) == list(range(1, len(pairs) + 1))
    assert [text_of(room, each) for each in numbers] == [value for _, value in values]


def test_values_that_fall_into_one_slot_are_told_apart(room: Interned) -> None:
    """Also where all slots up to the last one are taken, by values that differ in their last letter only."""
    forget(room)
    values = [b"%04d" % each for each in range(900)]
    slot, value = max((interned._hash(0, value, 0, 4) & interned._LAST_SLOT, value) for value in values)
    room.slots[slot:] = number(room, 0, value[:-1] + b"x")

    assert number(room, 0, value) == number(room, 0, value) == 2
    assert (room.slots[0], text_of(room, 2)) == (2, value)


def test_what_has_no_room_is_not_taken_and_what_is_known_stays_so(room: Interned) -> None:
    forget(room)
    assert [number(room, 0, value) for value in (b"a", b"b")] == [1, 2]
    room.used[:] = MOST, 2
    assert [number(room, 0, value) for value in (b"b", b"c", b"a")] == [2, FULL, 1]
    room.used[:] = 2, MOST_BYTES - 3
    assert [number(room, 0, value) for value in (b"four", b"a", b"one", b"", b"x")] == [FULL, 1, 3, 4, FULL]
    assert text_of(room, 3) == b"one"

    forget(room)
    assert number(room, 0, b"four") == 1


@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=1), WORDS)
def test_rows_of_numbers_have_one_key_iff_they_are_equal(room: Interned, rows: list[list[int]], other: bytes) -> None:
    forget(room)
    number(room, 0, other)
    each = keys(room, rows)
    again = keys(room, np.array(rows, np.int32)[::-1])

    assert again == each[::-1]
    pairs = set(zip(each, map(tuple, rows), strict=True))
    assert len(pairs) == len(set(each)) == len(set(map(tuple, rows)))
    assert [np.frombuffer(text_of(room, key), np.int32).tolist() for key in each] == rows
    assert not set(each) & set(keys(room, np.array(rows)[:, :1]))


def test_machine_code_numbers_many_values_as_python_does(room: Interned) -> None:
    forget(room)
    rows = np.array([[each % 5_000, each % 7, 2**31 - 1] for each in range(70_000)])
    assert keys(room, rows) == [each % 35_000 + 1 for each in range(70_000)]

    first, last = (rows[each].astype(np.int32).tobytes() for each in (0, 34_999))
    assert [number(room, interned.COMBINED + 12, each) for each in (first, last)] == [1, 35_000]


def test_there_are_no_keys_without_room(room: Interned) -> None:
    forget(room)
    room.used[0] = MOST - 1

    assert keys(room, [[1, 2], [1, 2]]) == [MOST, MOST]
    assert keys_of(room, np.array([[1, 2], [2, 1]])) is None


def keys(room: Interned, rows: Any) -> list[int]:  # noqa: ANN401 -- a list or an array of rows
    found = keys_of(room, np.array(rows))
    assert found is not None
    each: list[int] = found.tolist()
    return each


@given(st.lists(st.sampled_from(["5770385F-C22A-43E0-BF4C-06F5698FFBD9", "", "a", "{a}"])))
def test_a_text_in_braces_is_the_value_with_these(room: Interned, texts: list[str]) -> None:
    forget(room)
    for text in texts:
        value = f'"{text}"'.encode()
        found = intern_braced(room, 0, b"x" + value + b"x", 1, 1 + len(value))
        assert text_of(room, found) == f'"{{{text}}}"'.encode()
        assert number(room, 0, text_of(room, found)) == found
    room.used[1] = MOST_BYTES - 4
    assert intern_braced(room, 0, b'"b"', 0, 3) == FULL


def as_looked_for(value: bytes) -> bytes:
    """Return a value as needles are looked for in it: a whole number of few digits as its text."""
    return b'"' + value + b'"' if value.isdigit() and len(value) <= 15 else value


def is_strange(value: bytes) -> bool:
    return value[:1] != b'"' or skip_text(value, 1, len(value)) != (len(value), 0)


def plainly(value: bytes) -> str:
    """Return a text with an underscore for each Latin letter beyond ASCII."""
    return re.sub(r"[À-ÖØ-öø-ſ]", "_", str(orjson.loads(value)))


def is_odd(value: bytes) -> bool:
    return not plainly(value).isascii() or min(plainly(value).replace("\t", " "), default=" ") < " "


@given(st.lists(st.lists(CELLS | st.none(), min_size=2, max_size=2), min_size=1, max_size=6))
def test_values_are_gathered_as_lines_for_needles_and_as_they_are(
    room: Interned, rows: list[list[bytes | None]]
) -> None:
    forget(room)
    numbers = np.array([[0 if cell is None else number(room, 0, cell) for cell in row] for row in rows], np.int32)
    found = gathered(room, numbers)
    cells = [[as_looked_for(cell) for cell in row if cell is not None] for row in rows]
    texts = [[cell for cell in row if not is_strange(cell)] for row in cells]
    plain = ["".join(plainly(cell) for cell in row if not is_odd(cell)) for row in texts]

    assert cut(found.lines, found.ends) == [b"".join(b'":' + cell for cell in row) + b"\n" for row in cells]
    assert found.strange == [row for row, each in enumerate(cells) if len(each) > len(texts[row])]
    odd = [row for row, each in enumerate(texts) if len(each) > 1 or any(map(is_odd, each))]
    assert found.odd == [row for row in odd if row not in found.strange]
    rest = [row for row in range(len(rows)) if row not in {*found.odd, *found.strange}]
    assert found.lettered == [row for row in rest if not all(cell.isascii() for cell in texts[row])]
    assert cut(found.bare, found.bare_ends) == [each.encode() + b"\n" for each in plain]
    without = gathered(room, numbers, bare=False)
    assert (without.lines, without.ends, without.strange) == (found.lines, found.ends, found.strange)
    assert without.bare == b""


def cut(text: bytes, ends: Sequence[int]) -> list[bytes]:
    return [text[start:end] for start, end in pairwise([0, *ends])]


@pytest.mark.parametrize("value", [b'"C:\\\\xyz\\\\%06d"', b"%08d", b'"%06d"', b"12345678%08d"])
def test_values_that_are_nearly_alike_fall_into_slots_of_their_own(value: bytes) -> None:
    """Else each new one is compared with all those before it."""
    values = [value % each for each in range(1_000)]

    assert len({interned._hash(7, each, 0, len(each)) & interned._LAST_SLOT for each in values}) > 950
