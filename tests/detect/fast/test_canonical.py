"""The fingerprint of a row is that of the event that it is, or is left open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.alerts import fingerprint
from sentinel.detect.fast.canonical import fingerprints
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.readers.jsonl import fields_of, parse_line
from sentinel.model.events import Event
from tests.detect.fast.mutations import ODD, TIMES, Record, compact, log

SINCE = datetime(1970, 1, 1)  # noqa: DTZ001 -- written with its zone or without
GUIDS = st.sampled_from(
    ["{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}", "{" + "g" * 36 + "}"]
)
TEXTS = (
    st.text('aK/æ\\" ß\t\r\n\x01\x7f{}é', max_size=4) | GUIDS | st.sampled_from(["a\r\nb", "1", "{" + "ab" * 18 + "}"])
)
MOMENTS = st.integers(-2 * 10**11, 25 * 10**16).map(
    lambda micros: (SINCE + timedelta(microseconds=micros)).isoformat() + ("Z" if micros % 2 else "")
)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "TimeCreated": MOMENTS | st.sampled_from(TIMES),
        "UtcTime": MOMENTS,
        "Image": TEXTS,
        "image": TEXTS,
        "æ": TEXTS | st.sampled_from(ODD),
        'a"b': st.integers() | TEXTS,
        "EventID": st.integers(-5, 10**20) | st.booleans() | st.none() | st.floats(allow_nan=False),
    },
)


def found_in(block: bytes) -> tuple[dict[int, str], dict[int, str]]:
    """Return the fingerprints that are known of rows, and those of the events that all lines are."""
    table = Table(Values((), frozenset()), fields_of)
    rows = table.read(block)
    every = range(len(rows.ends))
    events = [parse_line(line, "log", "1") for line in block.split(b"\n")[: len(every)]]
    told = {row: fingerprint(event) for row, event in enumerate(events) if isinstance(event, Event)}
    return fingerprints(table, block, rows, every), told


@given(st.lists(RECORDS, min_size=1, max_size=5), st.randoms(use_true_random=False), st.sampled_from([0.0, 0.5]))
def test_what_is_known_of_a_row_is_the_fingerprint_of_its_event(
    records: list[Record], chance: Random, wild: float
) -> None:
    block = log(records, chance, wild).removeprefix(b"\xef\xbb\xbf")
    known, told = found_in(block)

    assert known == {row: told[row] for row in known}


@given(st.lists(MOMENTS, min_size=1))
def test_every_moment_since_1970_is_written_as_python_writes_it(moments: list[str]) -> None:
    block = b"\n".join(compact({"TimeCreated": moment, "A": 1}) for moment in moments)
    known, told = found_in(block)

    assert known == {row: told[row] for row, moment in enumerate(moments) if moment >= "1970"}


def test_most_events_of_windows_are_known() -> None:
    start = datetime(2026, 2, 27, 23, 59, 58, 999_999, UTC)
    records: list[Record] = [
        {
            "Provider_Guid": "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
            "EventID": number,
            "TimeCreated": (start + timedelta(days=number, microseconds=number)).isoformat().replace("+00:00", "Z"),
            "ProcessGuid": "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}",
            "CommandLine": '"C:\\Program Files\\Overvåking\\x.exe" /c\ta\n',
            "Elevated": True,
            "None": None,
        }
        for number in range(800)
    ]
    known, told = found_in(b"\n".join(map(compact, records)))

    assert known == told
    assert len(known) == 800


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1.5}',
        b'{"a":-1}',
        b'{"a":"x\\r"}',
        b'{"a": "x"}',
        b'{"a":["x"]}',
        b'{"a":{"b":1}}',
        b"{}",
        b"x",
        b'{"TimeCreated":"yesterday"}',
        b'{"TimeCreated":1760406300}',
        b'{"\\u0061":1}',
        b'{"a":1234567890123456789}',
    ],
)
def test_anything_else_is_left_to_the_event(line: bytes) -> None:
    known, _ = found_in(line + b'\n{"b":1}')

    assert list(known) == [1]


def test_no_rows_have_no_fingerprints() -> None:
    table = Table(Values((), frozenset()), fields_of)
    block = orjson.dumps({"a": 1})

    assert fingerprints(table, block, table.read(block), []) == {}
