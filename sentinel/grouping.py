"""The journey of a group: group file → each unit's own assessment → the units side by side, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from sentinel import flows
from sentinel.comply.checklist import load_checklist
from sentinel.comply.delivery import read_delivery
from sentinel.comply.earlier import read_evidence
from sentinel.comply.files import meant
from sentinel.comply.group import Frame, group
from sentinel.comply.group_file import GroupSites
from sentinel.comply.inheritance import load_inheritance
from sentinel.errors import ContentError, Fault, InputError, SettingsError
from sentinel.model.compliance import Evidence
from sentinel.model.groups import Group, Shown
from sentinel.settings import Site


def assess_group(sites: GroupSites, content: Path, as_of: date) -> Group:
    """Judge every unit by its answers and what it inherits; ContentError with the faults of all units at once.

    What was measured in a unit is laid beside its answers where the group file names a result of it.
    """
    faults = list(_wrong_common(sites, content, as_of))
    shown: list[Shown] = []
    for section, site in zip(sites.file.units, sites.sites, strict=True):
        try:
            result = sites.folder / section.result if section.result else None
            evidence = read_evidence(result, section.result, section.number, as_of) if result else ()
            shown.append(_shown(site, content, as_of, evidence))
        except ContentError as error:
            faults += error.faults
        except InputError as error:
            faults.append(error.fault)
        except SettingsError as error:
            faults.append(site.fault(["organisation", "kind"], str(error)))
    if faults:
        raise ContentError(faults)
    silent = tuple(site.file.organisation.number for site in sites.sites if _names_no_answers(site))
    owner, common = sites.file.owner, {name for part in sites.file.common for name in part.requirements}
    measured = tuple(section.number for section in sites.file.units if section.result)
    return group(Frame(sites.file.name, owner.name, owner.number, as_of, frozenset(common), silent, measured), shown)


def _names_no_answers(site: Site) -> bool:
    return site.file.assessment is None or site.file.assessment.answers is None


def _shown(site: Site, content: Path, as_of: date, evidence: Sequence[Evidence]) -> Shown:
    assessed = flows.assess(site, content, as_of, None, None, evidence)
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
