from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from evtx import PyEvtxParser
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.dumped import MOST_LETTERS, flatten_ordinary
from sentinel.detect.fields import flatten_any
from tests.detect.logs import evtx_files, system

GUID = "54849625-5478-4994-A5BA-3E3B0328C30D"


def same(event: dict[str, Any]) -> bool:
    """Compare both ways, kinds of values and order of names too; say whether the event was ordinary."""
    quick, thorough = flatten_ordinary(event), flatten_any(event)
    assert quick is None or repr(quick) == repr(thorough)
    return quick is not None


def test_an_ordinary_event_is_flattened() -> None:
    event = {
        "#attributes": {"xmlns": "x"},
        "System": system(Keywords=" ", Version=0),
        "EventData": {"A": None, "G": GUID},
    }

    assert same(event)
    found = flatten_ordinary(event) or {}
    assert (found["A"], found["G"], found["Version"]) == ("", f"{{{GUID}}}", 0)
    assert found["TimeCreated"] == "2026-10-14T01:45:00.123456Z"
    assert "Keywords" not in found


@pytest.mark.parametrize(
    "change",
    [
        {"UserData": {"A": {"B": "c"}}},
        {"EventData": {"Data": "x"}},
        {"EventData": {"A": {"B": "c"}}},
        {"EventData": {"A": ["b", "c"]}},
        {"EventData": {"Channel": "another"}},
        {"EventData": {"Threat Name": "x"}},
        {"EventData": {"@Name": "x"}},
        {"EventData": {"#text": "x"}},
        {"EventData": "text"},
        {"EventData": {f"Name{number}": "x" for number in range(MOST_LETTERS)}},
        {"RenderingInfo": {"Message": "x"}},
        {"System": system(EventID={"#text": 1, "More": 2})},
        {"System": system(EventID=[1, 2])},
        {"System": system(Provider={"@Name": "x"})},
        {"System": system(Provider={"#attributes": {"Name": ["x"]}})},
        {"System": {"Execution": {"#attributes": {"ProcessID": 1}}, "Execution_ProcessID": 2}},
    ],
)
def test_what_is_out_of_the_ordinary_is_left_alone(change: dict[str, Any]) -> None:
    event = {"System": system(), "EventData": {"A": "b"}, **change}

    assert not same(event)


@pytest.mark.parametrize(
    "change",
    [
        {"System": system(EventID={"#attributes": {"Qualifiers": 16384}, "#text": 7045})},
        {"System": system(Security={"#attributes": {"UserID": ""}}, Keywords=None)},
        {"EventData": {"#attributes": {"Name": "x"}, "A": 1.5, "B": True, "C": 10**20}},
        {"EventData": None},
        {"EventData": {}},
    ],
)
def test_what_else_is_ordinary(change: dict[str, Any]) -> None:
    assert same({"System": system(), "EventData": {"A": "b"}, **change})


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-1, 70_000)
    | st.floats()
    | st.sampled_from(["", " ", "x", GUID, GUID.lower()])
)
NAMES = st.sampled_from(
    ["Name", "Data", "EventID", "Channel", "TimeCreated", "SystemTime", "A B", "#text", "#attributes", "@x", "ø"]
)
ANY = st.recursive(
    PLAIN, lambda inner: st.dictionaries(NAMES, inner, max_size=4) | st.lists(inner, max_size=2), max_leaves=8
)
ELEMENTS = st.dictionaries(NAMES, PLAIN | st.fixed_dictionaries({"#attributes": st.dictionaries(NAMES, PLAIN)}) | ANY)


@given(ELEMENTS, PLAIN | st.dictionaries(NAMES, PLAIN) | ELEMENTS, st.booleans())
def test_both_ways_agree_on_whatever_there_may_be(frame: dict[str, Any], data: object, has_data: bool) -> None:
    same({"System": frame, "EventData": data} if has_data else {"System": frame})


@pytest.mark.shared
def test_both_ways_agree_on_real_events_and_most_are_ordinary(tmp_path: Path) -> None:
    ordinary = total = 0
    for path in evtx_files(tmp_path):
        for record in PyEvtxParser(str(path)).records_json():
            total += 1
            ordinary += same(orjson.loads((record or {})["data"])["Event"])

    assert total > 3_000
    assert ordinary > 0.9 * total
