from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.jsonarray import elements, read_json
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, memory, read_bytes

CLOUDTRAIL = {"Records": [{"eventSource": "s3.amazonaws.com", "n": 1}, {"eventSource": "iam.amazonaws.com", "n": 2}]}
ENTRA = {"@odata.context": "https://x.example/$metadata#signIns", "value": [{"n": 1}, {"n": 2}], "@odata.nextLink": "y"}
AZURE = {"records": [{"n": 1, "properties": {"a": ["]", "{"]}}, {"n": 2}]}
SHAPES: dict[str, Any] = {"array": AZURE["records"], "CloudTrail": CLOUDTRAIL, "Entra ID": ENTRA, "Azure": AZURE}

scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.sampled_from('"\\{}[],\n å')
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_record_of_a_list_is_an_event(shape: str, indent: int | None, encoding: str, tmp_path: Path) -> None:
    events, tally = read_bytes(json.dumps(SHAPES[shape], indent=indent).encode(encoding), tmp_path)
    assert [(event.record, event.fields["n"]) for event in events] == [("1", 1), ("2", 2)]
    assert tally.skipped == {}


def test_objects_over_many_lines_and_wrappers_line_by_line(tmp_path: Path) -> None:
    pretty = "\n".join(json.dumps(one, indent=1) for one in AZURE["records"])
    assert [event.fields["n"] for event in read_bytes(pretty.encode(), tmp_path)[0]] == [1, 2]
    lines = "\n".join(json.dumps(one) for one in (AZURE, CLOUDTRAIL))
    assert [event.fields["n"] for event in read_bytes(lines.encode(), tmp_path)[0]] == [1, 2, 1, 2]


def test_a_wrapper_may_stand_in_a_list_and_its_list_may_come_last(tmp_path: Path) -> None:
    events, _ = read_bytes(json.dumps([AZURE, {"count": 2, **AZURE}]).encode(), tmp_path)
    assert [event.record for event in events] == ["1.1", "1.2", "2.1", "2.2"]


def test_an_event_with_a_list_of_that_name_stays_one_event(tmp_path: Path) -> None:
    events, _ = read_bytes(json.dumps([{"user": "å", "records": [{"a": 1}, {"a": 2}]}]).encode(), tmp_path)
    assert [dict(event.fields) for event in events] == [{"user": "å", "records.a": [1, 2]}]


@pytest.mark.parametrize(
    ("data", "records", "skipped"),
    [
        (b"[]", [], {}),
        (b'[{"a":1},{bad},{"a":2}]', ["1", "3"], {"not-json": 1}),
        (b'[{"a":1},3,"x",null,[{}],{"a":2}]', ["1", "6"], {"not-an-object": 4}),
        (b'[{"a":1},\n{"a":"never ends},\n{"a":2}]', ["1"], {"not-json": 1, "truncated": 1}),
        (b'[{"a":1},{"a":', ["1"], {"truncated": 2}),
        (b'[{"a":1}', ["1"], {"truncated": 1}),
        (b'{"Records":[{"a":1}]', ["1"], {"truncated": 1}),
        (b'{"Records":[{"a":1}', ["1"], {"truncated": 2}),
        (b'[{"a":1}]]}{"a":2}', ["1", "4"], {"not-json": 2}),
        (b'[{"a":1}x{"a":2}]', ["1", "3"], {"not-json": 1}),
        (b'[{"a":\xe5},{"a":2}]', ["2"], {"not-utf8": 1}),
        (b'[{"a":"' + b"x" * MAX_LINE + b'"},{"a":2}]', ["2"], {"too-long": 1}),
        (b'[{"a":"' + b"\\" * 2 * MAX_LINE + b'"},{"a":2}]', ["2"], {"too-long": 1}),
        (b'[{"a":"' + b"\\" * (2 * MAX_LINE + 1) + b'" ]}"},{"a":2}]', ["2"], {"too-long": 1}),
        (b'[{"a":[' + b"1," * MAX_LINE + b'1]},{"a":2}]', ["2"], {"too-long": 1}),
        (b"[" + b"1" * (MAX_LINE + 1) + b',{"a":2}]', ["2"], {"too-long": 1}),
        (b'["' + b"x" * (MAX_LINE + 1) + b'",{"a":2}]', ["2"], {"too-long": 1}),
        (b"[" + b'{"a":' * 40 + b"1" + b"}" * 40 + b',{"a":2}]', ["2"], {"too-deep": 1}),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 4099])
def test_what_is_broken_costs_itself(data: bytes, records: list[str], skipped: dict[str, int], size: int) -> None:
    tally = Tally("log")
    events = list(read_json(chunks(data, size), "log", tally))
    assert ([event.record for event in events], tally.skipped) == (records, skipped)


@given(st.lists(values, max_size=6), st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_elements_are_those_of_the_whole(items: list[Any], size: int, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(items, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert [json.loads(one) for one in elements(chunks(text, size)) if isinstance(one, bytes)] == json.loads(text)


@given(st.lists(values, max_size=4), st.dictionaries(st.text(max_size=5), values, max_size=3), st.integers(1, 40))
def test_elements_of_a_wrapper_are_those_of_the_whole(items: list[Any], rest: dict[str, Any], size: int) -> None:
    text = json.dumps({"Records": items, **{f"x{name}": value for name, value in rest.items()}}).encode()
    assert [json.loads(one) for one in elements(chunks(text, size)) if isinstance(one, bytes)] == items


@given(st.lists(st.dictionaries(st.text(max_size=5), values, max_size=3), max_size=4), st.integers(1, 40))
def test_values_may_follow_one_another(items: list[Any], size: int) -> None:
    text = "\n".join(json.dumps(item) for item in items).encode()
    assert [json.loads(one) for one in elements(chunks(text, size)) if isinstance(one, bytes)] == items


@given(
    st.lists(
        st.sampled_from([*(bytes([sign]) for sign in b'{}[],:"\\ \n1a'), b'{"a":1}', b'"Records":[', b"\xff"]),
        max_size=40,
    ),
    st.integers(1, 9),
)
def test_anything_like_json_is_split_however_it_is_cut(parts: list[bytes], size: int) -> None:
    data = b"".join(parts)
    whole = list(elements(iter([data])))
    assert list(elements(chunks(data, size))) == whole
    tally = Tally("log")
    assert len(list(read_json(iter([data]), "log", tally))) + tally.skipped.total() >= len(whole)


def test_a_long_array_takes_no_memory() -> None:
    rng = random.Random(3)
    element = orjson.dumps({"a": "x" * 500, "b": [{"c": "]}"}]})

    def endless() -> Iterator[bytes]:
        yield b'{"Records":['
        for _ in range(400):
            yield b",".join([element] * rng.randint(1, 300)) + b","
        yield b"{}]}"

    tally = Tally("log")
    with memory() as peak:
        count = sum(1 for _ in read_json(endless(), "log", tally))
    assert count > 40_000
    assert tally.skipped == {}
    assert peak() < 3_000_000


@pytest.mark.parametrize("part", [b"x", b'"x" ', b"{", b"1,", b'{"a":"', b"\\"])
def test_an_endless_element_takes_no_memory(part: bytes) -> None:
    def endless() -> Iterator[bytes]:
        yield b'[{"a":'
        for _ in range(70):
            yield part * (65_536 // len(part))

    tally = Tally("log")
    with memory() as peak:
        assert list(read_json(endless(), "log", tally)) == []
    assert peak() < 6 * MAX_LINE
    assert tally.skipped.total() in {1, 2}
