"""The journey of a group: group file → each unit's own assessment → the units side by side, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sentinel import flows
from sentinel.comply.checklist import load_checklist
from sentinel.comply.delivery import read_delivery
from sentinel.comply.files import meant
from sentinel.comply.group import Frame, group
from sentinel.comply.group_file import GroupSites
from sentinel.comply.inheritance import load_inheritance
from sentinel.errors import ContentError, Fault, SettingsError
from sentinel.model.groups import Group, Shown
from sentinel.settings import Site


def assess_group(sites: GroupSites, content: Path, as_of: date) -> Group:
    """Judge every unit by its answers and what it inherits; ContentError with the faults of all units at once.

    Answers alone: what was measured in a unit stands in the unit's own result.
    """
    faults = list(_wrong_common(sites, content, as_of))
    shown: list[Shown] = []
    for site in sites.sites:
        try:
            shown.append(_shown(site, content, as_of))
        except ContentError as error:
            faults += error.faults
        except SettingsError as error:
            faults.append(site.fault(["organisation", "kind"], str(error)))
    if faults:
        raise ContentError(faults)
    silent = tuple(site.file.organisation.number for site in sites.sites if site.file.assessment is None)
    owner, common = sites.file.owner, {name for part in sites.file.common for name in part.requirements}
    return group(Frame(sites.file.name, owner.name, owner.number, as_of, frozenset(common), silent), shown)


def _shown(site: Site, content: Path, as_of: date) -> Shown:
    assessed = flows.assess(site, content, as_of, None, None)
    who = assessed.organisation
    return Shown(who.name, who.number, who.kind, assessed.score, assessed.judgements)


def _wrong_common(sites: GroupSites, content: Path, as_of: date) -> Iterator[Fault]:
    """Yield what is said to be answered once for all and is answered by nobody for others."""
    if not sites.file.common:
        return
    checklist = load_checklist(content)
    inheritance = load_inheritance(content, checklist)
    for index, part in enumerate(sites.file.common):
        try:
            delivery = read_delivery(sites.folder / part.source, checklist, inheritance, as_of)
        except ContentError as error:
            yield from error.faults
            continue
        for name in part.requirements:
            if name not in delivery.parts:
                what = f"{delivery.name} does not answer {name[:80]} for others{meant(name, delivery.parts)}"
                yield sites.fault(["common", index, "requirements"], what)
        for number in sorted({unit.number for unit in sites.file.units} - set(delivery.serves)):
            yield sites.fault(["common", index, "from"], f"{delivery.source} is not for unit {number}")
