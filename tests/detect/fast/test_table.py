"""What a table says of a line is what its reader and `flatten` say of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.fast.interned import MOST, MOST_BYTES
from sentinel.detect.fast.rows import BLANK, WHOLE
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.fields import flatten

NAMES = st.sampled_from(
    [
        *("a", "b", "a.b", "b.c", "a b", 'q"x', "\\", "æ", "é\n", "", "Event", "System", "EventID", "Channel"),
        *(
            "winlog",
            "channel",
            "winlog.channel",
            "event_data",
            "param1",
            "param2",
            "Data",
            "LogName",
            "Id",
            "Properties",
        ),
        *("ProviderName", "MachineName", "Value", "SourceName", "SourceModuleName", "event", "code", "Hostname"),
    ]
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.sampled_from(["", "x", "æ", '"', "\\", "ſ", "\x01", "a\tb", "\ue000mark 1"]),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3))
RECORDS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=5),
    lambda inner: st.dictionaries(NAMES, VALUES | inner, max_size=5),
    max_leaves=8,
)
CHANCES = st.randoms(use_true_random=False)

GUID = "5770385F-C22A-43E0-BF4C-06F5698FFBD9"
TEXTS = st.sampled_from(
    [None, "", " ", "\t", "\xa0", GUID, GUID.lower(), GUID[:-1] + "d", f"{{{GUID}}}", f" {GUID}", GUID[1:], "x y", 1]
)
SYSTEM = st.fixed_dictionaries(
    {},
    optional={
        "EventID": st.sampled_from([4688, {"#attributes": {"Qualifiers": 0}, "#text": 7}, "1"]),
        "Channel": st.sampled_from(["Security", "", " ", None]),
        "Provider": TEXTS.map(lambda guid: {"#attributes": {"Name": "x", "Guid": guid}}),
        "Correlation": st.none() | TEXTS.map(lambda guid: {"#attributes": {"ActivityID": guid}}),
        "TimeCreated": st.just({"#attributes": {"SystemTime": "2026-10-14T01:45:00Z"}}),
        "Keywords": TEXTS,
    },
)
DATA = st.fixed_dictionaries({}, optional=dict.fromkeys(["LogonGuid", "A", "Threat Name", "Channel", "Data"], TEXTS))
DUMPED = st.builds(lambda system, data: {"Event": {"System": system, "EventData": data}}, SYSTEM, st.none() | DATA)


def written(value: Any, chance: Random) -> bytes:  # noqa: ANN401 -- JSON is anything
    """Write a value in one of the ways that JSON allows; a record is written alike throughout."""
    return _written(value, chance, chance.choice(["", "", " ", "\t "]), chance.choice([0.0, 0.0, 0.2])).encode()


def _written(value: Any, chance: Random, gap: str, escapes: float) -> str:  # noqa: ANN401 -- as above
    if isinstance(value, dict):
        pairs = (
            f"{spelled(name, chance, escapes)}{gap}:{gap}{_written(inner, chance, gap, escapes)}"
            for name, inner in value.items()
        )
        return "{" + gap + f"{gap},{gap}".join(pairs) + gap + "}"
    if isinstance(value, list):
        return "[" + f",{gap}".join(_written(inner, chance, gap, escapes) for inner in value) + "]"
    return spelled(value, chance, escapes) if isinstance(value, str) else json.dumps(value)


def spelled(text: str, chance: Random, escapes: float) -> str:
    """Write a text, some of its letters by their number."""
    letters = (_numbered(one, chance) if chance.random() < escapes else json.dumps(one)[1:-1] for one in text)
    return '"' + "".join(letters) + '"'


def _numbered(letter: str, chance: Random) -> str:
    units = letter.encode("utf-16-be").hex()
    units = units.upper() if chance.random() < 0.5 else units
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def table_of(*wanted: str, deciding: Sequence[str] = (), folding: bool = False) -> Table:
    values = Values(deciding, frozenset())
    values.want(wanted)
    return Table(values, flatten, folding=folding)


def read(table: Table, lines: Sequence[bytes]) -> list[dict[str, Any] | None]:
    """Return of each line what the table says of it, None where it must be read whole; compare it with `flatten`."""
    rows = table.read(b"\n".join(lines))
    assert rows.ends.tolist() == [
        sum(map(len, lines[: at + 1])) + at + (at + 1 < len(lines)) for at in range(len(lines))
    ]
    found: list[dict[str, Any] | None] = []
    for row, line in enumerate(lines):
        if rows.shapes[row] < 0:
            found.append(None)
            continue
        fields = flatten(orjson.loads(line))
        assert not isinstance(fields, str)
        assert set(table.names(int(rows.shapes[row]))) == set(fields), line
        numbers = {name: int(rows.values[row, column]) for name, column in table.values.places.items()}
        said = {name: table.values.value(number) for name, number in numbers.items() if number}
        asked = {name: value for name, value in fields.items() if name in numbers}
        assert repr(sorted(said.items())) == repr(sorted(asked.items())), line
        found.append(said)
    return found


@settings(max_examples=40)
@given(st.lists(RECORDS, min_size=1, max_size=6), st.sets(NAMES, max_size=5), CHANCES, st.booleans())
def test_a_table_says_what_the_reader_says(
    records: list[dict[str, Any]], wanted: set[str], chance: Random, folding: bool
) -> None:
    table = table_of(*sorted(wanted), deciding=("EventID", "Channel"), folding=folding)
    lines = [written(record, chance) for record in records]
    if chance.random() < 0.3 and len(lines[0]) > 2 < len(lines[-1]) and b"\n" not in lines[0] + lines[-1]:
        lines.append(lines[0].rstrip()[:-1] + b"," + lines[-1].lstrip()[1:])  # with names that may stand twice

    read(table, lines)
    read(table, lines[::-1])


@settings(max_examples=40)
@given(st.lists(DUMPED | SYSTEM | DATA, min_size=1, max_size=6), CHANCES)
def test_dumped_events_are_what_flatten_makes_of_them(records: list[dict[str, Any]], chance: Random) -> None:
    wanted = (
        "Keywords",
        "Provider_Guid",
        "Correlation_ActivityID",
        "LogonGuid",
        "A",
        "ThreatName",
        "Data",
        "Qualifiers",
    )
    table = table_of(*wanted, deciding=("Channel", "EventID"))
    lines = [written(record, chance) for record in records]

    read(table, lines)
    read(table, lines[::-1])


@pytest.mark.parametrize(
    ("keywords", "guid", "said"),
    [
        (b'"x"', f'"{GUID}"'.encode(), {"Keywords": "x", "LogonGuid": f"{{{GUID}}}"}),
        (b"null", f'"{GUID.lower()}"'.encode(), {"LogonGuid": GUID.lower()}),
        (b'"x"', f'"{{{GUID}}}"'.encode(), {"Keywords": "x", "LogonGuid": f"{{{GUID}}}"}),
        (f'"{GUID}"'.encode(), b'" "', {"Keywords": f"{{{GUID}}}", "LogonGuid": " "}),
        (b'"x"', b'""', {"Keywords": "x", "LogonGuid": ""}),
        (b"12", b"null", None),
        (b'" "', b'"x"', None),
        (b'""', b'"x"', None),
        (b'"x"', f'"\\u0035{GUID[1:]}"'.encode(), None),
        (b'"\\u0020"', b'"x"', None),
    ],
)
def test_values_of_dumped_events(keywords: bytes, guid: bytes, said: dict[str, str] | None) -> None:
    """What a reader changes is changed here too, or the line is read whole."""
    line = b'{"Event":{"System":{"EventID":1,"Keywords":%s},"EventData":{"LogonGuid":%s}}}' % (keywords, guid)
    plain = b'{"Event":{"System":{"EventID":1,"Keywords":"k"},"EventData":{"LogonGuid":"g"}}}'
    table = table_of("Keywords", "LogonGuid")

    assert read(table, [plain, line, plain])[1] == said


def test_missing_values_of_data_are_the_empty_text_though_no_column_can_say_so() -> None:
    line = b'{"Event":{"System":{"EventID":1},"EventData":{"A":null,"B":"x"}}}'

    assert read(table_of("B"), [line]) == [{"B": "x"}]
    assert read(table_of("A", "B"), [line]) == [None]


def test_lines_that_hold_nothing_and_those_that_cannot_be_read_here() -> None:
    rows = table_of("a").read(b'\n \t\r\n{"a":1}\r\n{"a":[[1]]}\n[1]\n{"a":1\n \xa0\n{"a":1e999}\n{"a":2}')

    assert rows.shapes.tolist() == [BLANK, BLANK, 0, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, 0]
    assert len(rows.ends) == 9


def test_letters_that_fold_are_taken_where_that_is_asked_for() -> None:
    lines = ['{"a":"ſ"}'.encode(), '{"a":"æ"}'.encode(), b'{"a":"\\u212a"}']

    assert read(table_of("a"), lines) == [None, {"a": "æ"}, None]
    assert read(table_of("a", folding=True), lines) == [{"a": "ſ"}, {"a": "æ"}, {"a": "\u212a"}]


def test_of_some_fields_it_is_only_said_that_they_are_there_unless_they_are_asked_for() -> None:
    values = Values(("a", "b"), frozenset({"b"}))
    table = Table(values, flatten)
    lines = [b'{"a":1,"b":"x"}', b'{"a":1,"b":""}', b'{"a":1,"b":null}', b'{"a":1,"b":"y"}', b'{"a":1}']

    assert read(table, lines) == [{"a": 1}] * 5
    assert table.read(b"\n".join(lines)).values[:, 1].tolist() == [1, 0, 0, 1, 0]
    assert values.want(["b"])
    assert not values.want(["b", "a"])
    assert [said and said.get("b", "-") for said in read(table, lines)] == ["x", "", None, "y", "-"]
    rows = table.read(b"\n".join(lines))
    assert rows.values[:, 1].tolist() == [1, 0, 0, 1, 0]
    assert len(set(rows.keys.tolist())) == 2


@pytest.mark.parametrize("value", [lambda row: b"%d" % row, lambda row: b'"%d %s"' % (row, b"x" * 100)])
def test_more_values_than_there_is_room_for_lose_nothing(value: Callable[[int], bytes]) -> None:
    table = table_of("a", "b")
    count = min(MOST // 2, MOST_BYTES // len(value(100_000)) // 2) + 2_000
    block = b"".join(b'{"a":%s,"b":%s}\n' % (value(row), value(row + 1)) for row in range(count))
    rows = table.read(block)
    known = int((rows.shapes >= 0).sum())

    assert count - 5_000 < known < count
    assert rows.shapes.tolist() == [0] * known + [WHOLE] * (count - known)
    assert rows.ends[-1] == len(block)
    assert table.values.value(int(rows.values[known - 1, 1])) == orjson.loads(value(known))
    age = table.values.age
    assert read(table, [b'{"a":1,"b":2}', b'{"b":"x","a":true}']) == [{"a": 1, "b": 2}, {"a": True, "b": "x"}]
    assert table.values.age == age + 1


def test_numbers_together_are_one_number() -> None:
    table = table_of("a", "b")
    rows = table.read(b'{"a":1,"b":2}\n{"a":2,"b":1}\n{"a":1}\n{"b":2,"a":1}\n')
    keys = table.values.keys([rows.values[:, 0], rows.values[:, 1]])

    assert keys is not None
    assert keys[0] == keys[3]
    assert len(set(keys.tolist())) == 3
    assert list(table.values.numbers(int(keys[1]))) == rows.values[1].tolist()
    table.values.known.used[0] = MOST
    assert table.values.keys([rows.values[:, 1], rows.values[:, 0]]) is None
