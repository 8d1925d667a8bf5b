"""What is known of the machines of a site on one day: what an inventory page is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sentinel.model.assets import Asset, Finding
from sentinel.model.history import Tracked
from sentinel.model.result import ScanSource
from sentinel.model.talks import Heard


@dataclass(frozen=True, slots=True)
class Inventory:
    """Machines, what is wrong with them, and who was heard to talk to whom.

    `networks` are those that the site says are its own (CIDR), `names` what it calls networks. `heard` is None where
    nobody listened, or where what was heard is not kept. `lives` says of findings, by id, what people decided.
    """

    name: str
    as_of: date
    tlp: str
    assets: tuple[Asset, ...]
    findings: tuple[Finding, ...]
    knowledge_date: date | None = None
    scans: tuple[ScanSource, ...] = ()
    networks: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    heard: Heard | None = None
    lives: dict[str, Tracked] = field(default_factory=dict)
