"""What is to be done, as an OSCAL plan of action and milestones: an item for each action, with what it mends."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.compliance import Action
from sentinel.model.interchange import Dossier
from sentinel.model.text import Text
from sentinel.share.oscal.common import NS, RESULTS, Node, document, metadata, party, prop, text_of, text_props, uid
from sentinel.share.oscal.results import finding_id, findings, observations


def poam(dossier: Dossier) -> Node | None:
    """Return the plan with the findings that its items are about; None where nothing is to be done.

    OSCAL takes no plan without items.
    """
    if not dossier.actions:
        return None
    who = dossier.organisation
    found = {one["uuid"]: one for one in findings(dossier)}
    named = {finding_id(who, name) for action in dossier.actions for name in action.requirements}
    chosen = [one for key, one in found.items() if key in named]
    seen = {link["observation-uuid"] for one in chosen for link in one.get("related-observations", ())}
    noted = [one for one in observations(dossier) if one["uuid"] in seen]
    about = metadata(
        Text(f"Tiltak for {who.name}", f"Plan of action for {who.name}"),
        dossier.as_of,
        dossier.as_of.isoformat(),
        links=[{"href": RESULTS, "rel": "assessment-results"}],
        parties=[party(who)],
    )
    body = {
        "metadata": about,
        "system-id": {"identifier-type": f"{NS}:organisation-number", "id": who.number},
        **({"observations": noted} if noted else {}),
        **({"findings": chosen} if chosen else {}),
        "poam-items": [_item(dossier, action, set(found)) for action in dossier.actions],
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
