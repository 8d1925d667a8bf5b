from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.heads import PRESENT, UNSET, Heads

VALUES = st.sampled_from(["", "x", "æ", None, 0, 1, -5, 2**63 - 1])


def heads(*others: str) -> Heads:
    return Heads(("EventID", "Channel"), ("time",), others, frozenset({"Channel"}))


RECORDS = st.lists(st.dictionaries(st.sampled_from(["EventID", "Channel", "time", "Image", "odd name"]), VALUES))


@given(RECORDS)
def test_fields_are_read_as_a_whole_record_has_them(records: list[dict[str, object]]) -> None:
    each = heads("Image", "odd name")
    found = each.decode(b"\n".join(map(orjson.dumps, records)))

    assert found is not None
    for name in ("EventID", "time", "Image", "odd name"):
        assert [each.getter(name)(one) for one in found] == [record.get(name, UNSET) for record in records]


@given(RECORDS)
def test_lines_are_grouped_by_what_decides(records: list[dict[str, object]]) -> None:
    each = heads()
    groups = each.groups(each.decode(b"\n".join(map(orjson.dumps, records))) or [], range(len(records)))
    wanted: dict[object, list[int]] = {}
    for index, record in enumerate(records):
        key = record.get("EventID", UNSET), PRESENT[record.get("Channel") in {"", None}]
        wanted.setdefault(key, []).append(index)

    assert each.order == ("EventID", "Channel")
    assert {key: sorted(members) for key, members in groups.items()} == wanted


def test_a_field_is_read_by_the_first_of_its_names_that_is_there() -> None:
    each = heads("Image", "exe")
    found = each.decode(b'{"exe":"a"}\n{"Image":null,"exe":"b"}\n{"EventID":1}') or []

    assert each.column(["Image", "exe"], found) == ["a", None, UNSET]
    assert [each.values([("Image", "exe"), ("EventID",)])(one) for one in found] == [
        ("a", UNSET),
        (None, UNSET),
        (UNSET, 1),
    ]


@pytest.mark.parametrize(
    "line", [b'{"EventID":1.0}', b'{"EventID":true}', b'{"EventID":[1]}', b"[1]", b"{", b'{"a":01}']
)
def test_what_python_would_confuse_and_what_is_no_object_is_not_read(line: bytes) -> None:
    assert heads().decode(b'{"EventID":1}\n' + line) is None


def test_only_fields_that_were_asked_for_are_there() -> None:
    assert heads("Image").has(["Image", "EventID", "time"])
    assert not heads().has(["EventID", "Image"])
    assert heads().decode(b"") == []
