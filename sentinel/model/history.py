"""How assets and findings go through time: scans, what changed between them, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from sentinel.model.assets import Finding

ChangeKind = Literal["came", "gone", "not-seen", "changed"]
State = Literal["open", "accepted", "cleared", "fixed"]
DecisionKind = Literal["accept", "reopen", "owner", "due", "control"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a scan looked at, beside what it found.

    `whole`: it was all that is known of the site, so what it did not see is not current any more. `asked` are networks
    that were asked, `silent` addresses that did not answer, each with the moment from which on it was asked, None where
    nobody knows. `fixed` are findings that it looked for and did not find.
    """

    sources: tuple[str, ...] = ()
    whole: bool = True
    asked: Mapping[str, datetime | None] = field(default_factory=dict)
    silent: Mapping[str, datetime | None] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScanRun:
    """One scan that was kept; numbers count up for each site."""

    site: str
    number: int
    day: date
    sources: tuple[str, ...]
    assets: int


class AssetRow(NamedTuple):
    """An asset in one line of a list; a tuple, since there are lists of half a million."""

    site: str
    id: str
    address: str
    name: str
    device_class: str
    product: str
    ports: str
    first_day: date
    last_day: date
    current: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing about an asset that is not as it was."""

    attribute: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AssetChange:
    """`sentinel.assetchange/1`: what happened to one asset between two scans.

    `gone`: it was asked after it was last seen, and did not answer. `not-seen`: no later scan met it, and none is known
    to have asked since then.
    """

    kind: ChangeKind
    site: str
    id: str
    address: str
    name: str
    device_class: str
    last_day: date
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a finding; `text` is the reason, the owner or the control, `until` a day it holds."""

    kind: DecisionKind
    made: datetime
    by: str
    text: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Tracked:
    """A finding with its life.

    `fixed`: the day of the scan that looked for it and did not find it. Accepted only until the day that was given;
    cleared as long as a statement by which it does not apply holds.
    """

    site: str
    finding: Finding
    state: State
    first_day: date
    last_day: date
    fixed: date | None = None
    owner: str = ""
    due: date | None = None
    accepted_until: date | None = None
    accepted_by: str = ""
    reason: str = ""
    controls: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = field(default=())
