"""Runs exchanges in tests: over bytes alone, and over real sockets on loopback."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field

from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Target

HERE = Target("192.0.2.7", 4242)
CALLER = Caller("HELSE-INVENTAR", "sikkerhet@lyngvik.example")


@dataclass(slots=True)
class Talk:
    """What was sent, in order, and what was learnt."""

    sent: list[bytes] = field(default_factory=list)
    facts: tuple[Fact, ...] = ()

    @property
    def kinds(self) -> list[tuple[str, dict[str, str]]]:
        return [(fact.kind, fact.facts) for fact in self.facts]

    @property
    def ended(self) -> list[str]:
        return [fact.ended for fact in self.facts]


def play(exchange: Exchange, answers: Iterable[bytes] = ()) -> Talk:
    """Drive an exchange with these answers, one a turn, and with silence after them."""
    talk, left = Talk(), iter(answers)
    answer: bytes | None = None
    while True:
        try:
            out = next(exchange) if answer is None else exchange.send(answer)
        except StopIteration as end:
            talk.facts = end.value
            return talk
        if out:
            talk.sent.append(out)
        answer = next(left, b"")


def split(answer: bytes, at: Iterable[int]) -> list[bytes]:
    """Cut an answer at these places; parts are never empty, for an empty one means silence."""
    edges = [0, *sorted({place % (len(answer) + 1) for place in at}), len(answer)]
    return [part for start, end in itertools.pairwise(edges) if (part := answer[start:end])]


def over_tcp(exchange: Exchange, target: Target, seconds: float = 3.0) -> Talk:
    """Run an exchange over one TCP connection to a peer that the test started."""
    with socket.create_connection((target.address, target.port), timeout=seconds) as link:
        return _over(exchange, link)


def over_udp(exchange: Exchange, target: Target, seconds: float = 3.0) -> Talk:
    """Run an exchange over UDP to a peer that the test started."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(seconds)
        link.connect((target.address, target.port))
        return _over(exchange, link)


def _over(exchange: Exchange, link: socket.socket) -> Talk:
    talk = Talk()
    answer: bytes | None = None
    while True:
        try:
            out = next(exchange) if answer is None else exchange.send(answer)
        except StopIteration as end:
            talk.facts = end.value
            return talk
        try:
            if out:
                talk.sent.append(out)
                link.sendall(out)
            answer = link.recv(65_536)
        except OSError:
            answer = b""
