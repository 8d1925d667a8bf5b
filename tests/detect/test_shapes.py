"""The shape that an event comes in changes no hit: events made here, under the rules of this project.

`tests/golden/test_shapes.py` shows the same on real logs and all rules of SigmaHQ.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sentinel.content import root
from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect import writers
from tests.detect.logs import SYSMON, as_xml, system

COMMANDS = [
    'whoami /all "Åse" ',
    "C:\\x\\certutil.exe -exportPFX My blåbær.pfx",
    "vssadmin delete shadows /all",
    "a,b;c\td|e",
    "",
]
RULE = """title: A port by its number
id: 7b1f0c0e-90a4-4d8e-8a3c-0f5c2f8b6a11
status: test
description: A number that a table holds as text
level: low
logsource: {product: windows, category: process_creation}
detection:
  sel: {ParentProcessId|gte: 4711, ParentProcessId|lt: 5000}
  condition: sel
"""


def dumps() -> list[dict[str, Any]]:
    """Give process creations as the dump of EVTX nests them."""
    return [
        {
            "Event": {
                "System": system(1, SYSMON, EventRecordID=number),
                "EventData": {
                    "Image": "C:\\Windows\\System32\\" + ("whoami.exe" if number % 2 else "cmd.exe"),
                    "CommandLine": command,
                    "ParentProcessId": 4700 + 11 * number,
                    "ProcessGuid": "{0CCE922B-69AE-11D9-BED3-505054503030}",
                },
            }
        }
        for number, command in enumerate(COMMANDS)
    ]


def flat(folder: Path) -> list[Event]:
    return read("\n".join(map(json.dumps, dumps())).encode(), folder)


def read(data: bytes, folder: Path) -> list[Event]:
    (folder / "log").write_bytes(data)
    tally = Tally("log")
    events = list(read_log(folder / "log", "log", tally))
    assert tally.skipped == {}
    return events


def hits(events: list[Event], folder: Path) -> list[tuple[int, str]]:
    (folder / "rule.yml").write_text(RULE)
    ruleset = load_rules([root() / "rules", folder / "rule.yml"], root())
    engine = Engine(ruleset, load_routes(root()))
    return [(number, hit.rule.id) for number, event in enumerate(events) for hit in engine.run([event])]


def told(events: list[Event]) -> list[dict[str, Any]]:
    return [{name: value for name, value in event.fields.items() if value != ""} for event in events]


SHAPES: dict[str, Callable[[list[Event]], bytes]] = {
    "xml": lambda _: ("<Events>" + "".join(as_xml(dump["Event"]) for dump in dumps()) + "</Events>").encode("utf-16"),
    "nested": lambda _: json.dumps(dumps(), indent=2).encode(),
    "json lines": lambda events: writers.json_lines([event.fields for event in events]),
    "json array": lambda events: writers.json_array([event.fields for event in events]),
    "parquet": lambda events: writers.parquet_table([event.fields for event in events]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_neither_hits_nor_fingerprints_change(shape: str, tmp_path: Path) -> None:
    events = flat(tmp_path)
    again = read(SHAPES[shape](events), tmp_path)
    assert len(hits(events, tmp_path)) >= 4
    assert hits(again, tmp_path) == hits(events, tmp_path)
    assert [*map(fingerprint, again)] == [*map(fingerprint, events)]


def test_a_table_changes_nothing_but_what_is_empty(tmp_path: Path) -> None:
    events = flat(tmp_path)
    again = read(writers.csv_table([event.fields for event in events]), tmp_path)
    assert hits(again, tmp_path) == hits(events, tmp_path)
    same = [Event("", "", None, fields) for fields in told(events)]
    assert [*map(fingerprint, again)] == [*map(fingerprint, same)]


@pytest.mark.parametrize("write", [writers.winlogbeat, writers.ecs])
def test_shippers_change_no_hit(write: Callable[[dict[str, Any]], dict[str, Any]], tmp_path: Path) -> None:
    events = flat(tmp_path)
    again = read("\n".join(json.dumps(write(dump)) for dump in dumps()).encode(), tmp_path)
    assert hits(again, tmp_path) == hits(events, tmp_path)
