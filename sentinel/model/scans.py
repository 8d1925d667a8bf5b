"""What an active scan means to send, and what came of each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan. `first` is the first message in hexadecimal; `packets` those that we send when all goes well.

    `purpose`: probe, health (connects and closes, to see how a device is), to all (one datagram to a group, so to
    everybody on a segment) or held back (`reason` says why, and nothing is sent). `most` is for answers as long as we
    take them.
    """

    order: int
    address: str
    port: int
    transport: str
    probe: str
    purpose: str
    network: str
    profile: str
    name: str
    first: str
    messages: int
    packets: int
    most: int
    reason: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the probe log. `hash` is over all bytes that stand before it, `previous` that of the line before.

    `kind`: run (who, which scope and plan), begun and probe (before and after each probe, with the exact bytes in
    `sent`), nmap, nmap-end, stop, resume, torn, end. `facts` differ by kind.
    """

    n: int
    time: str
    kind: str
    run: str
    facts: dict[str, Any]
    previous: str
    hash: str
