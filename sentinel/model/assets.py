"""What is on a network: observations, the claims they support, the assets they add up to, and their weak points."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sentinel.model.knowledge import Weakness
from sentinel.model.severity import Severity
from sentinel.model.text import Text

Transport = Literal["tcp", "udp"]
Certainty = Literal["sure", "likely", "possible"]
DeviceClass = Literal[
    "server", "workstation", "imaging_archive", "imaging_modality", "imaging_workstation", "patient_monitor",
    "infusion_pump", "laboratory", "dental", "care_alarm", "medical_other", "network", "printer", "nas", "phone",
    "camera", "building", "unknown",
]  # fmt: skip
MEDICAL: frozenset[str] = frozenset(
    {
        "imaging_archive", "imaging_modality", "imaging_workstation", "patient_monitor", "infusion_pump",
        "laboratory", "dental", "care_alarm", "medical_other",
    }
)  # fmt: skip
"""Classes of devices that a patient may depend on."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact seen at one address.

    `kind` names the fact (`arp`, `dhcp`, `tcp.open`, `ssh.banner`, `http.server`, `tls.certificate`, `dicom.accept`,
    `hl7.header`, `nmap.service`, `scanner.finding` …); `facts` holds its named fields as text. Payload and patient data
    are never kept. `method` is how it was learnt: passive capture, import of another tool's result, or our own
    question. `time` is the first of `count` sights, `last` the last, where there was more than a moment.
    """

    kind: str
    address: str
    facts: dict[str, str]
    time: datetime | None
    source: str
    method: Literal["passive", "import", "active"]
    transport: Transport | None = None
    port: int | None = None
    mac: str | None = None
    count: int = 1
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One attribute of an asset as one rule read it from evidence; claims that contradict each other are all kept.

    `strength` is 1 (a hint) to 5 (the device said so itself). `evidence` names source and kind, never payload.
    """

    attribute: str
    value: str
    rule: str
    strength: int
    evidence: str
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Service:
    """Something that answers on a port."""

    transport: Transport
    port: int
    protocol: str
    product: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A machine or device. Single values are those of the strongest claim; `contradictions` names the others.

    `closed` are ports that were asked and refused, as ranges: `tcp/1-21,tcp/23-1000`.
    """

    id: str
    addresses: tuple[str, ...]
    macs: tuple[str, ...]
    names: tuple[str, ...]
    device_class: str
    vendor: str
    product: str
    version: str
    services: tuple[Service, ...]
    claims: tuple[Claim, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    contradictions: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What people call it: its first name, else its first address; a domain has a name and no address."""
        return next(iter((*self.names, *self.addresses)), self.id)


@dataclass(frozen=True, slots=True)
class Impact:
    """What could be harmed, 0 (none) to 3 (grave), for each of four values."""

    confidentiality: int = 0
    integrity: int = 0
    availability: int = 0
    patient_safety: int = 0


@dataclass(frozen=True, slots=True)
class RankPart:
    """One factor of a rank, and what it was read from."""

    name: Literal["threat", "exposure", "device", "patient_harm", "certainty"]
    told: str
    factor: float


@dataclass(frozen=True, slots=True)
class Rank:
    """What to mend first, 0–100, and the factors that it is the product of."""

    score: float
    parts: tuple[RankPart, ...]


@dataclass(frozen=True, slots=True)
class Cleared:
    """A statement by which a weakness does not concern an asset: who answers for it, why, where, and until when."""

    by: str
    reason: str
    source: str
    until: date | None = None

    def holds(self, today: date) -> bool:
        """Say whether it still holds; without a last day it holds until it is withdrawn."""
        return self.until is None or self.until >= today


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with an asset.

    `claim` says how sure: `sure` (seen), `likely` (a product and version named by the service itself),
    `possible` (a version that a distributor may have mended). `knowledge_date` is the date of the knowledge behind it.
    `sources` are all who found it, where others than we did; of what only others found the impact is not rated.
    `cves` are ordered, the worst first where that is known; `weaknesses` are what is known of the worst of them.
    `cleared`: all that it tells is said not to concern the asset. As long as that holds, nothing is to be done.
    """

    id: str
    asset: str
    asset_name: str
    check: str
    claim: Certainty
    severity: Severity
    impact: Impact
    title: Text
    advice: Text
    evidence: Text
    knowledge_date: date
    seen: datetime | None
    facts: dict[str, str] = field(default_factory=dict)
    cves: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    weaknesses: tuple[Weakness, ...] = ()
    rank: Rank | None = None
    cleared: Cleared | None = None
