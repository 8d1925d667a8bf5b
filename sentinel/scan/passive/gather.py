"""Counts facts that repeat, so that a busy service is one observation and not a million."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sentinel.model.assets import Observation, Transport
from sentinel.scan.passive.capture import Interface
from sentinel.scan.passive.packets import address

MAX_FACTS = 20_000
MAX_PER_HOST = 256  # different facts of one kind at one address
MAX_PORTS = 4_096
MAX_REPEATS = 2_048
_BUDGETS = {"tcp.open": MAX_PORTS, "flow": MAX_PORTS}


Moment: TypeAlias = tuple[Interface, int]
"""Interface and ticks of its clock: a time is made of them only for what is reported."""


Fact: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...], Transport | None, int | None, str | None]
"""Kind, address, facts, transport, port and MAC: what makes two of them the same, whenever they were seen.

A bare tuple, which is made for most of what is said.
"""

Bare: TypeAlias = tuple[Literal["open", "tcp", "udp"], bytes]
"""What is counted for every connection, as it stands in the packet, and made a fact of only where it is reported.

`open` is a server's address and port; `tcp` and `udp` are flows: the addresses of server and client, the server's port.
"""


@dataclass(slots=True)
class Sights:
    """When and where a fact was seen first and last, and how often; plain numbers, since there are many of it."""

    begun_on: Interface
    begun: int
    ended_on: Interface
    ended: int
    count: int = 1

    def span(self) -> tuple[datetime | None, datetime | None]:
        """Return first and last in their order, whatever the order of the packets; a packet may have no time."""
        begun, ended = self.begun_on.time(self.begun), self.ended_on.time(self.ended)
        if begun is None or ended is None:
            return begun or ended, begun or ended
        return (begun, ended) if begun <= ended else (ended, begun)


class Gathered:
    """Facts with their first and last time, and count.

    Never more than MAX_FACTS are held: when `full`, the caller drains them and counting begins anew, so that nothing
    is lost and a fact that is still going on is reported once more.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._sights: dict[Fact | Bare, Sights] = {}
        self._per_host: dict[tuple[str | bytes, str], int] = {}
        self._repeats: dict[bytes, tuple[Sights, ...]] = {}
        self.full = False
        """Whether it is time to drain."""

    def add(self, fact: Fact | Bare, moment: Moment) -> Sights | None:
        """Count a fact; return None where its host has used up its budget of different facts of this kind."""
        sights = self._sights
        known = sights.get(fact)
        if known is not None:
            known.ended_on, known.ended = moment
            known.count += 1
            return known
        host = (fact[1], fact[0]) if len(fact) > 2 else _host(fact)
        used = self._per_host.get(host, 0)
        if used >= MAX_PER_HOST and used >= _BUDGETS.get(host[1], 0):
            return None
        self._per_host[host] = used + 1
        interface, ticks = moment
        sights[fact] = known = Sights(interface, ticks, interface, ticks)
        self.full = len(sights) >= MAX_FACTS
        return known

    def again(self, said: bytes, moment: Moment) -> bool:
        """Count once more what these very bytes said before; return False where that is not known."""
        known = self._repeats.get(said)
        if known is None:
            return False
        for sights in known:
            sights.ended_on, sights.ended = moment
            sights.count += 1
        return True

    def remember(self, said: bytes, facts: Sequence[Sights]) -> None:
        """Remember which facts some bytes say; announcements repeat all day."""
        if len(self._repeats) >= MAX_REPEATS:
            self._repeats.clear()
        self._repeats[said] = tuple(facts)

    def knows(self, fact: Fact | Bare) -> bool:
        """Say whether a fact is counted already."""
        return fact in self._sights

    def drain(self) -> Iterator[Observation]:
        """Yield what was gathered, in the order of first sight, and forget it."""
        gathered, self._sights, self._per_host, self._repeats = self._sights, {}, {}, {}
        self.full = False
        source = self._source
        for fact, sights in gathered.items():
            begun, ended = sights.span() if sights.count > 1 else (sights.begun_on.time(sights.begun),) * 2
            if len(fact) > 2:
                kind, where, pairs, transport, port, mac = fact
                facts = dict(pairs)
            else:
                kind, where, facts, transport, port, mac = _told(fact)
            yield Observation(kind, where, facts, begun, source, "passive", transport, port, mac, sights.count, ended)


def _host(fact: Bare) -> tuple[bytes, str]:
    """Return whose budget a bare fact is counted against: of a flow the client's, for both transports together."""
    kind, raw = fact
    if kind == "open":
        return raw[:-2], "tcp.open"
    return raw[len(raw) // 2 - 1 : -2], "flow"


def _told(fact: Bare) -> tuple[str, str, dict[str, str], Transport, int | None, None]:
    """Return the parts of a fact that is made of what stood in the packet."""
    kind, raw = fact
    port = raw[-2] << 8 | raw[-1]
    if kind == "open":
        return "tcp.open", address(raw[:-2]), {}, "tcp", port, None
    half = len(raw) // 2 - 1
    return "flow", address(raw[half:-2]), {"server": address(raw[:half]), "port": str(port)}, kind, None, None
