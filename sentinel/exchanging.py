"""An assessment handed to other programs, and answers taken back from them.

dossier  site → answers, judgements, score, actions and risks in one noun
oscal    dossier → catalog, profile, assessment plan, assessment results, plan of action
library  checklist → a library for CISO Assistant
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel import __version__, flows
from sentinel.acting import actions_for_normen
from sentinel.comply.answers import read_answers
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.earlier import read_evidence
from sentinel.comply.exchange.blank import Blank
from sentinel.comply.exchange.drafts import Taken
from sentinel.comply.exchange.oscal import read_oscal
from sentinel.comply.exchange.rows import Found
from sentinel.comply.exchange.sheets import read_sheets
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.profile import profile as profile_of
from sentinel.content import relative
from sentinel.model.compliance import Answer, Evidence, Organisation
from sentinel.model.interchange import Catalogue, Dossier
from sentinel.model.text import Language
from sentinel.risks import assess_risks
from sentinel.settings import Site
from sentinel.share.ciso_assistant import library
from sentinel.share.oscal import common
from sentinel.share.oscal.catalog import catalog
from sentinel.share.oscal.common import Node
from sentinel.share.oscal.plan import plan
from sentinel.share.oscal.poam import poam
from sentinel.share.oscal.profile import profile
from sentinel.share.oscal.results import results


@dataclass(frozen=True, slots=True)
class Asked:
    """What one organisation is asked: its part of the checklist, and the whole of which that is a part."""

    organisation: Organisation
    types: Types
    whole: Checklist
    part: Checklist


def asked_of(site: Site, content: Path) -> Asked:
    """Return what the organisation of a site is asked."""
    types, whole, who = load_types(content), load_checklist(content), site.file.organisation
    about = types.organisation(who.name, who.number, who.kind, who.facts)
    return Asked(about, types, whole, types.part(about, whole))


def given(site: Site, asked: Asked, as_of: date) -> tuple[Answer, ...]:
    """Return the answers of a site, none where it names no file of them."""
    named = site.file.assessment
    return read_answers(site.path(named.answers), asked.part, as_of) if named and named.answers is not None else ()


def dossier(site: Site, content: Path, as_of: date, result: Path | None = None) -> Dossier:
    """Assess a site by its answers; `result` is the result.json of a run, whose measurements are laid beside them."""
    number = site.file.organisation.number
    evidence = read_evidence(result, result.as_posix(), number, as_of) if result else ()
    return judged(site, content, as_of, evidence, result.name if result else "")


def judged(site: Site, content: Path, as_of: date, evidence: Sequence[Evidence], measured: str) -> Dossier:
    """Assess a site by its answers and what was measured; `measured` names where that is from."""
    asked, assessed = asked_of(site, content), flows.assess(site, content, as_of, None, None, evidence)
    with_risks = site.file.assessment is not None and site.file.assessment.ros is not None
    return Dossier(
        catalogue=catalogue_of(asked.whole),
        organisation=asked.organisation,
        kind=asked.types.kind(asked.organisation.kind).title,
        items=profile_of(asked.types, asked.whole, asked.organisation, site.file.organisation.facts),
        answers=given(site, asked, as_of),
        judgements=assessed.judgements,
        score=assessed.score,
        actions=tuple(action for action in actions_for_normen(site, content, as_of, assessed) if action.open),
        ros=assess_risks(site, content, as_of) if with_risks else None,
        as_of=as_of,
        engine=__version__,
        measured=measured,
    )


def catalogue_of(checklist: Checklist) -> Catalogue:
    """Return a checklist as others are given it."""
    part = checklist.part
    return Catalogue(
        id=checklist.id,
        version=checklist.version,
        hash=checklist.hash,
        title=checklist.title,
        based_on=checklist.based_on,
        chapters=dict(checklist.chapters),
        requirements=checklist.requirements,
        classes={name: found.question for name, found in checklist.classes.items()},
        small=frozenset(one.id for one in checklist.requirements if part is None or part.holds(one)),
        small_title=part.title if part else checklist.title,
    )


def oscal(of: Dossier) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each OSCAL document of a dossier; without actions there is no plan of action."""
    documents: Iterable[tuple[str, Node | None]] = (
        (common.CATALOG, catalog(of.catalogue, of.as_of)),
        (common.PROFILE, profile(of)),
        (common.PLAN, plan(of)),
        (common.RESULTS, results(of)),
        (common.POAM, poam(of)),
    )
    return ((name, common.text_of(document)) for name, document in documents if document)


def library_of(content: Path) -> str:
    """Return the checklist as a library that CISO Assistant takes in."""
    return library(catalogue_of(load_checklist(content)))


def from_oscal(path: Path, content: Path, as_of: date, site: Site | None = None) -> Taken:
    """Read our own assessment results back; with a site, held against what its organisation is asked."""
    return read_oscal(path, relative(path, Path()), _checklist(content, site), as_of)


def _checklist(content: Path, site: Site | None) -> Checklist:
    return asked_of(site, content).part if site else load_checklist(content)


def blank(site: Site, content: Path, as_of: date, language: Language) -> Blank:
    """Return the answer sheet of a site, with the answers it has given."""
    asked = asked_of(site, content)
    answers = {answer.requirement: answer for answer in given(site, asked, as_of)}
    facts = asked.organisation.facts
    rows = [one for one in asked.part.requirements if one.applies in facts]
    return Blank(asked.organisation.name, asked.part.chapters, rows, answers, language, as_of)


def from_sheets(
    path: Path, content: Path, as_of: date, site: Site | None = None, organisation: str = ""
) -> tuple[Taken, Found]:
    """Read a sheet that somebody filled in, and return what was found in it beside the answers."""
    whose = site.file.organisation.name if site else organisation
    return read_sheets(path, _checklist(content, site), as_of, whose)
