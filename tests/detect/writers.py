"""Writers of the shapes that Windows events come in, each from its own documentation and none from our readers.

They take the dump of an EVTX record (`{"Event": {"System": …}}`), or flat fields under Sigma's names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sentinel.model.events import Fields

Record = Mapping[str, Any]
MOST = 2**63
BARE = re.compile(r"[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}")
"""A GUID as the dump of EVTX writes it; Windows, from which winlogbeat has its texts, writes it in braces."""

UNTOLD = {"Level", "Task", "Opcode", "Keywords"}
"""Numbers of System that winlogbeat renders as words or leaves out."""


def plain(value: object) -> str:
    """Return a value as a program writes it into a cell."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def json_lines(rows: Iterable[Fields]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def json_array(rows: Iterable[Fields]) -> bytes:
    return json.dumps(list(rows), indent=1, ensure_ascii=False).encode()


def csv_table(rows: Sequence[Fields]) -> bytes:
    """Write a column for every name; a cell that a row has no value for is empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(names)
    table.writerows([[plain(row[name]) if name in row else "" for name in names] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def parquet_table(rows: Sequence[Fields]) -> bytes:
    """Write a column for every name: numbers where all are, lists of text where one is a list, text else."""
    import pyarrow as pa
    from pyarrow import parquet

    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array(_column([row.get(name) for row in rows])) for name in names}
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file, row_group_size=100)
    return file.getvalue()


def _column(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if list in kinds:
        return [None if v is None else [plain(one) for one in (v if isinstance(v, list) else [v])] for v in values]
    if kinds <= {bool} or (kinds <= {int} and max(value for value in values if value is not None) < MOST):
        return values
    return [None if value is None else plain(value) for value in values]


def winlogbeat(dump: Record) -> dict[str, Any]:
    """Write an event as winlogbeat 8 does: empty values left out, unnamed ones numbered, line ends LF."""
    event = dump["Event"]
    system = event["System"]
    provider, execution = _attributes(system, "Provider"), _attributes(system, "Execution")
    number = system["EventID"]["#text"] if isinstance(system["EventID"], dict) else system["EventID"]
    winlog = {
        "api": "wineventlog",
        "channel": system["Channel"],
        "computer_name": system["Computer"],
        "event_id": str(number),
        "provider_name": provider.get("Name"),
        "provider_guid": provider.get("Guid"),
        "record_id": system["EventRecordID"],
        "version": system.get("Version"),
        "process": {"pid": execution.get("ProcessID"), "thread": {"id": execution.get("ThreadID")}},
        "activity_id": _attributes(system, "Correlation").get("ActivityID"),
        "user": {"identifier": _attributes(system, "Security").get("UserID")},
        "event_data": _pairs(event.get("EventData")),
        "user_data": _user_data(event.get("UserData")),
    }
    record = {
        "@timestamp": _attributes(system, "TimeCreated")["SystemTime"],
        "agent": {"type": "winlogbeat", "version": "8.19.0"},
        "ecs": {"version": "8.0.0"},
        "event": {"code": str(number), "kind": "event", "provider": provider.get("Name")},
        "winlog": winlog,
    }
    kept: dict[str, Any] = _without_none(record)
    return kept


ECS = {
    "Image": "process.executable",
    "CommandLine": "process.command_line",
    "CurrentDirectory": "process.working_directory",
    "OriginalFileName": "process.pe.original_file_name",
    "ParentImage": "process.parent.executable",
    "ParentCommandLine": "process.parent.command_line",
    "ProcessId": "process.pid",
    "TargetFilename": "file.path",
    "DestinationIp": "destination.ip",
    "DestinationPort": "destination.port",
    "SourceIp": "source.ip",
    "TargetObject": "registry.path",
    "QueryName": "dns.question.name",
}
"""What Elastic's processing of Sysmon's events moves out of `winlog.event_data`, by the fields of the schema."""


def ecs(dump: Record) -> dict[str, Any]:
    """Write an event as winlogbeat and Elastic's processing of Sysmon do."""
    record = winlogbeat(dump)
    data = record["winlog"].get("event_data", {})
    if "Sysmon" in record["winlog"]["channel"]:
        for name in [name for name in ECS if name in data]:
            place = record
            *path, last = ECS[name].split(".")
            for step in path:
                place = place.setdefault(step, {})
            place[last] = data.pop(name)
    return record


def _attributes(system: Record, name: str) -> dict[str, Any]:
    element = system.get(name)
    return element.get("#attributes", {}) if isinstance(element, dict) else {}


def _pairs(data: Record | None) -> dict[str, str]:
    """Return the named values; one without a name has its place in its name."""
    found: dict[str, str] = {}
    for name, value in (data or {}).items():
        if name == "Data":
            texts = value["#text"] if isinstance(value, dict) else value
            for number, text in enumerate(texts if isinstance(texts, list) else [texts], start=1):
                _put(found, f"param{number}", text)
        elif name != "#attributes":
            _put(found, name, value)
    return found


def _user_data(data: Record | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for element, inner in (data or {}).items():
        if isinstance(inner, dict):
            found["xml_name"] = element
            for name, value in inner.items():
                if name != "#attributes" and not isinstance(value, dict | list):
                    _put(found, name, value)
    return found


def _put(found: dict[str, str], name: str, value: object) -> None:
    if value is not None and plain(value):
        text = plain(value).replace("\r\n", "\n").rstrip("\n")
        found.setdefault(name, f"{{{text}}}" if BARE.fullmatch(text) else text)


def _without_none(value: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        return value
    kept = {name: _without_none(inner) for name, inner in value.items()}
    return {name: inner for name, inner in kept.items() if inner is not None and inner != {}}
