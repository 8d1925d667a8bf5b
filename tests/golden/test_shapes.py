"""The shape that an event comes in changes no hit: real Windows logs in every shape, under all rules of SigmaHQ.

What a shape cannot carry is taken out of the original first; each such policy stands in docs/readers.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.readers import read_log
from sentinel.model.events import Event, Fields, Value
from sentinel.model.skipped import Tally
from tests.detect import writers
from tests.detect.logs import as_xml, evtx_files
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


def leaves(value: object, name: str) -> set[tuple[str, str]]:
    """Return every text of a dump by the last name above it; attributes of data are XML's, and no one's field."""
    if isinstance(value, dict):
        inner = ((key, item) for key, item in value.items() if key != "#attributes")
        return {leaf for key, item in inner for leaf in leaves(item, name if key == "#text" else key)}
    if isinstance(value, list):
        return {leaf for item in value for leaf in leaves(item, name)}
    return {(name.replace(" ", ""), writers.plain(value))} if value not in {None, ""} else set()


def dumped(dump: dict[str, Any]) -> set[tuple[str, str]]:
    """Return every name and text that a record's dump holds, without our readers."""
    event = dump["Event"]
    found = set()
    for name, value in event["System"].items():
        attributes = value.get("#attributes", {}) if isinstance(value, dict) else {}
        found |= {(f"{name}_{key}", writers.plain(text)) for key, text in attributes.items() if text != ""}
        found |= leaves(value, name)
    for part in ("EventData", "UserData"):
        found |= leaves(event.get(part), "Data")
    return {("TimeCreated" if name == "TimeCreated_SystemTime" else name, text) for name, text in found}


def held(event: Event) -> set[tuple[str, str]]:
    """Return every name and text that an event holds; GUIDs as the dump has them, without braces."""
    pairs = {
        (name.rpartition(".")[2], writers.plain(one))
        for name, value in event.fields.items()
        for one in (value if isinstance(value, list) else [value])
        if one != ""
    }
    return {(name, text[1:-1] if writers.BARE.fullmatch(text[1:-1]) else text) for name, text in pairs}


@pytest.mark.shared
def test_nothing_that_a_record_holds_is_lost_and_nothing_is_made_up(pairs: Pairs) -> None:
    """What all shapes have in common could be lost in all of them alike; so this looks at the parser's own dump."""
    blank = {(name, text) for _, dump in pairs for name, text in dumped(dump) if not text.strip()}
    for event, dump in pairs:
        wanted = {(name, text[1:-1] if writers.BARE.fullmatch(text[1:-1]) else text) for name, text in dumped(dump)}
        assert held(event) - blank == wanted - blank


@pytest.mark.shared
@pytest.mark.parametrize("write", [writers.winlogbeat, writers.ecs])
def test_winlogbeat_loses_no_field_either(
    pairs: Pairs, write: Callable[[dict[str, Any]], dict[str, Any]], tmp_path: Path
) -> None:
    """Under the same name, or, where Elastic's processing moves it, under one of ECS."""
    again = read("\n".join(json.dumps(write(dump)) for _, dump in pairs).encode(), tmp_path, "jsonl")
    moved = set(writers.ECS) if write is writers.ecs else set()
    for (event, _), other in zip(pairs, again, strict=True):
        assert other.time == event.time
        wanted = {(name, text) for name, text in without_ends(held(event)) if name not in UNSENT}
        found = without_ends(held(other))
        lost = {pair for pair in wanted - found if pair[0] not in moved or pair[1] not in {text for _, text in found}}
        assert lost == set()


UNSENT = {*writers.UNTOLD, "TimeCreated", "EventID_Qualifiers", "Provider_EventSourceName"}
"""What winlogbeat has under no name of its own; the time is compared as a time."""


