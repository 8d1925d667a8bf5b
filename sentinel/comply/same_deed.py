"""Finds the gaps of a pack that an action for Normen mends already: the deed is told once, and referred to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sentinel.comply.actions import GAPS, Proposal, propose
from sentinel.comply.checklist import NORMEN
from sentinel.comply.crosswalk.routes import routes
from sentinel.comply.plan import ANSWERING, FINDING_OUT, Plan
from sentinel.model.compliance import Judgement
from sentinel.model.crosswalks import Crosswalk, Relation
from sentinel.model.text import Text

Links = Mapping[str, frozenset[str]]
"""By the id of a requirement of a pack, those of Normen that it is equal to or a part of."""

_WITHIN: frozenset[Relation] = frozenset({"equal", "narrower"})
_WHY = Text(
    "Det samme tiltaket står under Normen og lukker også dette. Arbeid og kostnad er regnet med der.",
    "The same action stands under Normen and closes this too. Work and cost are counted there.",
)
_COUNTED_THERE = Text("regnet med under Normen", "counted under Normen")


def within_normen(crosswalks: Sequence[Crosswalk], pack: str) -> Links:
    """Return what of a pack is in place once something of Normen is, by our own reading in the crosswalks."""
    found: dict[str, set[str]] = {}
    for place, ways in routes(crosswalks, pack, NORMEN).items():
        for way in ways:
            if way.relation in _WITHIN:
                found.setdefault(way.steps[0], set()).add(place)
    return {name: frozenset(places) for name, places in found.items()}


def deeds(proposals: Iterable[Proposal], dropped: Collection[str]) -> list[Proposal]:
    """Return the proposals that somebody may do: answering is none, and what was dropped is not done."""
    return [one for one in proposals if one.step.id not in {ANSWERING, FINDING_OUT, *dropped}]


def propose_beside(
    judgements: Sequence[Judgement], plan: Plan, done: Sequence[Proposal], links: Links, taken: Collection[str]
) -> list[Proposal]:
    """Return the proposals of a pack, most pressing first: its own, and those that `done` of Normen mend already.

    `taken` are its own steps that somebody has written something down for: those stay, whatever Normen asks.
    """
    kept = {name for step in plan.steps if step.id in taken for name in step.mends}
    mending = _mending(judgements, done, links, kept)
    rest = [judgement for judgement in judgements if judgement.requirement.id not in mending]
    referred = [
        _reference(deed, [one for one in judgements if mending.get(one.requirement.id) is deed], plan)
        for deed in done
        if deed in mending.values()
    ]
    return sorted([*propose(rest, (), (), plan, {}), *referred], key=Proposal.urgency)


def _mending(
    judgements: Iterable[Judgement], done: Sequence[Proposal], links: Links, kept: Collection[str]
) -> dict[str, Proposal]:
    """Return by the id of each gap the most pressing deed that closes it."""
    gaps = [one.requirement.id for one in judgements if one.state in GAPS and one.requirement.id not in kept]
    found: dict[str, Proposal] = {}
    for name in gaps:
        places = links.get(name, frozenset())
        for deed in done:
            if any(mended.requirement.id in places for mended in deed.mends):
                found.setdefault(name, deed)
    return found


def _reference(deed: Proposal, mended: Sequence[Judgement], plan: Plan) -> Proposal:
    name = plan.named(f"{NORMEN}.{deed.step.id}")
    step = replace(deed.step, id=name, why=_WHY, effort=_COUNTED_THERE, money=Text("", ""), decision=None)
    return replace(deed, step=step, mends=tuple(mended), same_as=deed.step.id)
