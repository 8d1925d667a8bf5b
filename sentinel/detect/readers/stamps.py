"""Times as syslog and web servers write them, where the year or the zone may be missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from sentinel.detect.times import read_time
from sentinel.model.events import Value

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
SLACK = timedelta(days=1)
"""A log may run ahead of the clock by so much before its year is taken as the one before."""

_MONTH = "|".join(MONTHS)
STAMP = (
    rf"(?:{_MONTH})\ {{1,2}}\d{{1,2}}\ (?:\d{{4}}\ )?\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?:\ \d{{4}}(?=[\s:]))?"
    r"(?:\ (?:UTC|GMT|Z|[+-]\d\d:?\d\d)(?=[\s:]|\Z))?"
)
"""A pattern for `Oct 14 01:45:00`, also with a year before or after the clock, a fraction, UTC or an offset."""

_STAMP = re.compile(
    rf"(?P<month>{_MONTH})\ {{1,2}}(?P<day>\d{{1,2}})\ (?:(?P<year>\d{{4}})\ )?(?P<clock>\d\d:\d\d:\d\d)"
    r"(?:[.,](?P<part>\d{1,9}))?(?:\ (?P<late>\d{4}))?(?:\ (?P<zone>UTC|GMT|Z|[+-]\d\d:?\d\d))?\Z",
    re.IGNORECASE,
)
_WEB = re.compile(r"(\d{1,2})/([A-Za-z]{3})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})")


@dataclass(frozen=True, slots=True)
class Clock:
    """What a log does not say of its times: the zone they are in, and a moment that none of them is after.

    Without `latest` a time without a year is not known.
    """

    zone: tzinfo = UTC
    latest: datetime | None = None


UNKNOWN = Clock()


def read_stamp(value: Value, clock: Clock) -> datetime | None:
    """Return `Oct 14 01:45:00` and its kin as UTC.

    Where the year is missing, it is the latest one in which the time is not after `clock.latest` (and a day); where
    that is not known, nor is the time: None. An hour that comes twice in autumn is taken as the first.
    """
    found = _STAMP.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year = found["year"] or found["late"]
    zone = _zone(found["zone"]) or clock.zone
    if year:
        return _moment(found, int(year), zone)
    if clock.latest is None:
        return None
    nearest = (_moment(found, clock.latest.year + back, zone) for back in (1, 0, -1, -2, -3, -4))
    return next((time for time in nearest if time is not None and time <= clock.latest + SLACK), None)


def read_web_stamp(text: str) -> datetime | None:
    """Return `14/Oct/2026:01:45:00 +0200` of an access log as UTC."""
    found = _WEB.fullmatch(text)
    month = MONTHS.get(found[2].lower()) if found else None
    if found is None or month is None:
        return None
    return read_time(f"{found[3]}-{month:02}-{int(found[1]):02}T{found[4]}{found[5]}")


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes)) if minutes < 24 * 60 else None


def _moment(found: re.Match[str], year: int, zone: tzinfo) -> datetime | None:
    hour, minute, second = (int(part) for part in found["clock"].split(":"))
    micros = int((found["part"] or "0").ljust(6, "0")[:6])
    try:
        local = datetime(
            year, MONTHS[found["month"].lower()], int(found["day"]), hour, minute, min(second, 59), micros, zone
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
