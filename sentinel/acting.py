"""The journey from gaps to actions: steps for Normen, then pack by pack, with what became of each.

A deed that Normen asks for already is told there; a pack refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sentinel.comply.actions import Proposal, actions, decisions, propose
from sentinel.comply.checklist import Checklist
from sentinel.comply.crosswalk.read import load_atlas
from sentinel.comply.followup import FollowUp, followed, read_followups
from sentinel.comply.packs import load_packs
from sentinel.comply.plan import Plan, load_pack_plan, load_plan
from sentinel.comply.same_deed import Links, deeds, propose_beside, within_normen
from sentinel.comply.score import unasked
from sentinel.errors import ContentError, Fault
from sentinel.journeys import Assessed
from sentinel.model.alerts import Alert
from sentinel.model.assets import Finding
from sentinel.model.compliance import Action
from sentinel.model.packs import PackScored
from sentinel.model.text import Text
from sentinel.settings import Site


@dataclass(frozen=True, slots=True)
class Seen:
    """What the other two journeys found, as far as steps wait for it; `stems` are file stems of rules by their id."""

    findings: Sequence[Finding] = ()
    alerts: Sequence[Alert] = ()
    stems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToDo:
    """What to do for Normen, what management is asked, and the packs that are answered, each with its own actions."""

    actions: tuple[Action, ...]
    decisions: tuple[Text, ...]
    packs: tuple[PackScored, ...]


def to_do(site: Site, content: Path, as_of: date, assessed: Assessed, seen: Seen | None = None) -> ToDo:
    """Return the actions with what became of them, also those that are proposed no longer.

    Raises ContentError for all that is wrong in plans, and in the file of what became of actions.
    """
    seen = seen or Seen()
    plan = load_plan(content, assessed.checklist)
    plans = _pack_plans(content, plan, assessed.beside.values())
    written = _written(site, (plan, *plans.values()), as_of)
    proposals = propose(assessed.judgements, seen.findings, seen.alerts, plan, seen.stems)
    dropped = {name for name, one in written.items() if one.state == "dropped"}
    asked = [one.pack.id for one in assessed.packs if one.named and one.score]
    atlas = load_atlas(content).crosswalks if asked else ()
    beside = _Beside(deeds(proposals, dropped), {name: within_normen(atlas, name) for name in asked}, written, as_of)
    return ToDo(
        followed(actions(proposals, as_of, plan), written, plan, as_of),
        decisions(proposals, assessed.judgements, as_of, plan),
        tuple(beside.acting(one, plans[one.pack.id]) for one in assessed.packs),
    )


def as_named(site: Site, assessed: Assessed) -> Assessed:
    """Return an assessment without numbers where the site names no answers to Normen, and nobody else gave it any.

    Beside others, in a group, such a unit counts as it is: nothing of it is in place in the worst case.
    """
    named = site.file.assessment is not None and site.file.assessment.answers is not None
    if named or any(judgement.answer for judgement in assessed.judgements):
        return assessed
    return replace(assessed, score=unasked(assessed.score, assessed.checklist))


def actions_for_normen(site: Site, content: Path, as_of: date, assessed: Assessed) -> tuple[Action, ...]:
    """Return what to do for Normen alone, as it was `assessed`."""
    beside = {name: pack.checklist for name, pack in load_packs(content).items()}
    return to_do(site, content, as_of, replace(assessed, packs=(), beside=beside)).actions


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the actions of a pack are laid beside: deeds that Normen asks for, and what became of everything."""

    done: Sequence[Proposal]
    links: Mapping[str, Links]
    written: Mapping[str, FollowUp]
    as_of: date

    def acting(self, pack: PackScored, plan: Plan) -> PackScored:
        """Return a pack with its actions; what became of a deed is told of what refers to it too.

        Of a pack that the site does not answer, only what somebody once wrote of its steps is told.
        """
        links, written = self.links.get(pack.pack.id), self.written
        proposals = [] if links is None else propose_beside(pack.judgements, plan, self.done, links, written)
        became = {one.step.id: written[one.same_as] for one in proposals if one.same_as in written}
        found = actions(proposals, self.as_of, plan)
        return replace(pack, actions=followed(found, {**written, **became}, plan, self.as_of))


def _pack_plans(content: Path, normen: Plan, packs: Iterable[Checklist]) -> dict[str, Plan]:
    faults: list[Fault] = []
    plans: dict[str, Plan] = {}
    for pack in packs:
        try:
            plans[pack.id] = load_pack_plan(content, pack, normen)
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)
    return plans


def _written(site: Site, plans: Iterable[Plan], as_of: date) -> Mapping[str, FollowUp]:
    section = site.file.assessment
    known = {name for plan in plans for name in plan.titles()}
    return read_followups(site.path(section.actions), known, as_of) if section and section.actions else {}
