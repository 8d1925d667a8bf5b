"""Reads the error logs of Apache and nginx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from sentinel.detect.readers.access import Found, given, read_each, timed
from sentinel.detect.readers.cef import decode
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.detect.readers.stamps import MONTHS, UNKNOWN, Clock
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

_APACHE = re.compile(
    r"\[[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<part>\d{1,6}))? "
    r"(?P<year>\d{4})\] \[(?:(?P<module>\w+):)?(?P<level>[a-z]+\d?)\]"
    r"(?: \[pid (?P<pid>\d+)(?::tid \d+)?\])?(?: \[client (?P<client>[^\]\s]+?)(?::\d{1,5})?\])? ?(?P<message>.*)",
    re.DOTALL,
)
_NGINX = re.compile(
    r"(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d) (?P<clock>\d\d:\d\d:\d\d) \[(?P<level>[a-z]+)\] (?P<pid>\d+)#\d+: "
    r"(?:\*\d+ )?(?P<message>.*)",
    re.DOTALL,
)
_CLIENT = re.compile(r", client: ([0-9A-Fa-f.:]+)(?:,|\Z)")
_FIRST_LINES = 20


def looks_like_weberror(head: Head) -> bool:
    """Say whether one of the first lines is one of an error log of Apache or nginx."""
    lines = head.text.split("\n", _FIRST_LINES)[:_FIRST_LINES] if head.is_text else []
    return any(_APACHE.match(line) or _NGINX.match(line) for line in lines)


def last_headed(data: bytes) -> bytes:
    """Return the last whole line that the lines after it may go on from; nothing where there is none."""
    for line in reversed(data.split(b"\n")[:-1]):
        text = decode(line).strip("\ufeff\r\n\0 ") if len(line) <= MAX_LINE else ""
        if _APACHE.match(text) or _NGINX.match(text):
            return line + b"\n"
    return b""


def read_weberror(chunks: Iterator[bytes], name: str, tally: Tally, clock: Clock = UNKNOWN) -> Iterator[Event]:
    """Yield an event a line; its time has no zone, which `clock` says (UTC where nothing is known).

    A line that goes on with what a program printed has only its `message`, and the dataset of the line before it.
    Skipped: `too-long` (over 4 MiB), `not-a-record` (no line of such a log came before it).
    """
    dataset = ""

    def read(text: str, name: str, place: str) -> Event | Skipped:
        nonlocal dataset
        found, kind = _APACHE.match(text), "apache.error"
        if found is None:
            found, kind = _NGINX.match(text), "nginx.error"
        if found is not None:
            dataset = kind
            return timed(_fields(found, kind), _time(found, clock), name, place)
        if not dataset:
            return Skipped(name, place, "not-a-record", "it is no line of an error log")
        return Event(name, place, None, {"event.dataset": dataset, "message": text})

    return read_each(chunks, name, tally, read)


def _fields(found: re.Match[str], dataset: str) -> Found:
    parts = found.groupdict()
    client = parts.get("client") or (inner[1] if (inner := _CLIENT.search(found["message"])) else None)
    return {
        "event.dataset": dataset,
        **given(
            {
                "message": found["message"],
                "log.level": found["level"],
                "process.pid": found["pid"],
                "source.ip": client,
                "log.logger": parts.get("module"),
            }
        ),
    }


def _time(found: re.Match[str], clock: Clock) -> datetime | None:
    month = found["month"]
    number = int(month) if month.isdecimal() else MONTHS.get(month.lower(), 0)
    hour, minute, second = (int(part) for part in found["clock"].split(":"))
    micros = int((found.groupdict().get("part") or "0").ljust(6, "0"))
    try:
        local = datetime(int(found["year"]), number, int(found["day"]), hour, minute, second, micros, clock.zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
