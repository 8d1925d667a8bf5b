"""What came of a run: observations for the inventory; what was asked, what was not, and who was silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sentinel.model.assets import Observation
from sentinel.model.result import ScanSource
from sentinel.scan.calling import Called
from sentinel.scan.conduct import Asked, Came, NotAsked
from sentinel.scan.probes.exchange import Fact

OPEN = "tcp.open"
REFUSED = "tcp.refused"
_SAID: Mapping[str, str] = {"open": OPEN, "closed": REFUSED}
"""Answers of a machine that is there: a port that refuses is one, and says that nobody listens any more."""
NOT_ASKED = "not-asked"
HALTED = "halted"


@dataclass(slots=True)
class Gathered:
    """The results of a run while they come. `left`: why something was not asked, with its number.

    `tried` are addresses that were sent something that a machine has to answer, `sounded` those that were sent a
    datagram, which proves nothing where it is not answered. `unread` are answers that were counted alone; `forgetful`:
    its log knows of no run before this one.
    """

    source: str
    now: Callable[[], datetime]
    asked: int = 0
    packets: int = 0
    left: Counter[str] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    answered: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    sounded: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    unread: Counter[str] = field(default_factory=Counter)
    forgetful: bool = False

    def take(self, came: Iterable[Came | Called]) -> Iterator[Observation]:
        """Yield the observations of what came, and count it."""
        for one in came:
            if isinstance(one, NotAsked):
                self.left[one.why] += 1
            elif isinstance(one, Called):
                yield from self._called(one)
            else:
                yield from self._asked(one)

    def summary(self) -> ScanSource:
        """Return the finished count. In = asked + not asked; a host that had to answer and did not is silent."""
        not_done = self.left.total()
        skipped = {NOT_ASKED: not_done} if not_done else {}
        if halted := self.results[HALTED]:
            skipped[HALTED] = halted
        return ScanSource(
            source=self.source,
            method="active",
            handled=self.asked - halted,
            skipped=skipped,
            hosts=len(self.answered),
            silent=tuple(sorted(self.tried - self.answered)),
            first=self.first.date() if self.first else None,
            last=self.last.date() if self.last else None,
            began=self.first,
        )

    def notes(self) -> Iterator[str]:
        """Yield what else there is to tell."""
        if unheard := sorted(self.sounded - self.tried - self.answered):
            yield f"asked by datagram alone and not heard, which proves nothing: {', '.join(unheard)}"
        yield from (f"{why}: {number}" for why, number in sorted(self.unread.items()))
        if self.forgetful:
            yield "this log is new: whether a segment was asked before today, by another log, is not known from it"

    def _called(self, one: Called) -> Iterator[Observation]:
        """Yield what those who answered a question to everybody said; who did not is not silent: nobody asked it."""
        now = self.now()
        self.first, self.last = self.first or now, now
        self.asked += 1
        self.packets += one.reply.packets
        self.results[one.reply.result] += 1
        self.answered.update(who for who, _ in one.facts)
        grant, mute = one.step.grant, len(one.mute)
        unread = (("outside the scope", one.outside), ("beyond what is read", one.beyond), ("not understood", mute))
        self.unread.update({f"answers to {grant.probe} {why}": number for why, number in unread if number})
        for who, fact in one.facts:
            yield Observation(fact.kind, who, fact.facts, now, self.source, "active", transport="udp", port=grant.port)

    def _asked(self, one: Asked) -> Iterator[Observation]:
        now = self.now()
        self.first, self.last = self.first or now, now
        self.asked += 1
        self.packets += one.reply.packets
        self.results[one.reply.result] += 1
        (self.tried if one.step.grant.transport == "tcp" else self.sounded).add(one.step.grant.address)
        if one.reply.answer in _SAID:
            self.answered.add(one.step.grant.address)
            if one.step.grant.transport == "tcp":
                yield self._observation(one, Fact(_SAID[one.reply.answer], {}), now)
        for fact in one.reply.facts:
            if fact.ended == "answered":
                yield self._observation(one, fact, now)

    def _observation(self, one: Asked, fact: Fact, now: datetime) -> Observation:
        grant = one.step.grant
        return Observation(
            kind=fact.kind,
            address=grant.address,
            facts=fact.facts,
            time=now,
            source=self.source,
            method="active",
            transport=grant.transport,
            port=grant.port,
        )
