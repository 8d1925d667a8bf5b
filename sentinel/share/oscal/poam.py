"""What is to be done, as an OSCAL plan of action and milestones: an item for each action, with what it mends.

A gap that no action mends is an item by itself, with nobody's name and no day on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.compliance import Action, EffectiveState, Judgement
from sentinel.model.interchange import Dossier
from sentinel.model.text import Text
from sentinel.share.oscal.common import (
    NS,
    RESULTS,
    Node,
    catalogue_props,
    document,
    metadata,
    party,
    prop,
    text_of,
    text_props,
    uid,
)
from sentinel.share.oscal.results import finding_id, findings, observations

GAPS: frozenset[EffectiveState] = frozenset({"partly", "planned", "not_met", "disputed", "unknown", "not_assessed"})


def poam(dossier: Dossier) -> Node | None:
    """Return the plan with the findings that its items are about; None where nothing is to be done.

    OSCAL takes no plan without items.
    """
    gaps = list(_gaps(dossier))
    if not dossier.actions and not gaps:
        return None
    who = dossier.organisation
    found = {one["uuid"]: one for one in findings(dossier)}
    mended = [name for action in dossier.actions for name in action.requirements]
    named = {finding_id(who, name) for name in [*mended, *(gap.requirement.id for gap in gaps)]}
    chosen = [one for key, one in found.items() if key in named]
    seen = {link["observation-uuid"] for one in chosen for link in one.get("related-observations", ())}
    noted = [one for one in observations(dossier) if one["uuid"] in seen]
    about = metadata(
        Text(f"Tiltak for {who.name}", f"Plan of action for {who.name}"),
        dossier.as_of,
        dossier.as_of.isoformat(),
        props=catalogue_props(dossier.catalogue),
        links=[{"href": RESULTS, "rel": "assessment-results"}],
        parties=[party(who)],
    )
    body = {
        "metadata": about,
        "system-id": {"identifier-type": f"{NS}:organisation-number", "id": who.number},
        **({"observations": noted} if noted else {}),
        **({"findings": chosen} if chosen else {}),
        "poam-items": [
            *(_item(dossier, action, set(found)) for action in dossier.actions),
            *(_gap(dossier, judgement) for judgement in gaps),
        ],
    }
    return document("plan-of-action-and-milestones", (text_of(body),), body)


def _item(dossier: Dossier, action: Action, known: set[str]) -> Node:
    who = dossier.organisation
    names = [finding_id(who, name) for name in action.requirements]
    related = [{"finding-uuid": name} for name in dict.fromkeys(names) if name in known]
    return {
        "uuid": uid("action", who.number, dossier.as_of.isoformat(), action.title.nb, *action.requirements),
        "title": action.title.nb,
        "description": action.why.nb or action.title.nb,
        "props": [
            prop("title-en", action.title.en),
            *text_props("description-en", action.why.en),
            *text_props("who", action.who.nb),
            *text_props("who-en", action.who.en),
            *text_props("effort", action.effort.nb),
            *text_props("effort-en", action.effort.en),
            prop("due", action.due.isoformat()),
            *_followed(action),
            *(prop("requirement", name) for name in action.requirements),
        ],
        **({"related-findings": related} if related else {}),
    }


def _gaps(dossier: Dossier) -> Iterator[Judgement]:
    """Yield what is asked, is not in place, and is mended by no action."""
    mended = {name for action in dossier.actions for name in action.requirements}
    for judgement in dossier.judgements:
        if judgement.state in GAPS and judgement.requirement.id not in mended:
            yield judgement


def _gap(dossier: Dossier, judgement: Judgement) -> Node:
    who, need = dossier.organisation, judgement.requirement
    return {
        "uuid": uid("gap", who.number, dossier.as_of.isoformat(), need.id),
        "title": need.title.nb,
        "description": judgement.reason.nb,
        "props": [
            prop("title-en", need.title.en),
            *text_props("description-en", judgement.reason.en),
            prop("action-state", "none"),
            prop("requirement", need.id),
        ],
        "related-findings": [{"finding-uuid": finding_id(who, need.id)}],
    }


def _followed(action: Action) -> Iterator[Node]:
    """Yield what became of an action, and the bands of hours and money."""
    yield from text_props("action-id", action.id)
    yield prop("action-state", action.state)
    yield from text_props("owner", action.owner)
    yield from text_props("hours", action.hours.nb)
    yield from text_props("money", action.money.nb)
    yield from text_props("note", action.note)
    if action.since:
        yield prop("since", action.since.isoformat())
    if action.overdue:
        yield prop("overdue", "yes")
