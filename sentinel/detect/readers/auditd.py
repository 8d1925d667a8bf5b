"""Reads the log of Linux's audit: the records of one event, told by its serial number, as one event."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sentinel.detect.fields import MAX_FIELDS
from sentinel.detect.readers.audit_values import Record, read_record
from sentinel.detect.readers.cef import decode
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import MAX_LINE, lines
from sentinel.model.events import Event, Value
from sentinel.model.skipped import Skipped, Tally

MOST_OPEN = 1024
MOST_RECORDS = 4096
MOST_LETTERS = 16 * 1024 * 1024
PATIENCE = timedelta(seconds=2)
"""After so much time of the log itself no more records of an event are awaited, as in the audit's own tools."""

_ARGUMENT = re.compile(r"a(\d{1,6})(?:\[(\d{1,6})\])?")
_LAST = frozenset({"PROCTITLE", "EOE"})
_LINE = re.compile(
    r"(?:node=(?P<node>\S+) )?type=(?P<type>[A-Z0-9_]+|UNKNOWN\[\d+\])\s+msg=audit\("
    r"(?P<seconds>\d{1,12})\.(?P<part>\d{1,9}):(?P<serial>\d{1,20})\):\s?(?P<rest>.*)",
    re.DOTALL,
)
# Events of programs (logins, changes of accounts, services) and of the daemon itself are one record each.
_ALONE = re.compile(
    r"(?:ACCT|ADD|CHGRP|CHUSER|CRED|CRYPTO|DAEMON|DEL|GRP|LABEL|RESP|ROLE|SERVICE|SYSTEM|TRUSTED|USER|VIRT)_|LOGIN|TTY"
)

Key = tuple[str, str, str]
"""What makes records one event: node, time and serial number."""


def looks_like_auditd(head: Head) -> bool:
    """Say whether one of the first lines is a record of the audit."""
    return head.is_text and any(_LINE.match(line) for line in head.text.split("\n", 20)[:20])


