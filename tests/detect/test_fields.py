from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fields import MAX_DEPTH, MAX_FIELDS, MAX_NAME, flatten, windows
from tests.detect.logs import system

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=30,
)


def usable(record: dict[str, Any]) -> dict[str, Any]:
    fields = flatten(record)
    assert isinstance(fields, dict), fields
    return fields


def test_nested_names_are_joined() -> None:
    assert usable({"a": {"b": {"c": 1}}, "d": None, "e": ""}) == {"a.b.c": 1, "d": None, "e": ""}


@pytest.mark.parametrize("record", [{"a.b": "dotted", "a": {"b": "nested"}}, {"a": {"b": "nested"}, "a.b": "dotted"}])
def test_a_name_with_its_dots_wins(record: dict[str, Any]) -> None:
    assert usable(record) == {"a.b": "dotted"}


def test_a_dotted_list_wins_too() -> None:
    assert usable({"a.b": [1, 2], "a": {"b": "nested"}}) == {"a.b": [1, 2]}


def test_lists_keep_plain_values_and_spread_objects() -> None:
    record = {"to": ["å", ["b"]], "who": [{"name": "x", "age": 1}, {"name": "y"}], "none": [], "mixed": [1, {"k": 2}]}
    assert usable(record) == {
        "to": ["å", "b"],
        "who.name": ["x", "y"],
        "who.age": [1],
        "none": [],
        "mixed": [1],
        "mixed.k": [2],
    }


@pytest.mark.parametrize("record", [{"a.b": 1, "a": [{"b": 2}]}, {"a": [{"b": 2}], "a.b": 1}])
def test_a_name_with_its_dots_wins_over_objects_in_a_list(record: dict[str, Any]) -> None:
    assert usable(record) == {"a.b": 1}


def test_names_that_differ_by_spaces_only_hold_both_values() -> None:
    data = {"Process Id": "1", "ProcessId": "2"}
    assert usable({"EventID": 1, "Channel": "x", **data})["ProcessId"] == ["1", "2"]
    assert usable({"Event": {"System": system(), "EventData": data}})["ProcessId"] == ["1", "2"]


def nested(depth: int, inner: object) -> object:
    for _ in range(depth):
        inner = {"a": inner}
    return inner


def test_bounds_are_reasons() -> None:
    assert flatten({"x": nested(MAX_DEPTH + 1, 1)}) == "too-deep"
    deep_list: object = 1
    for _ in range(MAX_DEPTH + 2):
        deep_list = [deep_list]
    assert flatten({"x": deep_list}) == "too-deep"
    assert flatten({str(number): 1 for number in range(MAX_FIELDS + 1)}) == "too-large"
    assert flatten({"x": [{str(number): 1 for number in range(MAX_FIELDS + 1)}]}) == "too-large"
    assert flatten({"n" * (MAX_NAME + 1): 1}) == "too-large"
    assert flatten({"n" * (MAX_NAME + 1): {str(number): {} for number in range(10)}}) == "too-large"


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=6))
def test_every_object_is_fields_or_a_reason(record: dict[str, Any]) -> None:
    fields = flatten(record)
    if isinstance(fields, dict):
        assert not any(isinstance(value, dict) for value in fields.values())
        assert flatten(fields) == fields or any(
            "." in name or isinstance(value, list) for name, value in fields.items()
        )


@given(JSON, JSON, JSON)
def test_every_windows_shape_is_fields_or_a_reason(one: object, two: object, three: object) -> None:
    event = {"System": {"EventID": one, "Provider": {"#attributes": two}}, "EventData": three, "UserData": two}
    for fields in (windows(event), flatten({"Event": {**event, "RenderingInfo": one}})):
        if isinstance(fields, dict):
            assert not any(isinstance(value, dict) for value in fields.values())


