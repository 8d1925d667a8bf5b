"""Picks the one event that somebody asks about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from sentinel.detect.readers import read_log
from sentinel.detect.readers.jsonl import read_jsonl
from sentinel.detect.readers.jsontext import loads
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally


def pick_from_json(text: bytes, name: str, record: str | None = None) -> Event:
    """Return the event in JSON text: one object over as many lines as it likes, or one of several lines of objects."""
    with suppress(orjson.JSONDecodeError):  # several lines, or no JSON at all: the reader says which
        text = orjson.dumps(loads(text))
    tally = Tally(name)
    return _pick(read_jsonl(iter((text,)), name, tally), name, record, tally)


def pick_from_log(path: Path, record: str | None = None) -> Event:
    """Return the only event of a log, or its record of that number; InputError where there is none."""
    tally = Tally(path.name)
    return _pick(read_log(path, path.name, tally), path.name, record, tally)


def _pick(events: Iterator[Event], name: str, record: str | None, tally: Tally) -> Event:
    found = None
    for event in events:
        if record is not None and event.record == record:
            return event
        if record is None and found is not None:
            raise InputError(Location(name), "holds several events; choose one by the number of its record")
        found = event
    if record is not None:
        raise InputError(Location(name), f"has no record {record}")
    if found is None:
        reasons = ", ".join(f"{one.reason} ({one.detail})" for one in tally.examples.values())
        raise InputError(Location(name), f"holds no event: {reasons or 'it is empty'}")
    return found