def read_auditd(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a serial number, when its last record came, 2 s of the log after it, or at the end.

    `type` holds the kinds of its records; a name that several records have holds the values of all. `record` is the
    line of the first. A record that comes after its event went out is an event by itself; nothing is left out. At
    most MOST_OPEN events wait, of MOST_LETTERS together, each with at most MOST_RECORDS records. Skipped: `too-long`
    (over 4 MiB), `not-a-record`. Blank lines and `----` are nothing.
    """
    waiting = _Waiting(name)
    for number, line in lines(chunks):
        text = None if line is None else decode(line).strip("\ufeff\r\n\0 ")
        found = _LINE.match(text) if text else None
        if text is None:
            tally.skip(Skipped(name, str(number), "too-long", f"longer than {MAX_LINE:,} bytes"))
        elif found is not None:
            yield from waiting.take(found, str(number))
        elif text and text != "----":
            tally.skip(Skipped(name, str(number), "not-a-record", "it is no record of the audit"))
    yield from waiting.all()


def settled(data: bytes) -> int:
    """Return how many bytes at the beginning of whole lines there are behind which no event waits for its end."""
    waiting, at, end = _Waiting(""), 0, 0
    for line in data.split(b"\n")[:-1]:
        at += len(line) + 1
        found = _LINE.match(decode(line).strip("\ufeff\r\n\0 ")) if len(line) <= MAX_LINE else None
        if found is not None:
            deque(waiting.take(found, ""), maxlen=0)
        if not waiting.events:
            end = at
    return end


def read_alone(text: str) -> dict[str, Value] | None:
    """Return the fields of one record that came by syslog, where the records of an event are not together."""
    found = _LINE.match(text)
    return _joined([_record(found)]) if found else None


@dataclass(slots=True)
class _Gathered:
    """The records of one event so far."""

    place: str
    time: datetime | None
    records: list[Record] = field(default_factory=list)
    letters: int = 0


class _Waiting:
    """Events whose last record may be still to come, oldest first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.events: OrderedDict[Key, _Gathered] = OrderedDict()
        self.letters = 0

    def take(self, found: re.Match[str], place: str) -> Iterator[Event]:
        """Add a record to its event, and yield the events that are complete."""
        key = (found["node"] or "", f"{found['seconds']}.{found['part']}", found["serial"])
        gathered = self.events.setdefault(key, _Gathered(place, _time(found)))
        gathered.records.append(_record(found))
        gathered.letters += len(found["rest"])
        self.letters += len(found["rest"])
        first = len(gathered.records) == 1
        if found["type"] in _LAST or len(gathered.records) >= MOST_RECORDS or (first and _ALONE.match(found["type"])):
            yield self._done(key)
        yield from self._overdue(gathered.time)

    def all(self) -> Iterator[Event]:
        """Yield what is left."""
        for key in list(self.events):
            yield self._done(key)

    def _overdue(self, now: datetime | None) -> Iterator[Event]:
        """Yield from the oldest on what has waited long enough, or is too much."""
        while self.events:
            key, oldest = next(iter(self.events.items()))
            late = oldest.time is not None and now is not None and now - oldest.time > PATIENCE
            if not late and len(self.events) <= MOST_OPEN and self.letters <= MOST_LETTERS:
                return
            yield self._done(key)

    def _done(self, key: Key) -> Event:
        gathered = self.events.pop(key)
        self.letters -= gathered.letters
        fields = _joined(gathered.records)
        if gathered.time is not None:
            fields["@timestamp"] = gathered.time.isoformat()
        return Event(self.name, gathered.place, gathered.time, fields)


def _record(found: re.Match[str]) -> Record:
    return read_record(found["type"], found["rest"], found["node"])


def _time(found: re.Match[str]) -> datetime | None:
    try:
        whole = datetime.fromtimestamp(int(found["seconds"]), UTC)
        return whole + timedelta(microseconds=int(found["part"].ljust(6, "0")[:6]))
    except (ValueError, OverflowError, OSError):
        return None


def _joined(records: list[Record]) -> dict[str, Value]:
    """Return the fields of all records. The arguments of a command are `a0`…; those of its system call step aside."""
    fields: dict[str, Value] = {"event.dataset": "auditd.log"}
    is_command = any(record.type == "EXECVE" for record in records)
    for record in records:
        for key, value in record.fields.items():
            aside = is_command and record.type == "SYSCALL" and key in {"a0", "a1", "a2", "a3"}
            _add(fields, f"syscall.{key}" if aside else key, value)
    if is_command:
        _add_command(fields, records)
    _add_places(fields, records)
    fields |= _categories(fields)
    return fields


def _add(fields: dict[str, Value], key: str, value: str) -> None:
    """Add a value; a name that holds another already becomes a list, a repeated value changes nothing."""
    held = fields.get(key)
    if held is None:
        if len(fields) < MAX_FIELDS:
            fields[key] = value
    elif isinstance(held, list):
        if value not in held:
            held.append(value)
    elif held != value:
        fields[key] = [held, value]


def _add_command(fields: dict[str, Value], records: list[Record]) -> None:
    """Put arguments that were cut into pieces together, and tell the whole command line as `CommandLine`."""
    pieces: dict[int, dict[int, str]] = {}
    for record in records:
        for key, value in record.fields.items():
            if record.type == "EXECVE" and (part := _ARGUMENT.fullmatch(key)):
                pieces.setdefault(int(part[1]), {})[int(part[2] or 0)] = value
    arguments = {number: "".join(text for _, text in sorted(parts.items())) for number, parts in pieces.items()}
    for number, text in arguments.items():
        if len(pieces[number]) > 1:
            fields[f"a{number}"] = text
    fields["CommandLine"] = " ".join(text for _, text in sorted(arguments.items()))


def _add_places(fields: dict[str, Value], records: list[Record]) -> None:
    """Tell created files by their whole path, as `TargetFilename`, and that a connection was begun here."""
    folder = next((record.fields["cwd"] for record in records if "cwd" in record.fields), "")
    for record in records:
        if record.type == "PATH" and record.fields.get("nametype") == "CREATE" and (path := record.fields.get("name")):
            _add(fields, "TargetFilename", path if path.startswith("/") else f"{folder.rstrip('/')}/{path}")
    if fields.get("SYSCALL") == "connect" and "laddr" in fields:
        fields["Initiated"] = "true"


def _categories(fields: dict[str, Value]) -> dict[str, Value]:
    """Say what kind of act it was, by the names that the Elastic Common Schema has for them."""
    kinds = {"process": "CommandLine", "file": "TargetFilename", "network": "Initiated"}
    found: list[Value] = [kind for kind, field in kinds.items() if field in fields]
    return {"event.category": found} if found else {}
