"""When a scan may run: windows in local time, which must happen once and only once on the clock of their zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until just before `end`, in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, now: datetime) -> bool:
        return self.start <= now < self.end


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time as UTC; ValueError for one that the clock skips or shows twice when it is changed."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local} does not happen in {zone.key}: the clock is put forward then")
    if first != second:
        raise ValueError(f"{local} happens twice in {zone.key}: the clock is put back then; take another time")
    return first


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment when `day` is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
