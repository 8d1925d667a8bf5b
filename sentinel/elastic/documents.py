"""An event as a document, and back: what is read is what was written, field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

from sentinel.model.ecs import VERSION, named, nested, related
from sentinel.model.events import Event, Value

SHAPE = 1
"""The version of these documents."""
NUMBERS = range(-(2**63), 2**64)
"""Whole numbers that JSON is written with here."""

Source: TypeAlias = Mapping[str, Any]
"""What a document holds."""


@dataclass(frozen=True, slots=True)
class Document:
    """An event on its way into the cluster; `id` is its fingerprint, so that it is there once however often it is sent.

    `source` and `record` say where it was read, for a list of what was refused. `event` is what it says in `event.*`.
    """

    id: str
    source: str
    record: str
    time: datetime | None
    event: bytes
    body: bytes

    def sent(self, at: datetime) -> bytes:
        """Return the document as it is sent at a moment; one without a time of its own is filed under that."""
        moment = at.isoformat().encode()
        time = moment if self.time is None else self.time.isoformat().encode()
        return b'{"@timestamp":"%b","event":{"ingested":"%b"%b,%b' % (time, moment, self.event, self.body[1:])


def document(event: Event, identity: str, kind: str, words: Sequence[str] = ()) -> Document:
    """Return the document of an event that was read as the format `kind`, to be found by its `words`.

    The event's own names are below `fields`, as they are: one text field of type `flattened`, so that no log can make
    the cluster's mapping grow, and none of its values has to be of a certain type. Beside it stands what has a name
    in the Elastic Common Schema or in ours, for people who look there; nothing here reads it.
    """
    # Most values are texts, which JSON can say: a call for each of them would be a fifth of all this.
    fields = {name: value if type(value) is str else sayable(value) for name, value in event.fields.items()}
    about = {
        "shape": SHAPE,
        "source": event.source,
        "record": event.record,
        "format": kind,
        "timed": bool(event.time),
        "words": words,
    }
    found: dict[str, Any] = named(fields)
    told = nested({"ecs.version": VERSION, **found, **related(found)})
    inside = orjson.dumps({"event": told.pop("event", {})})[len('{"event":{') : -1]
    body = orjson.dumps({"sentinel": about, "fields": fields, **told})
    time = event.time.astimezone(UTC) if event.time else None
    return Document(identity, event.source, event.record, time, b"," * (len(inside) > 1) + inside, body)


def event_in(source: Source) -> Event | None:
    """Return the event of a document that we wrote; None where somebody else did."""
    about, fields = source.get("sentinel"), source.get("fields")
    if not isinstance(about, dict) or not isinstance(fields, dict) or about.get("shape") != SHAPE:
        return None
    time = _time(source.get("@timestamp")) if about.get("timed") else None
    return Event(str(about.get("source")), str(about.get("record")), time, fields)


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def sayable(value: Value) -> Value:
    """Return a value as JSON can say it; numbers that it cannot say become their text, which rules read the same."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value in NUMBERS else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [sayable(item) for item in value]
    return value
