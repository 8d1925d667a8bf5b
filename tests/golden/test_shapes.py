"""The shape that an event comes in changes no hit: real Windows logs in every shape, under all rules of SigmaHQ.

What a shape cannot carry is taken out of the original first; each such policy stands in docs/readers.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.readers import read_log
from sentinel.model.events import Event, Fields, Value
from sentinel.model.skipped import Tally
from tests.detect import writers
from tests.detect.logs import evtx_files
from tests.golden.test_sigmahq_evtx import label, records

FIRST = 12
Pairs = list[tuple[Event, dict[str, Any]]]
Hits = list[tuple[str, str]]


@pytest.fixture(scope="module")
def pairs(measured: tuple[object, Engine, dict[str, list[Event]]], tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """The first events of every log, with the dump of each."""
    _, _, logs = measured
    paths = {label(path): path for path in evtx_files(tmp_path_factory.mktemp("evtx"))}
    return [pair for name, events in logs.items() for pair in zip(events[:FIRST], records(paths[name]), strict=False)]


def read(data: bytes, folder: Path, kind: str) -> list[Event]:
    (folder / "log").write_bytes(data)
    tally = Tally("log")
    events = list(read_log(folder / "log", "log", tally))
    assert (tally.skipped, tally.handled) == ({}, len(events))
    assert kind in {"jsonl", "json", "csv", "parquet"}
    return events


def hits(engine: Engine, events: Iterable[Event]) -> list[set[str]]:
    return [{hit.rule.id for hit in engine.run([event])} for event in events]


def changed(event: Event, fields: Fields) -> Event:
    return Event(event.source, event.record, event.time, fields)


def without_empty(fields: Fields) -> dict[str, Value]:
    """An empty cell is an absent field."""
    return {name: value for name, value in fields.items() if value != ""}


def has_list(event: Event) -> bool:
    return any(isinstance(value, list) for value in event.fields.values())


@pytest.mark.shared
@pytest.mark.parametrize("write", [writers.json_lines, writers.json_array])
def test_json_changes_nothing(
    measured: tuple[object, Engine, object], pairs: Pairs, write: Callable[..., bytes], tmp_path: Path
) -> None:
    engine, events = measured[1], [event for event, _ in pairs]
    again = read(write([event.fields for event in events]), tmp_path, "json")
    assert [*map(fingerprint, again)] == [*map(fingerprint, events)]
    assert hits(engine, again) == hits(engine, events)


@pytest.mark.shared
def test_csv_changes_nothing_but_what_is_empty(
    measured: tuple[object, Engine, object], pairs: Pairs, tmp_path: Path
) -> None:
    """A list has no one way into a cell, so that such events are left out."""
    engine = measured[1]
    events = [changed(event, without_empty(event.fields)) for event, _ in pairs if not has_list(event)]
    again = read(writers.csv_table([event.fields for event in events]), tmp_path, "csv")
    assert len(events) > len(pairs) * 0.8
    assert [*map(fingerprint, again)] == [*map(fingerprint, events)]
    assert hits(engine, again) == hits(engine, events)


@pytest.mark.shared
def test_parquet_changes_nothing_but_columns_of_lists(
    measured: tuple[object, Engine, object], pairs: Pairs, tmp_path: Path
) -> None:
    """Where one row has a list, the column holds lists; hits are those of the original all the same."""
    engine, events = measured[1], [event for event, _ in pairs]
    lists = {name for event in events for name, value in event.fields.items() if isinstance(value, list)}
    again = read(writers.parquet_table([event.fields for event in events]), tmp_path, "parquet")
    wanted = [
        changed(event, {n: [v] if n in lists and not isinstance(v, list) else v for n, v in event.fields.items()})
        for event in events
    ]
    assert [*map(fingerprint, again)] == [*map(fingerprint, wanted)]
    assert hits(engine, again) == hits(engine, events)


@pytest.mark.shared
@pytest.mark.parametrize("write", [writers.winlogbeat, writers.ecs])
def test_winlogbeat_gives_the_same_hits(
    measured: tuple[object, Engine, object],
    pairs: Pairs,
    write: Callable[[dict[str, Any]], dict[str, Any]],
    tmp_path: Path,
) -> None:
    """It leaves out empty values and the numbers of level, task, opcode and keywords."""
    engine = measured[1]
    events = [
        changed(e, {n: v for n, v in without_empty(e.fields).items() if n not in writers.UNTOLD}) for e, _ in pairs
    ]
    data = "\n".join(json.dumps(write(dump)) for _, dump in pairs).encode()
    again = read(data, tmp_path, "jsonl")
    different = {
        (event.fields["Channel"], event.fields["EventID"], rule)
        for event, ours, theirs in zip(events, hits(engine, events), hits(engine, again), strict=True)
        for rule in ours ^ theirs
    }
    assert different == set()
