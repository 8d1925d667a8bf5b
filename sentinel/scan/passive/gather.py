"""Counts facts that repeat, so that a busy service is one observation and not a million."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sentinel.model.assets import Observation, Transport
from sentinel.scan.passive.capture import Interface

MAX_FACTS = 20_000
MAX_PER_HOST = 256  # different facts of one kind at one address
MAX_PORTS = 4_096
_BUDGETS = {"tcp.open": MAX_PORTS, "flow": MAX_PORTS}


Moment: TypeAlias = tuple[Interface, int]
"""Interface and ticks of its clock: a time is made of them only for what is reported."""


class Seen(NamedTuple):
    """A fact without its time: what makes two of them the same."""

    kind: str
    address: str
    facts: tuple[tuple[str, str], ...]
    transport: Transport | None = None
    port: int | None = None
    mac: str | None = None


@dataclass(slots=True)
class _Sights:
    first: Moment
    last: Moment
    count: int = 0


class Gathered:
    """Facts with their first and last time, and count.

    Never more than MAX_FACTS are held: when `full`, the caller drains them and counting begins anew, so that nothing
    is lost and a fact that is still going on is reported once more.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._sights: dict[Seen, _Sights] = {}
        self._per_host: Counter[tuple[str, str]] = Counter()

    @property
    def full(self) -> bool:
        """Say whether it is time to drain."""
        return len(self._sights) >= MAX_FACTS

    def add(self, seen: Seen, moment: Moment) -> bool:
        """Count a fact; return False where its host has used up its budget of different facts of this kind."""
        known = self._sights.get(seen)
        if known is None:
            host = (seen.address, seen.kind)
            if self._per_host[host] >= _BUDGETS.get(seen.kind, MAX_PER_HOST):
                return False
            self._per_host[host] += 1
            known = self._sights[seen] = _Sights(moment, moment)
        known.last = moment
        known.count += 1
        return True

    def knows(self, seen: Seen) -> bool:
        """Say whether a fact is counted already."""
        return seen in self._sights

    def drain(self) -> Iterator[Observation]:
        """Yield what was gathered, in the order of first sight, and forget it."""
        gathered, self._sights, self._per_host = self._sights, {}, Counter()
        for seen, sights in gathered.items():
            begun, ended = _span(sights.first, sights.last)
            yield Observation(
                kind=seen.kind,
                address=seen.address,
                facts=dict(seen.facts),
                time=begun,
                last=ended,
                source=self._source,
                method="passive",
                transport=seen.transport,
                port=seen.port,
                mac=seen.mac,
                count=sights.count,
            )


def _span(first: Moment, last: Moment) -> tuple[datetime | None, datetime | None]:
    """Return two moments in their order, whatever the order of the packets; a packet may have no time."""
    times = sorted(time for interface, ticks in (first, last) if (time := interface.time(ticks)) is not None)
    return (times[0], times[-1]) if times else (None, None)
