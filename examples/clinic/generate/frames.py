"""Frames on the wire: a TCP conversation as the switch's mirror port saw it, and single datagrams. Built with scapy."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

from examples.clinic.generate.story import Host

SEGMENT = 1460
_WINDOWS_TTL, _LINUX_TTL = 128, 64
_WINDOWS = ("LV-DC01", "LV-EPJ", "LV-RONTGEN", "LV-RESEPSJON", "LV-BEH1", "LV-BEH2")


@dataclass(frozen=True, slots=True)
class Frame:
    """One captured frame: seconds since midnight UTC of the capture's day, and scapy's packet."""

    time: float
    packet: Any


@dataclass(frozen=True, slots=True)
class End:
    """One end of a conversation. An outside address is seen with the firewall's MAC."""

    host: Host
    port: int

    @property
    def ttl(self) -> int:
        """The hop limit its system starts from."""
        return _WINDOWS_TTL if self.host.name in _WINDOWS else _LINUX_TTL


@dataclass(slots=True)
class Conversation:
    """A TCP conversation being written, frame by frame. Not frozen: it counts sequence numbers and time."""

    client: End
    server: End
    time: float
    dice: random.Random
    vlan: int = 0
    frames: list[Frame] = field(default_factory=list)
    _sent: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sent = [self.dice.randrange(2**31), self.dice.randrange(2**31)]

    def open(self) -> Conversation:
        """Shake hands."""
        options = [("MSS", SEGMENT), ("NOP", None), ("WScale", 8), ("SAckOK", b"")]
        self._add(0, "S", options=options)
        self._sent[0] += 1
        self._add(1, "SA", options=options)
        self._sent[1] += 1
        self._add(0, "A")
        return self

    def refuse(self) -> Conversation:
        """Knock at a closed port."""
        self._add(0, "S", options=[("MSS", SEGMENT)])
        self._sent[0] += 1
        self._sent[1] = 0
        self._add(1, "RA")
        return self

    def ask(self, payload: bytes) -> Conversation:
        """Send from the client, in segments, acknowledged by the server."""
        return self._send(0, payload)

    def answer(self, payload: bytes) -> Conversation:
        """Send from the server, in segments, acknowledged by the client."""
        return self._send(1, payload)

    def close(self) -> Conversation:
        """Say goodbye from both ends."""
        for who in (0, 1):
            self._add(who, "FA")
            self._sent[who] += 1
            self._add(1 - who, "A")
        return self

    def wait(self, seconds: float) -> Conversation:
        """Let time pass."""
        self.time += seconds
        return self

    def _send(self, who: int, payload: bytes) -> Conversation:
        for start in range(0, len(payload), SEGMENT):
            part = payload[start : start + SEGMENT]
            self._add(who, "PA" if start + SEGMENT >= len(payload) else "A", part)
            self._sent[who] += len(part)
        self._add(1 - who, "A")
        return self

    def _add(self, who: int, flags: str, payload: bytes = b"", options: Sequence[tuple[str, object]] = ()) -> None:
        here, there = (self.client, self.server) if who == 0 else (self.server, self.client)
        acknowledged = self._sent[1 - who] if "A" in flags else 0
        packet = ether(here.host, there.host, self.vlan) / IP(
            src=here.host.address, dst=there.host.address, ttl=here.ttl, id=self.dice.randrange(1, 65536), flags="DF"
        )
        packet /= TCP(
            sport=here.port,
            dport=there.port,
            flags=flags,
            seq=self._sent[who],
            ack=acknowledged,
            window=64240,
            options=list(options),
        )
        self.time += self.dice.uniform(0.0002, 0.003)
        self.frames.append(Frame(self.time, packet / Raw(payload) if payload else packet))


def ether(source: Host, target: Host, vlan: int = 0) -> Any:  # noqa: ANN401  # scapy is untyped
    """Return the frame's head, tagged where the switch port is a trunk."""
    head = Ether(src=source.mac, dst=target.mac)
    return head / Dot1Q(vlan=vlan) if vlan else head


def datagram(source: End, target: End, payload: Any, number: int) -> Any:  # noqa: ANN401  # scapy is untyped
    """Return a UDP datagram in its frame."""
    head = IP(src=source.host.address, dst=target.host.address, ttl=source.ttl, id=number % 65535 + 1)
    return ether(source.host, target.host) / head / UDP(sport=source.port, dport=target.port) / payload
