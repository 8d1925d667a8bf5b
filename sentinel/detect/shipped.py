"""Windows events as programs that ship logs rename them, and Sigma's names for the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sentinel.model.events import Value


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How a shipper writes a Windows event: known by fields that are all there, with its names for ours.

    What stands below one of `prefixes` is the event's own data and goes by its own name.
    """

    marks: tuple[str, ...]
    names: Mapping[str, str]
    prefixes: tuple[str, ...] = ()
    dropped: frozenset[str] = field(default_factory=frozenset)


# Level, Task, Opcode and Keywords are left under the shipper's names: it writes words where Windows has numbers.
_WINLOGBEAT = Shape(
    ("winlog.channel",),
    {
        "winlog.channel": "Channel",
        "winlog.event_id": "EventID",
        "winlog.provider_name": "Provider_Name",
        "winlog.provider_guid": "Provider_Guid",
        "winlog.computer_name": "Computer",
        "winlog.record_id": "EventRecordID",
        "winlog.version": "Version",
        "winlog.process.pid": "Execution_ProcessID",
        "winlog.process.thread.id": "Execution_ThreadID",
        "winlog.activity_id": "Correlation_ActivityID",
        "winlog.related_activity_id": "Correlation_RelatedActivityID",
        "winlog.user.identifier": "Security_UserID",
    },
    ("winlog.event_data.", "winlog.user_data."),
    frozenset({"winlog.user_data.xml_name"}),
)
_WINLOGBEAT_6 = Shape(
    ("log_name", "event_id", "computer_name"),
    {
        "log_name": "Channel",
        "event_id": "EventID",
        "source_name": "Provider_Name",
        "provider_guid": "Provider_Guid",
        "computer_name": "Computer",
        "record_number": "EventRecordID",
        "version": "Version",
        "process_id": "Execution_ProcessID",
        "thread_id": "Execution_ThreadID",
        "activity_id": "Correlation_ActivityID",
        "related_activity_id": "Correlation_RelatedActivityID",
        "user.identifier": "Security_UserID",
    },
    ("event_data.", "user_data."),
    frozenset({"user_data.xml_name"}),
)
_NXLOG = Shape(
    ("Channel", "EventID", "SourceName", "SourceModuleName"),
    {
        "SourceName": "Provider_Name",
        "ProviderGuid": "Provider_Guid",
        "Hostname": "Computer",
        "RecordNumber": "EventRecordID",
        "ProcessID": "Execution_ProcessID",
        "ThreadID": "Execution_ThreadID",
        "ExecutionProcessID": "Execution_ProcessID",
        "ExecutionThreadID": "Execution_ThreadID",
        "UserID": "Security_UserID",
        "ActivityID": "Correlation_ActivityID",
    },
)
_POWERSHELL = Shape(
    ("LogName", "Id", "ProviderName", "MachineName"),
    {
        "LogName": "Channel",
        "Id": "EventID",
        "ProviderName": "Provider_Name",
        "ProviderId": "Provider_Guid",
        "MachineName": "Computer",
        "RecordId": "EventRecordID",
        "ProcessId": "Execution_ProcessID",
        "ThreadId": "Execution_ThreadID",
        "ActivityId": "Correlation_ActivityID",
        "RelatedActivityId": "Correlation_RelatedActivityID",
        "UserId": "Security_UserID",
        "Properties.Value": "Data",
    },
)
SHAPES = (_WINLOGBEAT, _WINLOGBEAT_6, _NXLOG, _POWERSHELL)

MOST_NAMES, MOST_LETTERS = 200, 8_000
"""Up to which the names of an event are remembered."""

_UNNAMED = re.compile(r"param([1-9]\d{0,3})")


def as_windows(fields: dict[str, Value]) -> dict[str, Value]:
    """Return a shipped Windows event under Sigma's names, anything else as it is.

    Fields are moved, not copied; what the shipper adds of its own stays. A name that stands in the frame and in the
    data holds both values. Values without a name, which Beats call `param1` and so on, are `Data` too.
    """
    for shape in SHAPES:
        if shape.marks[0] in fields and fields.keys() >= set(shape.marks):
            found = _renamed(fields, shape)
            if "EventID" not in found and "event.code" in found:
                found["EventID"] = found["event.code"]
            return _with_data(found)
    return fields


def _renamed(fields: dict[str, Value], shape: Shape) -> dict[str, Value]:
    names = tuple(fields)
    plan = _plan if len(names) <= MOST_NAMES and len("".join(names)) <= MOST_LETTERS else _plan.__wrapped__
    taken, ours, are_single = plan(names, shape)
    values = map(fields.__getitem__, taken)
    if are_single:
        return dict(zip(ours, values, strict=True))
    found: dict[str, Value] = {}
    for name, value in zip(ours, values, strict=True):
        found[name] = both(found[name], value) if name in found else value
    return found


@lru_cache(maxsize=1_000)
def _plan(names: tuple[str, ...], shape: Shape) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return which fields are taken, the frame's first, under which names, and whether each of those is there once.

    Events of one kind have the same names, so that this is worked out once for all of them.
    """
    taken = tuple(name for name in sorted(names, key=lambda name: name not in shape.names) if name not in shape.dropped)
    ours = tuple(shape.names.get(name) or _own_name(name, shape.prefixes) for name in taken)
    return taken, ours, len(set(ours)) == len(ours)


def both(first: Value, second: Value) -> Value:
    """Return two values of one field as a list, or the one that they are."""
    if str(first) == str(second):
        return first
    left = first if isinstance(first, list) else [first]
    return [*left, *(second if isinstance(second, list) else [second])]


def _own_name(name: str, prefixes: tuple[str, ...]) -> str:
    return next((name.removeprefix(prefix) for prefix in prefixes if name.startswith(prefix)), name)


def _with_data(fields: dict[str, Value]) -> dict[str, Value]:
    if "param" not in "".join(fields):  # quicker than to look at each name
        return fields
    numbered = sorted((int(found[1]), name) for name in fields if (found := _UNNAMED.fullmatch(name)))
    if numbered and "Data" not in fields:
        values = [fields[name] for _, name in numbered]
        fields["Data"] = values if len(values) > 1 else values[0]
    return fields
