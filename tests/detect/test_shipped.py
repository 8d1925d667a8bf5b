from __future__ import annotations

from typing import Any

import pytest

from sentinel.detect import shipped
from sentinel.detect.fields import flatten
from sentinel.detect.shipped import MOST_NAMES, SHAPES, both

WINLOGBEAT = {
    "@timestamp": "2026-10-14T01:45:00.123Z",
    "event": {"code": "104", "kind": "event", "provider": "Microsoft-Windows-Eventlog"},
    "host": {"name": "lv-epj"},
    "winlog": {
        "api": "wineventlog",
        "channel": "System",
        "event_id": "104",
        "provider_name": "Microsoft-Windows-Eventlog",
        "computer_name": "LV-EPJ.lyngvik.example",
        "record_id": 7,
        "process": {"pid": 4, "thread": {"id": 8}},
        "user": {"identifier": "S-1-5-18", "name": "SYSTEM"},
        "user_data": {"xml_name": "LogFileCleared", "Channel": "Security", "SubjectUserName": "åse"},
        "keywords": ["Classic"],
    },
}
SIGMA = {
    "Channel": ["System", "Security"],
    "EventID": "104",
    "Provider_Name": "Microsoft-Windows-Eventlog",
    "Computer": "LV-EPJ.lyngvik.example",
    "EventRecordID": 7,
    "Execution_ProcessID": 4,
    "Execution_ThreadID": 8,
    "Security_UserID": "S-1-5-18",
    "SubjectUserName": "åse",
}


def fields_of(record: dict[str, Any]) -> dict[str, Any]:
    fields = flatten(record)
    assert isinstance(fields, dict)
    return fields


def dotted(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.items():
        found.update(dotted(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value})
    return found


@pytest.mark.parametrize("record", [WINLOGBEAT, dotted(WINLOGBEAT)], ids=["nested", "dotted"])
def test_winlogbeat_goes_by_sigmas_names(record: dict[str, Any]) -> None:
    fields = fields_of(record)
    assert {name: fields[name] for name in SIGMA} == SIGMA
    assert fields.keys() - SIGMA.keys() == {
        "@timestamp", "event.code", "event.kind", "event.provider", "host.name", "winlog.api", "winlog.user.name",
        "winlog.keywords",
    }  # fmt: skip


def test_the_number_may_stand_in_event_code_alone() -> None:
    assert fields_of({"winlog": {"channel": "Security"}, "event": {"code": "4688"}})["EventID"] == "4688"


def test_values_without_a_name_are_data_in_their_order() -> None:
    data = {f"param{number}": f"v{number}" for number in (10, 2, 1)}
    fields = fields_of({"winlog": {"channel": "Application", "event_data": data}})
    assert fields["Data"] == ["v1", "v2", "v10"]
    assert fields["param2"] == "v2"  # a service control manager's event calls it so itself


def test_winlogbeat_before_version_7() -> None:
    fields = fields_of(
        {
            "log_name": "Security", "event_id": 4688, "source_name": "x", "computer_name": "y", "record_number": "1",
            "event_data": {"New Process Name": "C:\\a.exe"},
        }
    )  # fmt: skip
    assert (fields["Channel"], fields["EventID"], fields["NewProcessName"]) == ("Security", 4688, "C:\\a.exe")


def test_nxlog_tells_the_frame_from_the_data() -> None:
    fields = fields_of(
        {
            "EventTime": "2026-10-14T01:45:00Z", "Hostname": "lv-epj", "SourceName": "Microsoft-Windows-Sysmon",
            "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "RecordNumber": 7, "ProcessID": 4,
            "ProcessId": "4711", "SourceModuleName": "in", "Image": "C:\\a.exe",
        }
    )  # fmt: skip
    assert (fields["Computer"], fields["Execution_ProcessID"], fields["ProcessId"]) == ("lv-epj", 4, "4711")


def test_powershells_objects_go_by_sigmas_names() -> None:
    fields = fields_of(
        {
            "LogName": "System", "Id": 7045, "ProviderName": "Service Control Manager", "MachineName": "lv-epj",
            "RecordId": 9, "ProcessId": 4, "Properties": [{"Value": "a"}, {"Value": "b"}],
        }
    )  # fmt: skip
    assert (fields["Channel"], fields["EventID"], fields["Data"]) == ("System", 7045, ["a", "b"])
    assert "ProcessId" not in fields


def test_anything_else_is_left_alone() -> None:
    for record in ({"Channel": "Security", "ProcessID": 4}, {"event": {"code": "1"}}, {"Id": 1, "param1": "x"}):
        assert fields_of(record) == dotted(record)


def test_no_two_shapes_are_known_by_the_same_fields() -> None:
    assert len({shape.marks for shape in SHAPES}) == len(SHAPES)


def test_both_values_of_a_name_are_kept_once() -> None:
    assert (both("1", 1), both("a", "b"), both(["a"], ["b"])) == ("1", ["a", "b"], ["a", "b"])


def test_an_event_of_very_many_names_is_renamed_and_not_remembered() -> None:
    data = {f"Name{number}": str(number) for number in range(MOST_NAMES)}
    before = shipped._plan.cache_info().currsize

    winlog: dict[str, Any] = {"channel": "System", "event_id": "1", "event_data": data}
    fields = fields_of({"winlog": winlog})

    assert {name: fields[name] for name in data} == data
    assert shipped._plan.cache_info().currsize == before
