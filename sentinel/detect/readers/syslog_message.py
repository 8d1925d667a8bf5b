"""Takes the head off a syslog message: RFC 5424, RFC 3164, and what is written to files and sent in their name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sentinel.detect.fields import MAX_FIELDS, MAX_NAME
from sentinel.detect.readers.stamps import STAMP, Clock, read_stamp
from sentinel.detect.times import read_time
from sentinel.model.events import Value

FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "security", "console", "solaris-cron", "local0", "local1",
    "local2", "local3", "local4", "local5", "local6", "local7",
)  # fmt: skip
SEVERITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_PRIORITY = re.compile(r"<(\d{1,3})>")
_VERSION_1 = re.compile(r"1 (?P<time>\S+) (?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) (?P<id>\S+) (?=-|\[)")
_OLD = re.compile(
    rf"(?:\d{{1,12}}:\ )?[*.%]?(?P<time>{_ISO}|{STAMP}):?(?:\ |\Z)(?:(?P<host>[^\s:\[\]=]+)(?:\ :\ |\ )(?=\S))?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<sequence>\d{1,12}): (?=[*.%]?\w)")
_TAG = re.compile(r"(?P<program>[A-Za-z0-9_./()@+-]{1,128})(?:\[(?P<pid>[^\]\s]{1,64})\])?:(?:\s|\Z)")
_ELEMENT = re.compile(
    r"\[(?P<id>[^\s=\]\"]{1,128})(?P<pairs>(?: [^\s=\]\"]{1,128}=\"(?:[^\"\\]|\\.)*+\")*+)\]", re.DOTALL
)
_PARAMETER = re.compile(r" (?P<name>[^\s=\]\"]{1,128})=\"(?P<value>(?:[^\"\\]|\\.)*+)\"", re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\\]])')
_BARE = re.compile(r"date=\d{4}-\d\d-\d\d,? time=\d\d:")
_MOST_PRIORITY = 191


@dataclass(frozen=True, slots=True)
class Message:
    """What a syslog message says of itself, and what is left of it. `time` is None where it cannot be known."""

    text: str
    time: datetime | None = None
    fields: dict[str, Value] = field(default_factory=dict)


def read_message(text: str, clock: Clock) -> Message:
    """Return the parts of one message; a text without any head is all message (RFC 3164, 4.3.3)."""
    fields: dict[str, Value] = {}
    rest = _take_priority(text, fields)
    version_1 = _VERSION_1.match(rest) if rest is not text else None
    return _new(version_1, rest, fields) if version_1 else _old(rest, fields, clock)


def looks_headed(line: str) -> bool:
    """Say whether a line begins as syslog does: with a priority, a time and a name, or as FortiGate without either."""
    rest = _take_priority(line, {})
    if rest is not line or _BARE.match(line):
        return True
    old = _OLD.match(line)
    return old is not None and old["host"] is not None


def _take_priority(text: str, fields: dict[str, Value]) -> str:
    found = _PRIORITY.match(text)
    if found is None or (priority := int(found[1])) > _MOST_PRIORITY:
        return text
    fields["log.syslog.priority"] = priority
    fields["log.syslog.facility.name"] = FACILITIES[priority >> 3]
    fields["log.syslog.severity.name"] = SEVERITIES[priority & 7]
    return text[found.end() :]


def _new(found: re.Match[str], text: str, fields: dict[str, Value]) -> Message:
    rest = _take_data(text[found.end() :], fields)
    _name(fields, found["host"], found["program"], found["pid"])
    if found["id"] != "-":
        fields["log.syslog.msgid"] = found["id"]
    time = read_time(found["time"])
    return Message(rest.removeprefix("\ufeff"), time, fields)


def _take_data(text: str, fields: dict[str, Value]) -> str:
    """Note the structured data as `id.name`, and return what follows; data that is broken stays in the message."""
    if text.startswith("-"):
        return text[1:].removeprefix(" ")
    while element := _ELEMENT.match(text):
        for pair in _PARAMETER.finditer(element["pairs"]):
            if len(fields) < MAX_FIELDS:
                fields.setdefault(f"{element['id']}.{pair['name']}"[:MAX_NAME], _ESCAPED.sub(r"\1", pair["value"]))
        text = text[element.end() :]
    return text.removeprefix(" ")


def _old(text: str, fields: dict[str, Value], clock: Clock) -> Message:
    time = None
    found = _OLD.match(text)
    if found is not None:
        stamp = found["time"]
        time = read_time(stamp.replace(",", ".")) if stamp[:4].isdecimal() else read_stamp(stamp, clock)
        fields["log.syslog.timestamp"] = stamp
        text = text[found.end() :]
    elif numbered := _NUMBERED.match(text):
        text = text[numbered.end() :]
    tag = _TAG.match(text)
    _name(fields, found["host"] if found else None, tag["program"] if tag else None, tag["pid"] if tag else None)
    return Message(text[tag.end() :] if tag else text, time, fields)


def _name(fields: dict[str, Value], host: str | None, program: str | None, pid: str | None) -> None:
    if host and host != "-":
        fields["host.name"] = host
    if program and program != "-":
        fields["process.name"] = program.rpartition("/")[2] or program
    if pid and pid != "-":
        fields["process.pid"] = pid
