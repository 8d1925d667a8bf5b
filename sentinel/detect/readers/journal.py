"""Reads the journal of systemd as `journalctl -o json` writes it; its messages are those of syslog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sentinel.detect.readers.cef import decode
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import read_jsonl
from sentinel.detect.readers.syslog import read_event
from sentinel.detect.readers.syslog_message import FACILITIES, SEVERITIES, Message
from sentinel.detect.times import read_time
from sentinel.model.events import Event, Fields, Value
from sentinel.model.skipped import Skipped, Tally

_TIMES = ("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP")
_NAMES = {
    "host.name": ("_HOSTNAME",),
    "process.name": ("SYSLOG_IDENTIFIER", "_COMM"),
    "process.pid": ("SYSLOG_PID", "_PID"),
    "process.executable": ("_EXE",),
    "process.command_line": ("_CMDLINE",),
}


def looks_like_journal(head: Head) -> bool:
    """Say whether the first line that begins as an object has what only the journal has; one above it may be cut."""
    first = next((line for line in head.text.split("\n", 5)[:5] if line.lstrip().startswith("{")), "")
    return '"__REALTIME_TIMESTAMP"' in first


def read_journal(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event an entry, with the fields that its message has in syslog; the journal's own names are kept too.

    Skipped: as JSON lines, and what the XML of Sysmon for Linux can be skipped for.
    """
    for entry in read_jsonl(chunks, name, tally):
        fields = entry.fields
        time = next((found for key in _TIMES if (found := read_time(fields.get(key)))), None)
        message = Message(_text(fields.get("MESSAGE")), time, _head(fields))
        event = read_event(message, name, entry.record)
        if isinstance(event, Skipped):
            tally.skip(event)
        else:
            own = {key: value for key, value in fields.items() if key != "MESSAGE"}
            yield Event(name, entry.record, event.time, {**own, **event.fields})


def _head(fields: Fields) -> dict[str, Value]:
    head: dict[str, Value] = {}
    for key, names in _NAMES.items():
        found = next((one for name in names if (one := _one(fields.get(name))) not in {None, ""}), None)
        if found is not None:
            head[key] = found
    head |= _named(fields, "SYSLOG_FACILITY", "log.syslog.facility.name", FACILITIES)
    return head | _named(fields, "PRIORITY", "log.syslog.severity.name", SEVERITIES)


def _one(value: Value) -> Value:
    """Return the first of a field's values: the journal writes one that is there more than once as a list."""
    if not isinstance(value, list | tuple):
        return value
    return _text(value) if all(isinstance(item, int) for item in value) else next(filter(None, value), None)


def _named(fields: Mapping[str, Value], key: str, name: str, names: Sequence[str]) -> dict[str, Value]:
    number = str(fields.get(key, ""))
    return {name: names[int(number)]} if number.isdecimal() and len(number) < 3 and int(number) < len(names) else {}  # noqa: PLR2004 -- no number has three digits


def _text(value: Value) -> str:
    """Return a message; the journal writes one that is not UTF-8 as the list of its bytes."""
    if isinstance(value, list) and all(isinstance(item, int) and 0 <= item < 256 for item in value):  # noqa: PLR2004 -- a byte
        return decode(bytes(value))
    return "" if value is None else str(value)
