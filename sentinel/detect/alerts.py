"""Alerts whose identity depends on nothing but the rule and the event."""

from __future__ import annotations

import hashlib
import re

import orjson

from sentinel import __version__
from sentinel.detect.readings import as_text, scalars
from sentinel.detect.times import read_time
from sentinel.model.alerts import Alert, Hit
from sentinel.model.events import Event, Value

ID_LETTERS = 32
GUID_LETTERS = 38
_LEAST, _MOST = -(1 << 63), 1 << 63
"""Numbers in between are written in decimals."""
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}")


def fingerprint(event: Event) -> str:
    """Return a hash of an event's fields: the same for every file, place and format the event is read from.

    Two events that are equal in every field are one event. So that formats agree, numbers and truth values count as
    their text, line ends as LF, a GUID in braces in capitals, and `TimeCreated` as the moment it names, to the
    microsecond.
    """
    fields = dict(event.fields)
    # Most values are texts that stand for themselves: a call for each of them is what this would cost most.
    for name, value in event.fields.items():
        kind = type(value)
        if kind is str:
            if "\r" in value or (len(value) == GUID_LETTERS and not value.isupper()):  # type: ignore[operator,arg-type,union-attr]  # a text
                fields[name] = _canonical(value)
        elif kind is int and _LEAST < value < _MOST:  # type: ignore[operator]  # a number
            fields[name] = f"{value}"
        else:
            fields[name] = _canonical(value)
    time = read_time(event.fields.get("TimeCreated"))
    if time is not None:
        fields["TimeCreated"] = time.isoformat("T", "microseconds")  # by their places: half as long
    return hash_of(fields)


def raise_alert(hit: Hit, event_id: str = "") -> Alert:
    """Return the alert of a hit; its id is a hash of the rule's id and meaning and the event's fingerprint.

    `event_id`: the fingerprint, where it is already known.
    """
    event_id = event_id or fingerprint(hit.event)
    return Alert(
        id=hash_of([hit.rule.id, hit.rule.hash, event_id]),
        rule=hit.rule,
        event_id=event_id,
        time=hit.event.time,
        source=hit.event.source,
        record=hit.event.record,
        matched=hit.matched,
        fields=hit.event.fields,
        engine=__version__,
    )


def _canonical(value: Value) -> str | list[str | None] | None:
    if isinstance(value, (list, tuple)):
        return [_text(item) for item in scalars(value)]
    return _text(value)


def _text(value: object) -> str | None:
    text = value if type(value) is str else as_text(value)
    if text is None:
        return None
    if len(text) == GUID_LETTERS and text[0] == "{" and not text.isupper() and _GUID.fullmatch(text):
        return text.upper()
    return text.replace("\r\n", "\n") if "\r" in text else text


def hash_of(value: object) -> str:
    """Return a short hash of anything that JSON can say, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:ID_LETTERS]
