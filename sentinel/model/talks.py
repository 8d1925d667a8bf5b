"""Who talks to whom on a network, and under which DICOM titles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sentinel.model.assets import Transport

CrossingKind = Literal["to-internet", "from-internet", "new-zone"]


@dataclass(frozen=True, slots=True)
class Flow:
    """One host's use of one service of another; `count` is connections of TCP, and datagrams of UDP.

    `protocol` is what the service was heard to speak; empty where nobody heard, whatever the port.
    """

    client: str
    server: str
    transport: Transport
    port: int
    protocol: str
    count: int
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Association:
    """One DICOM application entity's use of another; `asked` and `accepted` are how often each was seen."""

    calling: str
    called: str
    client: str
    server: str
    port: int
    asked: int
    accepted: int
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Title:
    """A DICOM application entity title and who uses it; `calls` and `called_by` are titles.

    A title should stand for one machine: where `addresses` are several, one of them may pretend, or was moved.
    `confirmed`: a machine called by this title accepted it at least once.
    """

    title: str
    addresses: tuple[str, ...]
    ports: tuple[int, ...]
    calls: tuple[str, ...]
    called_by: tuple[str, ...]
    confirmed: bool
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Crossing:
    """A device in care that talks where it should not need to: to the internet, or to a part of the site new to it."""

    kind: CrossingKind
    device: str
    device_class: str
    flow: Flow
    name: str = ""
    vendor: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was heard of who talks to whom; `left_out` counts the sights of talks that were too many to keep."""

    flows: tuple[Flow, ...] = ()
    associations: tuple[Association, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class CrossingEvent:
    """A crossing as an event for detection: the names are those of Sigma's category `network_connection`."""

    kind: CrossingKind
    device: str
    device_class: str
    count: int
    UtcTime: datetime | None
    SourceIp: str
    DestinationIp: str
    DestinationPort: int
    Protocol: Transport
    Initiated: bool
    device_name: str = ""
    device_vendor: str = ""
    device_product: str = ""

    @staticmethod
    def of(crossing: Crossing) -> CrossingEvent:
        """Return the event; `Initiated` is whether the device itself began the talk."""
        flow = crossing.flow
        return CrossingEvent(
            crossing.kind,
            crossing.device,
            crossing.device_class,
            flow.count,
            flow.first_seen,
            flow.client,
            flow.server,
            flow.port,
            flow.transport,
            crossing.device == flow.client,
            crossing.name,
            crossing.vendor,
            crossing.product,
        )
