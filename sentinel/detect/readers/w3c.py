"""Reads the W3C extended log format, in which `#Fields:` names the columns: IIS, proxies, the firewall of Windows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from sentinel.detect.fields import MAX_FIELDS, MAX_NAME
from sentinel.detect.readers.access import Found, given, read_each, request_fields, timed
from sentinel.detect.readers.head import Head
from sentinel.detect.readers.stamps import UNKNOWN, Clock
from sentinel.detect.times import read_time
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

_FIELDS = re.compile(r"#Fields:\s*(\S.*)", re.IGNORECASE)
_SOFTWARE = re.compile(r"#Software:\s*(.*)", re.IGNORECASE)
_LOCAL = re.compile(r"#Time Format:\s*Local", re.IGNORECASE)
_VALUE = re.compile(r'"((?:[^"]|"")*+)"(?=\s|\Z)|(\S+)')
_HEADER = re.compile(r"(?:cs|sc|rs|sr|c|s)\((?P<name>[A-Za-z-]+)\)", re.IGNORECASE)
_HEADERS = {
    "user-agent": ("cs-user-agent", "c-useragent"),
    "referer": ("cs-referer", "c-referer"),
    "cookie": ("cs-cookie",),
    "host": ("cs-host",),
    "content-type": ("cs-content-type",),
    "x-forwarded-for": ("cs-x-forwarded-for",),
}
_PROXY = frozenset({"cs-uri-scheme", "s-action", "sc-filter-result", "x-virus-id", "r-ip", "r-host", "cs-categories"})
_IIS = "internet information services"
_FIREWALL = frozenset({"src-ip", "dst-ip", "action"})


def looks_like_w3c(head: Head) -> bool:
    """Say whether a directive names the columns, before any line that is none."""
    if not head.is_text:
        return False
    for line in head.text.split("\n"):
        if _FIELDS.match(line):
            return True
        if line.strip() and not line.startswith("#"):
            return False
    return False


def read_w3c(chunks: Iterator[bytes], name: str, tally: Tally, clock: Clock = UNKNOWN) -> Iterator[Event]:
    """Yield an event a line, by the columns that the last `#Fields:` named.

    Times are UTC, as the format says, but where the log says that they are local: then `clock` knows the zone.

    Skipped: `too-long` (over 4 MiB), `no-fields` (nothing has named the columns yet), `wrong-count` (more or fewer
    values than columns), `too-large` (over 4,000 columns). Directives and blank lines are nothing.
    """
    layout = Layout(clock.zone)

    def read(text: str, name: str, place: str) -> Event | Skipped | None:
        if text.startswith("#"):
            layout.note(text)
            return None
        return layout.read(text, name, place)

    return read_each(chunks, name, tally, read)


@dataclass(slots=True)
class Layout:
    """What the directives have said so far."""

    local: tzinfo
    zone: tzinfo = UTC
    columns: tuple[str, ...] = ()
    plus_is_space: bool = False
    dataset: str = "web.access"

    def note(self, text: str) -> None:
        """Note a directive; those that say nothing of the layout are left alone."""
        if found := _SOFTWARE.match(text):
            self.plus_is_space = _IIS in found[1].lower()
        elif _LOCAL.match(text):
            self.zone = self.local
        elif found := _FIELDS.match(text):
            self.columns = tuple(column[:MAX_NAME] for column in found[1].split())
            known = {column.lower() for column in self.columns}
            if known >= _FIREWALL:
                self.dataset = "firewall.traffic"
            else:
                self.dataset = "web.proxy" if known & _PROXY else "web.access"

    def read(self, text: str, name: str, place: str) -> Event | Skipped:
        """Return the event of a line, or why there is none."""
        if not self.columns:
            return Skipped(name, place, "no-fields", "no #Fields names the columns before it")
        if len(self.columns) > MAX_FIELDS:
            return Skipped(name, place, "too-large")
        values = [found[1].replace('""', '"') if found[2] is None else found[2] for found in _VALUE.finditer(text)]
        if len(values) != len(self.columns):
            return Skipped(name, place, "wrong-count", f"{len(values)} values for {len(self.columns)} columns")
        raw = dict(zip(self.columns, values, strict=True))
        return timed(self._fields(raw), _time(raw, self.zone), name, place)

    def _fields(self, raw: dict[str, str]) -> Found:
        fields: Found = {"event.dataset": self.dataset}
        for column, value in given(raw).items():
            for key in _names(column):
                fields.setdefault(key, _spaced(str(value)) if self.plus_is_space and "(" in column else value)
        if self.dataset == "firewall.traffic":
            return fields
        url = _target(raw)
        return {**(request_fields(url) if url else {}), **fields, **_query(fields, url)}


def _target(raw: dict[str, str]) -> str:
    """Return what was asked for: as one column tells it, or put together from those that hold its parts."""
    parts = {column: "" if value == "-" else value for column, value in raw.items()}
    if whole := parts.get("cs-uri") or parts.get("c-uri"):
        return whole
    stem = parts.get("cs-uri-stem") or parts.get("cs-uri-path", "")
    query = parts.get("cs-uri-query", "").removeprefix("?")
    target = f"{stem}?{query}" if query else stem
    scheme, host = parts.get("cs-uri-scheme"), parts.get("cs-host")
    return f"{scheme}://{host}{target}" if scheme and host else target


def _query(fields: Found, target: str) -> Found:
    """Give `cs-uri-query` the whole target beside the query, as `request_fields` says."""
    query = fields.get("cs-uri-query")
    if not target:
        return {}
    return {"cs-uri-query": [query, target] if query else target}


def _names(column: str) -> tuple[str, ...]:
    header = _HEADER.fullmatch(column)
    if header is None:
        return (column,)
    return _HEADERS.get(header["name"].lower(), (f"cs-{header['name'].lower()}",))


def _spaced(text: str) -> str:
    return text if " " in text else text.replace("+", " ")


def _time(raw: dict[str, str], zone: tzinfo) -> datetime | None:
    if "date" not in raw or "time" not in raw:
        return read_time(raw.get("x-timestamp", raw.get("timestamp", "")))
    found = read_time(f"{raw['date']}T{raw['time']}")
    try:
        return found and found.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None
