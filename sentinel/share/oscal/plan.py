"""The OSCAL assessment plan that results must point at: a self-assessment on one day, and no more than that."""

from __future__ import annotations

from sentinel.model.interchange import Dossier
from sentinel.model.text import Text
from sentinel.share.oscal.common import (
    PROFILE,
    Node,
    document,
    metadata,
    party,
    prop,
    stamp,
    uid,
)
from sentinel.share.oscal.profile import profile_key

ABOUT = Text(
    "Egenvurdering: virksomheten svarer selv, og målinger støtter, motsier eller begrenser svarene.",
    "Self-assessment: the organisation answers itself; measurements support, contradict or cap the answers.",
)


def plan(dossier: Dossier) -> Node:
    """Return the plan; a system security plan is not made, and the import says so."""
    number = dossier.organisation.number
    nothing = uid("no-system-security-plan", number)
    about = metadata(
        Text(f"Vurdering av {dossier.organisation.name}", f"Assessment of {dossier.organisation.name}"),
        dossier.as_of,
        dossier.as_of.isoformat(),
        links=[{"href": PROFILE, "rel": "profile"}],
        parties=[party(dossier.organisation)],
    )
    task = {
        "uuid": uid("task", number, dossier.as_of.isoformat()),
        "type": "action",
        "title": "Egenvurdering",
        "description": ABOUT.nb,
        "props": [prop("description-en", ABOUT.en)],
        "timing": {"on-date": {"date": stamp(dossier.as_of)}},
    }
    resource = {
        "uuid": nothing,
        "title": "Ingen systemsikkerhetsplan",
        "description": "Virksomheten lager ingen slik plan (SSP). / The organisation makes no such plan.",
    }
    body = {
        "metadata": about,
        "import-ssp": {"href": f"#{nothing}"},
        "reviewed-controls": reviewed(dossier),
        "assessment-subjects": [{"type": "party", "include-all": {}}],
        "tasks": [task],
        "back-matter": {"resources": [resource]},
    }
    return document("assessment-plan", (*profile_key(dossier), dossier.as_of.isoformat()), body)


def reviewed(dossier: Dossier) -> Node:
    """Return which controls are looked at: those that the organisation is asked."""
    asked = [{"control-id": item.requirement.id} for item in dossier.items if item.applies]
    selection: Node = {"include-controls": asked} if asked else {"include-all": {}}
    return {"control-selections": [selection], "control-objective-selections": [{"include-all": {}}]}
