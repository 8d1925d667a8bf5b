"""What the page stands on: the inventory with its areas, kinds of talk, and the findings of each device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sentinel.model.assets import Asset, Finding
from sentinel.model.inventory import Inventory
from sentinel.model.severity import Severity
from sentinel.report.inventory.areas import Area, areas, plan_of
from sentinel.report.inventory.places import Worst, class_order, only_listed
from sentinel.report.inventory.ties import Met, groups, met
from sentinel.report.network import urgency

UNSUPPORTED = "product-unsupported"
"""The check that says that a product no longer gets security updates."""


@dataclass(frozen=True, slots=True)
class Ground:
    """All that the page tells of. `findings` are those of each device that are not mended, the worst first.

    `assets` are in the order of urgency. `grouped` is how many flows went to groups of machines, and are on no map.
    """

    inventory: Inventory
    areas: tuple[Area, ...]
    assets: tuple[Asset, ...]
    met: tuple[Met, ...]
    grouped: int
    worst: Worst
    findings: Mapping[str, Sequence[Finding]]
    where: Mapping[str, Area]

    def open(self, asset: Asset) -> list[Finding]:
        """Return the findings of a device that nobody accepted."""
        return list(self.worst.findings.get(asset.id, ()))

    def unsupported(self, asset: Asset) -> bool:
        """Say whether a device runs something that no longer gets security updates, more than possibly."""
        return any(one.check == UNSUPPORTED and one.claim != "possible" for one in self.findings.get(asset.id, ()))

    def listed(self) -> list[Asset]:
        """Return the devices that only stand in a list."""
        return [asset for asset in self.assets if only_listed(asset)]


def ground(inventory: Inventory) -> Ground:
    """Put together what the page tells of."""
    plan = plan_of(inventory)
    found = areas(inventory, plan)
    talks = tuple(met(inventory, plan))
    findings = _findings(inventory)
    crossing = frozenset(one.device.id for one in talks if one.device is not None)
    still = {key: [one for one in many if _state(inventory, one) == "open"] for key, many in findings.items()}
    worst = Worst(still, crossing)
    return Ground(
        inventory=inventory,
        areas=tuple(sorted(found, key=lambda area: crossing.isdisjoint(asset.id for asset in area.assets))),
        assets=tuple(sorted(inventory.assets, key=lambda asset: _urgent(asset, worst))),
        met=talks,
        grouped=groups(inventory, plan),
        worst=worst,
        findings=findings,
        where={asset.id: area for area in found for asset in area.assets},
    )


def _findings(inventory: Inventory) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in sorted(inventory.findings, key=urgency):
        if _state(inventory, finding) != "fixed":
            found.setdefault(finding.asset, []).append(finding)
    return found


def _state(inventory: Inventory, finding: Finding) -> str:
    life = inventory.lives.get(finding.id)
    return life.state if life else "open"


def _urgent(asset: Asset, worst: Worst) -> tuple[bool, int, tuple[bool, bool, str], int, str, str]:
    severity = worst.severity([asset])
    rank = -severity.rank if severity else -Severity.INFORMATIONAL.rank + 1
    number = -len(worst.findings.get(asset.id, ()))
    return (
        asset.id not in worst.crossing,
        rank,
        class_order(asset.device_class),
        number,
        asset.called.casefold(),
        asset.id,
    )
