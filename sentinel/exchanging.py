"""An assessment handed to other programs, and answers taken back from them: against Normen, or a pack that is named.

dossier  site → answers, judgements, score, actions and risks in one noun
oscal    dossier → catalog, profile, assessment plan, assessment results, plan of action
library  checklist → a library for CISO Assistant
mapped   crosswalks → mapping collection, and a catalog of each framework that they lead to
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel import __version__, flows
from sentinel.acting import actions_for_normen, to_do
from sentinel.comply.answers import read_answers
from sentinel.comply.checklist import NORMEN, Checklist, load_checklist
from sentinel.comply.crosswalk.read import load_atlas
from sentinel.comply.earlier import read_evidence
from sentinel.comply.exchange.blank import Blank
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.packs import choose, load_packs
from sentinel.comply.profile import profile as profile_of
from sentinel.errors import SettingsError
from sentinel.model.compliance import Answer, Evidence, Organisation
from sentinel.model.interchange import Catalogue, Dossier
from sentinel.model.packs import PackOverview
from sentinel.model.text import Language
from sentinel.packs import ground, score_packs
from sentinel.risks import assess_risks
from sentinel.settings import Site
from sentinel.share.ciso_assistant import library
from sentinel.share.oscal import common
from sentinel.share.oscal.catalog import catalog
from sentinel.share.oscal.common import Node
from sentinel.share.oscal.mapping import MAPPINGS, catalogs, mapping_collection
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
    answers: str | None
    pack: PackOverview | None = None


def asked_of(site: Site, content: Path, as_of: date, pack: str = "") -> Asked:
    """Return what the organisation of a site is asked of Normen or a pack; SettingsError for one that nobody knows."""
    named = site.file.assessment
    if pack:
        known = ground(site, content)
        chosen, answers = choose(known.packs, pack), named.packs.get(pack) if named else None
        whole, overview = chosen.checklist, known.overview(chosen, as_of)
        return Asked(known.about, known.types, whole, whole, answers, overview)
    types, who, whole = load_types(content), site.file.organisation, load_checklist(content)
    about = types.organisation(who.name, who.number, who.kind, who.facts)
    return Asked(about, types, whole, types.part(about, whole), named.answers if named else None)


def given(site: Site, asked: Asked, as_of: date) -> tuple[Answer, ...]:
    """Return the answers of a site, none where it names no file of them."""
    return read_answers(site.path(asked.answers), asked.part, as_of) if asked.answers else ()


def dossier(site: Site, content: Path, as_of: date, result: Path | None = None, pack: str = "") -> Dossier:
    """Assess a site by its answers, to Normen or a pack; SettingsError where the pack is not for it, with the reason.

    `result` is the result.json of a run, whose measurements are laid beside the answers to Normen.
    """
    if pack:
        return _of_pack(site, content, pack, as_of)
    number = site.file.organisation.number
    evidence = read_evidence(result, result.as_posix(), number, as_of) if result else ()
    return judged(site, content, as_of, evidence, result.name if result else "")


def judged(site: Site, content: Path, as_of: date, evidence: Sequence[Evidence], measured: str) -> Dossier:
    """Assess a site by its answers and what was measured; `measured` names where that is from."""
    asked, assessed = asked_of(site, content, as_of), flows.assess(site, content, as_of, None, None, evidence)
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


def _of_pack(site: Site, content: Path, pack: str, as_of: date) -> Dossier:
    asked = asked_of(site, content, as_of, pack)
    (scored,) = score_packs(site, content, as_of, pack)
    if scored.score is None:
        because = scored.pack.because.en if scored.pack.because else ""
        raise SettingsError(f"{pack} is not for this organisation: {because}")
    beside = to_do(site, content, as_of, flows.assess(site, content, as_of, None, None, ())).packs
    return Dossier(
        catalogue=catalogue_of(asked.whole, scored.pack),
        organisation=asked.organisation,
        kind=asked.types.kind(asked.organisation.kind).title,
        items=profile_of(asked.types, asked.whole, asked.organisation, site.file.organisation.facts),
        answers=given(site, asked, as_of),
        judgements=scored.judgements,
        score=scored.score,
        actions=tuple(action for one in beside if one.pack.id == pack for action in one.actions if action.open),
        ros=None,
        as_of=as_of,
        engine=__version__,
    )


def catalogue_of(checklist: Checklist, pack: PackOverview | None = None) -> Catalogue:
    """Return a checklist as others are given it; a pack says whether it binds."""
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
        small=frozenset(one.id for one in checklist.requirements if part and part.holds(one)),
        small_title=part.title if part else None,
        pack=pack,
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


def library_of(content: Path, as_of: date, pack: str = "") -> str:
    """Return a checklist as a library that CISO Assistant takes in; a pack says whether it binds on the day."""
    if not pack:
        return library(catalogue_of(load_checklist(content)))
    chosen = choose(load_packs(content), pack)
    return library(catalogue_of(chosen.checklist, chosen.overview(as_of)))


def mapped(content: Path, as_of: date) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each document: the mapping collection, and the catalogs that it points at."""
    atlas, packs = load_atlas(content), load_packs(content)
    used = sorted({name for one in atlas.crosswalks for name in (one.first, one.second)})
    own = {name: catalogue_of(packs[name].checklist, packs[name].overview(as_of)) for name in used if name in packs}
    own[NORMEN] = catalogue_of(load_checklist(content))
    yield MAPPINGS, common.text_of(mapping_collection(atlas.crosswalks, atlas.frameworks, as_of))
    for name, document in catalogs((atlas.frameworks[name] for name in used), own, as_of):
        yield name, common.text_of(document)


def checklist_of(content: Path, as_of: date, site: Site | None = None, pack: str = "") -> Checklist:
    """Return what answers that come in are held against: what a site is asked, or the whole of Normen or a pack."""
    if site:
        return asked_of(site, content, as_of, pack).part
    return choose(load_packs(content), pack).checklist if pack else load_checklist(content)


def blank(site: Site, content: Path, as_of: date, language: Language, pack: str = "") -> Blank:
    """Return the answer sheet of a site, with the answers it has given."""
    asked = asked_of(site, content, as_of, pack)
    answers = {answer.requirement: answer for answer in given(site, asked, as_of)}
    facts = asked.organisation.facts
    return Blank(
        organisation=asked.organisation.name,
        checklist=asked.part,
        asked=[one for one in asked.part.requirements if one.applies in facts],
        answers=answers,
        language=language,
        as_of=as_of,
        pack=asked.pack,
    )
