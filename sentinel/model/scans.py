"""What an active scan means to send, and what came of each step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan. `first` is the first message in hexadecimal; `packets` those that we send when all goes well.

    `purpose`: probe, health (connects and closes, to see how a device is) or held back (`reason` says why, and nothing
    is sent). `most` is for answers as long as we take them.
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
