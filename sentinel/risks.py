"""The journey of an assessment of risk (ROS): site → file of risks → judged risks, with what was measured beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel.comply.checklist import load_checklist
from sentinel.comply.organisation import load_types
from sentinel.comply.ros.entries import RisksFile
from sentinel.comply.ros.judge import Case, judge_risks
from sentinel.comply.ros.library import Library, load_library
from sentinel.comply.ros.matrix import load_matrices
from sentinel.comply.ros.measured import facts_of, read_facts
from sentinel.comply.ros.read import Against, read_risks
from sentinel.content import root
from sentinel.errors import SettingsError
from sentinel.model.compliance import Judgement, Organisation
from sentinel.model.risks import Matrix, Ros
from sentinel.settings import Site

UNSPECIFIED = "unspecified"
"""The type of an organisation whose own type only its own content knows."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Who is assessed, and the content that a file of risks is held against."""

    about: Organisation
    against: Against

    @property
    def library(self) -> Library:
        """The library of scenarios."""
        return self.against.library


def ground(site: Site, content: Path) -> Ground:
    """Return what a site's risks are held against; raise ContentError with the faults of the content."""
    who = site.file.organisation
    return _ground(load_types(content).organisation(who.name, who.number, who.kind, who.facts), content)


def shared_ground(site: Site) -> Ground:
    """Return what everybody has: the shipped content, and the organisation as that knows it, its own type as none."""
    kinds, kind = load_types(root()), site.file.organisation.kind
    return _ground(kinds.organisation("", "", kind if kind in kinds.by_id else UNSPECIFIED, {}), root())


def _ground(about: Organisation, content: Path) -> Ground:
    checklist = load_checklist(content)
    requirements = frozenset(requirement.id for requirement in checklist.requirements)
    library = load_library(content, requirements, checklist.classes)
    return Ground(about, Against(library, load_matrices(content), requirements))


def assess_risks(site: Site, content: Path, as_of: date, result: Path | None = None) -> Ros:
    """Judge a site's risks; `result` is the result.json of a run whose measurements are laid beside them."""
    known = ground(site, content)
    file, matrix = read_file(site, known, as_of)
    facts = read_facts(result, result.as_posix(), known.about.number, as_of) if result else {}
    return judge_risks(Case(file, matrix, known.library, as_of, facts), known.about, result.name if result else "")


def risks_of_run(site: Site, content: Path, as_of: date, judgements: Iterable[Judgement]) -> Ros | None:
    """Judge a site's risks with what its run has just measured laid beside; None where it names no file of risks."""
    if site.file.assessment is None or site.file.assessment.ros is None:
        return None
    known = ground(site, content)
    file, matrix = read_file(site, known, as_of)
    return judge_risks(Case(file, matrix, known.library, as_of, facts_of(judgements)), known.about, "result.json")


def read_file(site: Site, known: Ground, as_of: date) -> tuple[RisksFile, Matrix]:
    """Read the file of risks that a site names; raise SettingsError where it names none."""
    assessment = site.file.assessment
    if assessment is None or assessment.ros is None:
        raise SettingsError('the site file names no file of risks: add ros = "ros.yml" below [assessment]')
    return read_risks(site.path(assessment.ros), known.against, as_of)
