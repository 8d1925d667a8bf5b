"""One event in the ways that tools write it as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import orjson

from bench.corpora.windows import Record

SYSTEM_PARTS = {
    "EventID", "Version", "Level", "Task", "Opcode", "Keywords", "EventRecordID", "Channel", "Computer",
}  # fmt: skip


def flat(event: Record) -> bytes:
    """Compact, fields side by side."""
    return orjson.dumps(event)


def spaced(event: Record) -> bytes:
    """With a space after each colon and comma, as Python's own module writes it."""
    return json.dumps(event, ensure_ascii=False).encode()


def escaped(event: Record) -> bytes:
    r"""With `\u00e6` for æ and `\/` for /, as PHP and older Java libraries write it."""
    return json.dumps(event, separators=(",", ":")).replace("/", "\\/").encode()


def nested(event: Record) -> bytes:
    """As a dump of EVTX: `Event.System` and `Event.EventData`."""
    system: Record = {"Provider": {"#attributes": {"Name": event["Provider_Name"], "Guid": event["Provider_Guid"]}}}
    system |= {name: value for name, value in event.items() if name in SYSTEM_PARTS}
    system["TimeCreated"] = {"#attributes": {"SystemTime": event["TimeCreated"]}}
    system["Execution"] = {"#attributes": {"ProcessID": 3220, "ThreadID": 4788}}
    system["Security"] = {"#attributes": {"UserID": "S-1-5-18"}}
    return orjson.dumps({"Event": {"System": system, "EventData": _data(event)}})


def winlogbeat(event: Record) -> bytes:
    """As Winlogbeat sends it: ECS around it, the event's own data below `winlog.event_data`."""
    return orjson.dumps({
        "@timestamp": event["TimeCreated"],
        "event": {"code": str(event["EventID"]), "kind": "event", "provider": event["Provider_Name"], "module": "sysmon"},
        "host": {"name": event["Computer"], "os": {"family": "windows", "version": "10.0"}},
        "agent": {"type": "winlogbeat", "version": "8.19.0", "id": "9a1f7c3e-3b1d-4c55-8a83-5f0f6a7f1c10"},
        "log": {"level": "information"},
        "winlog": {
            "channel": event["Channel"], "provider_name": event["Provider_Name"], "computer_name": event["Computer"],
            "provider_guid": event["Provider_Guid"], "event_id": str(event["EventID"]),
            "record_id": event["EventRecordID"], "task": "-", "opcode": "Info", "api": "wineventlog",
            "process": {"pid": 3220, "thread": {"id": 4788}},
            "event_data": {name: str(value) for name, value in _data(event).items()},
        },
        "ecs": {"version": "8.0.0"},
    })  # fmt: skip


def _data(event: Record) -> Record:
    header = ("Provider_", "Execution_", "Security_", "TimeCreated")
    return {
        name: value for name, value in event.items() if name not in SYSTEM_PARTS and not name.startswith(header)
    }  # fmt: skip


SHAPES: dict[str, Callable[[Record], bytes]] = {
    "flat": flat, "spaced": spaced, "escaped": escaped, "nested": nested, "winlogbeat": winlogbeat,
}  # fmt: skip
