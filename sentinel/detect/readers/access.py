"""Reads what web servers and proxies write of each request: common and combined logs, W3C extended, Squid's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sentinel.detect.readers.cef import decode
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.jsonl import MAX_LINE, lines
from sentinel.detect.readers.stamps import read_web_stamp
from sentinel.detect.times import read_time
from sentinel.model.events import Event, Value
from sentinel.model.skipped import Skipped, Tally

Found = dict[str, Value]
LineReader = Callable[[str, str, str], Event | Skipped | None]

# A run of plain letters is one step: with a choice at each letter, matching a line takes four times as long.
_TEXT = r'[^"\\]*+(?:\\.[^"\\]*+)*+'
_COMBINED = re.compile(
    r"(?:(?P<server>[^\s\"\[]+) )?(?P<client>(?!-\s)[^\s\"\[]+) (?P<ident>[^\s\"\[]+) (?P<user>[^\"\[\n]{1,256}?) "
    rf'\[(?P<time>[^\]]{{20,40}})\] "(?P<request>{_TEXT})" (?P<status>\d{{3}}|-) (?P<size>\d+|-)'
    rf'(?: "(?P<referer>{_TEXT})")?(?: "(?P<agent>{_TEXT})")?'
)
_SQUID = re.compile(
    r"(?P<time>\d{9,11}\.\d{3})\s+(?P<elapsed>-?\d+) (?P<client>\S+) (?P<result>[A-Z_]+)/(?P<status>\d{1,3}) "
    r"(?P<size>\d+) (?P<method>\S+) (?P<url>\S+) (?P<user>\S+) (?P<peer>\S+)(?: (?P<type>\S+))?"
)
_REQUEST = re.compile(r"(?P<method>\S+) (?P<target>.*?)(?: (?P<version>HTTP/\S+))?", re.DOTALL)
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_PORT = re.compile(r":\d{1,5}\Z")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})\Z")
_SIGN = re.compile(r'((?:\\x[0-9A-Fa-f]{2})+)|\\(["\\nrtv])')
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_FIRST_LINES = 20


def looks_like_access(head: Head) -> bool:
    """Say whether one of the first lines is one of a common or combined log."""
    return _any_line(head, _COMBINED)


def looks_like_squid(head: Head) -> bool:
    """Say whether one of the first lines is one of Squid's own log."""
    return _any_line(head, _SQUID)


def read_access(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a request of a common or combined log; more columns after those are left alone.

    Skipped: `too-long` (over 4 MiB), `not-a-record`. Blank lines are nothing.
    """
    return read_each(chunks, name, tally, _access)


def read_squid(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a request of a Squid proxy. Skipped: `too-long` (over 4 MiB), `not-a-record`."""
    return read_each(chunks, name, tally, _squid)


def read_each(chunks: Iterator[bytes], name: str, tally: Tally, read: LineReader) -> Iterator[Event]:
    """Yield what `read` makes of each line that is not blank, and count what it skips; None is nothing."""
    for number, line in lines(chunks):
        text = None if line is None else decode(line).strip("\ufeff\r\n\0 ")
        if text == "":
            continue
        made = (
            Skipped(name, str(number), "too-long", f"longer than {MAX_LINE:,} bytes")
            if text is None
            else read(text, name, str(number))
        )
        if isinstance(made, Skipped):
            tally.skip(made)
        elif made is not None:
            yield made


def request_fields(target: str) -> Found:
    """Return the parts of a request's target: stem, query, host and ending.

    `cs-uri-query` holds the query and, beside it, the whole target: two thirds of the rules of others that name it
    ask it for a path, and the query alone would never meet them.
    """
    url = _URL.match(target)
    stem, mark, query = (url["rest"] if url else target).partition("?")
    found: Found = {"c-uri": target, "cs-uri": target, "cs-uri-stem": stem or "/"}
    found["cs-uri-query"] = [query, target] if mark else target
    if mark:
        found["c-uri-query"] = query
    if url:
        found["cs-host"] = _PORT.sub("", url["host"].rpartition("@")[2])
    if ending := _EXTENSION.search(stem):
        found["c-uri-extension"] = ending[1]
    return found


def _any_line(head: Head, pattern: re.Pattern[str]) -> bool:
    return head.is_text and any(pattern.match(line) for line in head.text.split("\n", _FIRST_LINES)[:_FIRST_LINES])


def _access(text: str, name: str, place: str) -> Event | Skipped:
    found = _COMBINED.match(text)
    if found is None:
        return Skipped(name, place, "not-a-record", "it is no line of an access log")
    agent = _plain(found["agent"])
    fields: Found = {
        "event.dataset": "web.access",
        **_request(_plain(found["request"]) or ""),
        **given(
            {
                "c-ip": found["client"],
                "cs-username": found["user"],
                "cs-host": (found["server"] or "").partition(":")[0],
                "sc-status": found["status"],
                "sc-bytes": found["size"],
                "cs-referer": _plain(found["referer"]),
                "cs-user-agent": agent,
                "c-useragent": agent,
            }
        ),
    }
    return timed(fields, read_web_stamp(found["time"]), name, place)


def _squid(text: str, name: str, place: str) -> Event | Skipped:
    found = _SQUID.match(text)
    if found is None:
        return Skipped(name, place, "not-a-record", "it is no line of Squid's log")
    url = found["url"]
    fields: Found = {
        "event.dataset": "web.proxy",
        **({"c-uri": url, "cs-host": url.rpartition(":")[0]} if found["method"] == "CONNECT" else request_fields(url)),
        **given(
            {
                "c-ip": found["client"],
                "cs-method": found["method"],
                "cs-username": found["user"],
                "sc-status": found["status"],
                "sc-bytes": found["size"],
                "s-action": found["result"],
                "dst_ip": found["peer"].partition("/")[2],
                "rs-content-type": found["type"],
            }
        ),
    }
    return timed(fields, read_time(found["time"]), name, place)


def given(parts: Mapping[str, str | None]) -> Found:
    """Return the parts that the log tells; `-` and nothing are neither."""
    return {key: text for key, text in parts.items() if text and text != "-"}


def timed(fields: Found, time: datetime | None, name: str, place: str) -> Event:
    """Return the event, with `@timestamp` where its time is known."""
    if time is not None:
        fields["@timestamp"] = time.isoformat()
    return Event(name, place, time, fields)


def _request(text: str) -> Found:
    """Return the parts of a request line; what is none, such as the start of a TLS session, is kept as it is."""
    found = _REQUEST.fullmatch(text)
    if found is None:
        return {"cs-request": text} if text and text != "-" else {}
    parts: Found = {"cs-method": found["method"], **request_fields(found["target"])}
    return {**parts, "cs-version": found["version"]} if found["version"] else parts


def _plain(text: str | None) -> str | None:
    r"""Return a quoted text without the escapes of Apache (`\"`, `\n`, `\xhh`) and nginx (`\xhh`)."""
    if text is None or "\\" not in text:
        return text
    return _SIGN.sub(_unescaped, text)


def _unescaped(sign: re.Match[str]) -> str:
    if sign[1]:
        return decode(bytes.fromhex(sign[1].replace("\\x", "")))
    return _SIGNS.get(sign[2], sign[2])