def without_ends(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Winlogbeat has its texts from Windows, which ends lines with LF and drops those at the end."""
    return {(name, text.replace("\r\n", "\n").rstrip("\n")) for name, text in pairs if text.strip()}


SIGNS = st.sampled_from(
    [*"abAB 09.-_/\\:*?%$^~'\"`=+@#&<>(){}[]|;,\t", *"æøåÆØÅßé", "ﬀ", "İ", "雪", "😀", "\u200b", "\u202e"]
)
TEXTS = st.text(SIGNS, min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
CHANGES: dict[str, Callable[[str, str], str]] = {
    "another": lambda _, new: new,
    "in front": lambda old, new: new + old,
    "behind": lambda old, new: old + new,
    "upper case": lambda old, _: old.upper(),
    "lower case": lambda old, _: old.lower(),
}
Writer = Callable[[list[Event], list[dict[str, Any]]], bytes]
WHOLE: dict[str, tuple[str, Writer]] = {
    "flat": ("jsonl", lambda events, _: writers.json_lines([event.fields for event in events])),
    "array": ("json", lambda events, _: writers.json_array([event.fields for event in events])),
    "xml": ("winxml", lambda _, dumps: ("<Events>" + "".join(as_xml(dump["Event"]) for dump in dumps)).encode()),
}
"""Shapes that carry an event whole, with what writes them."""
PARTLY: dict[str, tuple[str, Writer]] = {
    "csv": ("csv", lambda events, _: writers.csv_table([without_empty(event.fields) for event in events])),
    "parquet": ("parquet", lambda events, _: writers.parquet_table([event.fields for event in events])),
    "winlogbeat": ("jsonl", lambda _, dumps: "\n".join(json.dumps(writers.winlogbeat(one)) for one in dumps).encode()),
    "ecs": ("jsonl", lambda _, dumps: "\n".join(json.dumps(writers.ecs(one)) for one in dumps).encode()),
}
"""Shapes that lose something that no rule should ask for; hits are those of the original."""


def mutated(dump: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Return a record with one text of its data changed."""
    again: dict[str, Any] = json.loads(json.dumps(dump))
    texts = again["Event"]["EventData"]
    name = data.draw(st.sampled_from(sorted(name for name, value in texts.items() if isinstance(value, str) and value)))
    texts[name] = CHANGES[data.draw(st.sampled_from(sorted(CHANGES)))](texts[name], data.draw(TEXTS))
    return again


def is_plain(event: Event, dump: dict[str, Any]) -> bool:
    """Say whether every shape can carry it: named texts, no list, no control character, nothing empty."""
    data = dump["Event"].get("EventData")
    texts = data.values() if isinstance(data, dict) else ()
    named = any(isinstance(text, str) and text for text in texts) and "Data" not in data
    signs = "".join(writers.plain(value) for value in event.fields.values())
    return named and not has_list(event) and not re.search(r"[\x00-\x08\x0b-\x1f]|\n\Z", signs)


@pytest.mark.shared
@settings(max_examples=40)
@given(data=st.data())
def test_no_shape_changes_the_hits_of_changed_events(
    measured: tuple[object, Engine, object], pairs: Pairs, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine, folder = measured[1], tmp_path_factory.mktemp("shapes")
    plain = [dump for event, dump in pairs if is_plain(event, dump)]
    dumps = [mutated(dump, data) for dump in data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=5))]
    events = forced("\n".join(map(json.dumps, dumps)).encode(), folder, "jsonl")
    assert len(events) == len(dumps)

    for shape, (kind, write) in WHOLE.items():
        again = forced(write(events, dumps), folder, kind)
        assert [*map(fingerprint, again)] == [*map(fingerprint, events)], shape
        assert hits(engine, again) == hits(engine, events), shape
    fewer = [changed(event, without_empty(event.fields)) for event in events]
    for shape, (kind, write) in PARTLY.items():
        assert hits(engine, forced(write(events, dumps), folder, kind)) == hits(engine, fewer), shape


def forced(data: bytes, folder: Path, kind: str) -> list[Event]:
    (folder / "log").write_bytes(data)
    tally = Tally("log")
    events = list(read_log(folder / "log", "log", tally, kind))
    assert tally.skipped == {}
    return events
