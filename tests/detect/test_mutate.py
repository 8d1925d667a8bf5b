from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.mutate import LONG, as_lines, mutated
from sentinel.detect.readers.jsonl import read_jsonl
from sentinel.model.events import Value
from sentinel.model.skipped import Tally

FIELDS: dict[str, Value] = {"Channel": "Security", "User": "Kåre", "Port": 445, "Code": "4625", "Some": ["a", "B"]}
FIXED = frozenset({"Channel"})


def test_each_kind_of_change_is_there() -> None:
    copies = list(mutated(FIELDS, FIXED))

    users = [copy["User"] for copy in copies if "User" in copy]
    assert {"KÅRE", "kåre", "kÅRE", "Kåre æøå ÆØÅ", "Blåbærøya Kåre", "", None} <= {
        user for user in users if not isinstance(user, list)
    }
    assert ["Kåre", "annet"] in users
    assert max(len(user) for user in users if isinstance(user, str)) == LONG + 5
    assert {4625, "4625"} <= {copy["Code"] for copy in copies if isinstance(copy.get("Code"), (int, str))}
    assert "445" in {copy.get("Port") for copy in copies if not isinstance(copy.get("Port"), list)}
    assert {name for copy in copies for name in FIELDS if name not in copy} == FIELDS.keys() - FIXED


def test_what_decides_the_log_source_stays() -> None:
    assert {copy["Channel"] for copy in mutated(FIELDS, FIXED)} == {"Security"}


VALUES = st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text() | st.integers())
TABLES = st.dictionaries(st.text(min_size=1), VALUES, max_size=6)


@given(TABLES)
def test_it_is_the_same_each_time_and_every_copy_is_a_line(fields: dict[str, Value]) -> None:
    lines = list(as_lines(mutated(fields, FIXED)))

    assert lines == list(as_lines(mutated(fields, FIXED)))
    assert all(line.count(b"\n") == 1 and isinstance(json.loads(line), dict) for line in lines)


@given(st.dictionaries(st.sampled_from(["a", "b.c", "d"]), st.text(max_size=5) | st.integers(-9, 9), max_size=3))
def test_copies_are_read_as_events(fields: dict[str, Value]) -> None:
    tally = Tally("x")
    copies = [copy for copy in mutated(fields, frozenset()) if copy]
    read = list(read_jsonl(iter(as_lines(copies)), "x", tally))

    assert len(read) == len(copies)
    assert sum(tally.skipped.values()) == 0