def test_system_is_joined_with_underscores() -> None:
    fields = usable({"Event": {"System": system(EventID={"#attributes": {"Qualifiers": 16384}, "#text": 7045})}})
    assert fields == {
        "Provider_Name": "Microsoft-Windows-Security-Auditing",
        "EventID": 7045,
        "EventID_Qualifiers": 16384,
        "TimeCreated": "2026-10-14T01:45:00.123456Z",
        "EventRecordID": 77,
        "Execution_ProcessID": 4,
        "Execution_ThreadID": 8,
        "Channel": "Security",
        "Computer": "LV-EPJ.lyngvik.example",
    }


DATA: list[Any] = [
    {"CommandLine": "whoami /all", "Threat Name": "x", "Empty": ""},
    {"CommandLine": "whoami /all", "Threat Name": "x", "Empty": None},
    {
        "Data": [
            {"#attributes": {"Name": name}, "#text": text}
            for name, text in (("CommandLine", "whoami /all"), ("Threat Name", "x"), ("Empty", None))
        ]
    },
    {
        "Data": [
            {"@Name": "CommandLine", "#text": "whoami /all"},
            {"@Name": "Threat Name", "#text": "x"},
            {"@Name": "Empty"},
        ]
    },
]


@pytest.mark.parametrize("data", DATA)
def test_dumps_differ_but_their_fields_do_not(data: dict[str, Any]) -> None:
    fields = usable({"Event": {"System": {"EventID": 1}, "EventData": data}})
    assert fields == {"EventID": 1, "CommandLine": "whoami /all", "ThreatName": "x", "Empty": ""}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"Data": {"#text": ["one", "two"]}, "Binary": None}, {"Data": ["one", "two"], "Binary": ""}),
        ({"Data": ["one", "two"]}, {"Data": ["one", "two"]}),
        ({"Data": "one"}, {"Data": "one"}),
        ("bare", {"Data": "bare"}),
        ({"Data": None}, {"Data": ""}),
        (None, {}),
    ],
)
def test_data_without_names(data: object, expected: dict[str, Any]) -> None:
    assert usable({"Event": {"System": {"EventID": 1}, "EventData": data}}) == {"EventID": 1, **expected}


def test_user_data_goes_by_its_own_names_and_a_name_of_system_holds_both() -> None:
    cleared = {
        "#attributes": {"xmlns": "x"},
        "Channel": "Windows PowerShell",
        "SubjectUserName": "fjordnett",
        "More": {"Deep": 1},
    }
    fields = usable({"Event": {"System": system(104, "System"), "UserData": {"LogFileCleared": cleared}}})
    assert fields["Channel"] == ["System", "Windows PowerShell"]
    assert (fields["SubjectUserName"], fields["More.Deep"]) == ("fjordnett", 1)


def test_the_same_value_twice_is_one() -> None:
    assert (
        usable({"Event": {"System": system(), "EventData": {"Channel": "Security", "EventID": "4688"}}})["EventID"]
        == 4688
    )


def test_spaces_leave_names_of_flat_windows_events_only() -> None:
    assert usable({"EventID": 1116, "Channel": "x", "Threat Name": "y"})["ThreatName"] == "y"
    assert usable({"Threat Name": "y"}) == {"Threat Name": "y"}


def test_spaces_in_values_stay() -> None:
    assert (
        usable({"Event": {"System": {"EventID": 4624}, "EventData": {"LogonProcessName": "NtLmSsp "}}})[
            "LogonProcessName"
        ]
        == "NtLmSsp "
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0CCE9210-69AE-11D9-BED3-505054503030", "{0CCE9210-69AE-11D9-BED3-505054503030}"),
        ("{0cce9210-69ae-11d9-bed3-505054503030}", "{0cce9210-69ae-11d9-bed3-505054503030}"),
        ("0cce9210-69ae-11d9-bed3-505054503030", "0cce9210-69ae-11d9-bed3-505054503030"),  # text, not a GUID to Windows
        ("x 0CCE9210-69AE-11D9-BED3-505054503030", "x 0CCE9210-69AE-11D9-BED3-505054503030"),
    ],
)
def test_a_guid_has_its_braces(written: str, expected: str) -> None:
    fields = usable({"Event": {"System": {"EventID": 4719}, "EventData": {"SubcategoryGuid": written}}})
    assert fields["SubcategoryGuid"] == expected
