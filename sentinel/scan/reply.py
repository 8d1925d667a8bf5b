"""What came back: of one step to one host, or of one question to everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from sentinel.scan.health import Answer
from sentinel.scan.probes.everybody import MOST_OF_ONE
from sentinel.scan.probes.exchange import LIMIT, Fact
from sentinel.scan.scope import Scope

MOST_ANSWERING = 4_096
Result = Literal[
    "answered", "silent", "cut", "other", "unasked", "closed", "filtered", "reset", "lost", "refused", "halted",
]  # fmt: skip


@dataclass(slots=True)
class Reply:
    """What came of one step. `seconds`: how long the handshake took; `sent`: every byte string handed to the kernel.

    `inside`: what was said inside TLS. `packets`: as the kernel counted them, or as planned where it does not count.
    """

    answer: Answer = "filtered"
    result: Result = "filtered"
    seconds: float = 0.0
    sent: list[bytes] = field(default_factory=list)
    inside: list[bytes] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    packets: int = 0
    received: int = 0
    note: str = ""


@dataclass(slots=True)
class Heard:
    """What came of a question to everybody: what each machine inside the scope's networks answered.

    `outside` counts datagrams of others, `beyond` those that were too many.
    """

    reply: Reply
    datagrams: dict[str, list[bytes]] = field(default_factory=dict)
    outside: int = 0
    beyond: int = 0

    def take(self, address: str, datagram: bytes, scope: Scope) -> None:
        """Take in one datagram."""
        if not any(ip_address(address) in network for network in scope.networks.values()):
            self.outside += 1
        elif len(self.datagrams.get(address, ())) >= MOST_OF_ONE or len(self.datagrams) >= MOST_ANSWERING:
            self.beyond += 1
        else:
            self.datagrams.setdefault(address, []).append(datagram[:LIMIT])
