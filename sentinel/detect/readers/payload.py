"""What programs put inside a syslog message: JSON, CEF, LEEF, `key=value`, and the forms of a few of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import orjson

from sentinel.detect.fields import MAX_FIELDS, flatten
from sentinel.detect.readers.auditd import read_alone
from sentinel.detect.readers.cef import begins, parse, written_at
from sentinel.detect.readers.jsontext import loads
from sentinel.detect.readers.keyvalue import begins_with_pair, read_pairs
from sentinel.detect.readers.syslog_message import Message
from sentinel.detect.times import event_time, read_time
from sentinel.model.events import Value

AUTH_PROGRAMS = frozenset(
    (
        "chage", "chfn", "chpasswd", "chsh", "gdm-password", "groupadd", "groupdel", "groupmod", "login",
        "newgrp", "passwd", "pkexec", "polkitd", "sshd", "sshd-session", "sshd-auth", "su", "sudo",
        "systemd-logind", "useradd", "userdel", "usermod",
    )
)  # fmt: skip
"""Programs that write to the log of authentication, where the message does not tell its facility."""

_AUTH_FACILITIES = frozenset({"auth", "authpriv"})
_CEE = "@cee:"
_CISCO = re.compile(r"%(?P<facility>[A-Z][A-Z0-9_]*)(?:-[A-Z0-9_]+)?-(?P<severity>[0-7])-(?P<mnemonic>[A-Z0-9_]+)\s?:")
_CISCO_KINDS = {"ASA": "cisco.asa", "FTD": "cisco.ftd", "PIX": "cisco.asa"}
_HUAWEI = re.compile(r"%%\d\d(?P<facility>[A-Z][A-Z0-9_]*)/(?P<severity>[0-7])/(?P<mnemonic>\w+)")
_NETFILTER = re.compile(r"\bIN=\S* OUT=\S* ")
_SUDO = re.compile(r"(?P<user>\S+) : (?P<rest>.*?)COMMAND=(?P<command>.*)", re.DOTALL)
_FOUND = re.compile(r"(?P<file>.+): (?P<signature>\S+)(?: \([0-9a-f:]+\))? FOUND\s*\Z", re.DOTALL)
_DNSMASQ = re.compile(r"(?:\d+ \S+ )?query\[(?P<type>[\w=]+)\] (?P<query>\S+) from (?P<client>\S+)")
_NAMED = re.compile(
    r"client (?:@\S+ )?(?P<client>[0-9A-Fa-f.:]+)#\d+(?: \([^)]*\))?: (?:view \S+: )?"
    r"query: (?P<query>\S+) IN (?P<type>\w+)"
)

Found = dict[str, Value]


def read_payload(message: Message) -> tuple[Found, datetime | None]:
    """Return the fields of a message and of what is in it, and the time that a record in it tells for itself.

    The head's own fields always win. So does the reader's `event.dataset`, but over JSON, whose sender may say what
    the record is. Text stays whole in `message`; JSON, CEF and LEEF are given as their fields only.
    """
    inner = _structured(message.text.lstrip())
    if inner is None:
        inner, time = {"message": message.text, **_named(message)}, None
        if str(inner.get("event.dataset", "")).startswith("fortigate."):
            time = read_time(inner.get("eventtime"))
    else:
        time = written_at(inner) or event_time(inner)
    room = MAX_FIELDS - len(message.fields)
    fields = {"event.dataset": _dataset(message), **dict(list(inner.items())[:room])}
    return {**fields, **message.fields}, time


def _structured(text: str) -> Found | None:
    """Return the fields of a message that is JSON, CEF or LEEF from its first letter on."""
    if begins(text) == 0:
        return parse(text)
    text = text.removeprefix(_CEE).lstrip()
    if not text.startswith("{"):
        return None
    try:
        record = loads(text)
    except orjson.JSONDecodeError:
        return None
    fields = flatten(record) if isinstance(record, dict) else None
    return fields if isinstance(fields, dict) else None


def _named(message: Message) -> Found:
    """Return what the program, or the form of the message, is known to tell."""
    program = str(message.fields.get("process.name", "")).lower()
    read = _PROGRAMS.get(program)
    if found := read(message.text) if read else {}:
        return found
    return read_alone(message.text.strip()) or _by_form(message.text)


def _by_form(message: str) -> Found:
    text = message.lstrip(" *.:")
    for pattern, dataset in ((_CISCO, "cisco.ios"), (_HUAWEI, "huawei.vrp")):
        if form := pattern.search(text[:400]):
            return {
                "event.dataset": _CISCO_KINDS.get(form["facility"], dataset),
                "event.code": form["mnemonic"],
                "event.provider": form["facility"],
            }
    if not begins_with_pair(text):
        return {}
    pairs: Found = dict(read_pairs(text))
    if {"devid", "logid", "type"} <= pairs.keys():
        return {**pairs, "event.dataset": f"fortigate.{pairs['type']}"}
    return {key: value for key, value in pairs.items() if key != "event.dataset"}


def _dataset(message: Message) -> str:
    facility = message.fields.get("log.syslog.facility.name")
    known = message.fields.get("process.name") in AUTH_PROGRAMS
    return "system.auth" if facility in _AUTH_FACILITIES or known else "system.syslog"


def _sudo(message: str) -> Found:
    """Read `user : TTY=… ; PWD=… ; USER=root ; COMMAND=…`; the command goes on to the end, whatever is in it."""
    found = _SUDO.match(message.strip())
    if found is None:
        return {}
    pairs = (part.strip().partition("=") for part in found["rest"].split(" ; "))
    named: Found = {key: value for key, equals, value in pairs if equals and key.isupper()}
    return {**named, "COMMAND": found["command"], "user.name": found["user"]}


def _kernel(message: str) -> Found:
    """Read what netfilter logs of a packet; the words before it, such as `[UFW BLOCK]`, say what became of it."""
    found = _NETFILTER.search(message)
    if found is None:
        return {}
    before = message[: found.start()].lower()
    blocked = any(word in before for word in ("block", "drop", "deny", "reject"))
    accepted = any(word in before for word in ("allow", "accept"))
    verdict: Found = {"action": "drop"} if blocked else {"action": "accept"} if accepted else {}
    return {**read_pairs(message[found.start() :]), **verdict, "event.dataset": "iptables.log"}


def _clamav(message: str) -> Found:
    found = _FOUND.match(message.strip())
    path = found["file"].rpartition("-> ")[2] if found else ""
    return {"Signature": found["signature"], "Filename": path, "event.dataset": "clamav.log"} if found else {}


def _query(pattern: re.Pattern[str], dataset: str) -> Callable[[str], Found]:
    def read(message: str) -> Found:
        found = pattern.search(message)
        if found is None:
            return {}
        return {
            "query": found["query"],
            "record_type": found["type"],
            "source.ip": found["client"],
            "event.dataset": dataset,
        }

    return read


_PROGRAMS: Mapping[str, Callable[[str], Found]] = {
    "sudo": _sudo,
    "kernel": _kernel,
    "clamd": _clamav,
    "clamav-daemon": _clamav,
    "clamonacc": _clamav,
    "dnsmasq": _query(_DNSMASQ, "dnsmasq.query"),
    "named": _query(_NAMED, "bind.query"),
}
