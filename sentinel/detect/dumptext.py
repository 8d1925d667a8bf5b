"""The fields of a dumped Windows event straight from its JSON text, as most of it has been seen before.

Of an event's frame only the time and the record number are its own. What stands before and after them repeats from
event to event, so that it is decoded once and known by its text from then on; only the event's own data is decoded
each time. Each part must be JSON by itself, which proves that the text was cut between elements and not inside one:
a quote inside a text has a backslash before it, so what is cut at is never part of one. Whatever does not fit is left
to `fields.windows`, which says what the fields are; a test holds that both agree.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from sentinel.detect.dumped import GUID_LETTERS, MOST_LETTERS, braced, take_system
from sentinel.model.events import Value

TIME = ',"TimeCreated":{"#attributes":{"SystemTime":"'
NUMBER = '"}},"EventRecordID":'
DATA = '},"EventData":{'
MOST_TIME = len("2026-10-14T01:45:00.1234567890Z")
MOST_NUMBER = len('"18446744073709551615"')
MOST_FRAME = 2_000
"""Letters of a part of the frame that is remembered."""

_REMEMBERED = 2_000
_PLAIN = frozenset({int, float, bool})
_FRAME = {"#attributes", "System"}
_EARLY = frozenset({"Provider", "EventID", "Version", "Level", "Task", "Opcode", "Keywords"})
_LATE = frozenset({"Correlation", "Execution", "Channel", "Computer", "Security"})
"""What stands before the time, and what behind the record number: no element can be in both parts."""

Part = dict[str, Value]


def flatten_text(text: str) -> dict[str, Value] | None:
    """Return the fields of an event as `records_json` of the parser writes it, or None where it is not as most are."""
    head, _, rest = text.partition(TIME)
    time, _, rest = rest.partition(NUMBER)
    frame, _, data = rest.partition(DATA)
    number, _, tail = frame.partition(",")
    if '"' in time or "\\" in time or not time or not data.endswith("}}}"):
        return None
    if len(time) > MOST_TIME or len(head) > MOST_FRAME or len(number) > MOST_NUMBER or len(tail) > MOST_FRAME:
        return None
    before, record, after, own = _before(head), _number(number), _after(tail), _own(data)
    if before is None or record is None or after is None or own is None:
        return None
    fields: dict[str, Value] = {**before, "TimeCreated": time, "EventRecordID": record, **after, **own}
    return fields if len(fields) == len(before) + len(after) + len(own) + 2 else None


def _number(text: str) -> int | str | None:
    """Return the number of a record, which logs that were exported with their texts hold in quotes."""
    bare = text[1:-1] if text[:1] == text[-1:] == '"' else text
    if not bare.isdecimal():
        return None
    return int(bare) if bare is text else bare


@lru_cache(maxsize=_REMEMBERED)
def _before(text: str) -> Part | None:
    """Return the fields of System before the time, or None where something else than System is open there."""
    event = _decoded(f"{text}}}}}}}").get("Event")
    if not isinstance(event, dict) or not _FRAME.issuperset(event) or next(reversed(event), "") != "System":
        return None
    return _system(event["System"], _EARLY)


@lru_cache(maxsize=_REMEMBERED)
def _after(text: str) -> Part | None:
    """Return the fields of System behind the record number."""
    return _system(_decoded(f"{{{text}}}"), _LATE)


def _system(elements: object, known: frozenset[str]) -> Part | None:
    if not isinstance(elements, dict) or not elements or not known.issuperset(elements):
        return None
    fields: Part = {}
    return fields if take_system(elements, fields) == len(fields) and _are_ordinary(fields) else None


def _own(text: str) -> Part | None:
    """Return the fields of EventData; `text` is what follows its opening brace."""
    try:
        fields: dict[str, Any] = orjson.loads(f"{{{text[:-2]}")
    except orjson.JSONDecodeError:
        return None
    if not _are_ordinary(fields):
        return None
    for name, value in fields.items():  # no name is added, so that values may be replaced on the way
        if value.__class__ is str:
            if len(value) == GUID_LETTERS:
                fields[name] = braced(value)
        elif value is None:
            fields[name] = ""
        elif value.__class__ not in _PLAIN:
            return None
    return fields


def _are_ordinary(fields: Part) -> bool:
    """Say whether each name is that of one field, and all together are not too long."""
    names = "".join(fields)
    usual = " " not in names and "@" not in names and "#" not in names and "Data" not in fields
    return usual and len(names) <= MOST_LETTERS // 2


def _decoded(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
