from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.jsonstream import NotJsonError, long_object
from sentinel.scan.knowledge.stream import Stream
from tests.scan.knowledge.test_foreign import JSON

LISTS = frozenset({"rows"})


def read(raw: bytes, size: int = 5) -> list[tuple[str, object]]:
    return list(long_object(Stream(raw[at : at + size] for at in range(0, len(raw), size)), LISTS))


@given(
    st.dictionaries(st.text(max_size=4), JSON, max_size=4),
    st.lists(JSON, max_size=5),
    st.integers(1, 40),
    st.booleans(),
)
def test_the_items_of_a_list_come_one_by_one(
    around: dict[str, object], rows: list[object], size: int, wide: bool
) -> None:
    around = {key: value for key, value in around.items() if key != "rows"}
    raw = json.dumps({**around, "rows": rows, "end": 1}, indent=2 if wide else None).encode()
    whole = json.loads(raw)  # NaN is not equal to itself: compare as text
    told = [(key, value) for key, value in whole.items() if key not in {"rows", "end"}]

    assert json.dumps(read(raw, size)) == json.dumps([*told, *(("rows", row) for row in rows), ("end", 1)])


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"7", b'{"rows": [1, 2', b'{"rows": [1,]}', b'{"a" 1}', b'{"a": ' + b"[" * 100_000, b'{"rows": [1} '],
)
def test_what_is_none_or_breaks_off_is_told(raw: bytes) -> None:
    with pytest.raises(NotJsonError):
        read(raw)


def test_what_was_whole_before_a_break_is_given() -> None:
    found = long_object(Stream(iter([b'{"rows": [{"a": 1}, {"a": '])), LISTS)

    assert next(found) == ("rows", {"a": 1})
    with pytest.raises(NotJsonError, match="cut off"):
        next(found)


def test_an_item_longer_than_a_piece_is_whole() -> None:
    long = "æ" * 900_000

    assert read(json.dumps({"rows": [long, 12345]}, ensure_ascii=False).encode(), 4096) == [
        ("rows", long),
        ("rows", 12345),
    ]


@pytest.mark.fuzz
@given(st.binary(max_size=200), st.sampled_from([b"", b"{", b'{"rows": [', b'{"rows": [1, "a']))
def test_any_bytes_are_survived(raw: bytes, begin: bytes) -> None:
    try:
        found = read(begin + raw)
    except NotJsonError:
        found = []
    assert isinstance(found, list)
