"""What came of looking for known weaknesses: findings, and for each product whether and how far somebody could look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sentinel.model.assets import Finding
from sentinel.model.knowledge import Feed

OutcomeState = Literal["found", "cleared", "none", "no_version", "not_comparable", "unknown", "unnamed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`sentinel.outcome/1`: one product of one asset, and what a bundle says of it.

    `state`: `found`; `cleared`: somebody answers for it that nothing applies; `none`: looked, and nothing holds for
    this version. Not seen: `no_version`, `not_comparable`. Could not look: `unknown`, the bundle says nothing of the
    product; `unnamed`, nobody has written down what sources call it. `likely` and `possible` count names, `unsettled`
    statements that say nothing of this version; `with_support`: told in the finding that its support has ended.
    """

    asset: str
    asset_name: str
    vendor: str
    product: str
    version: str
    revision: str
    subject: str
    state: OutcomeState
    likely: int
    possible: int
    mended: tuple[str, ...]
    cleared: tuple[str, ...]
    unsettled: int
    with_support: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings with their ranks. `feeds` is None where no bundle was there: then nobody looked for known weaknesses."""

    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...] = ()
    feeds: tuple[Feed, ...] | None = None
