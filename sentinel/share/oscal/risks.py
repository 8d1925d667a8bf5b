"""An assessment of risk (ROS) as OSCAL risks. What is only hoped for is never written as an adjusted risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sentinel.model.compliance import Organisation
from sentinel.model.risks import Assessment, Measure, Risk, RiskState, Ros
from sentinel.share.oscal.common import NS, Node, party_id, prop, stamp, text_props, uid

STATUSES: Mapping[RiskState, str] = {
    "open": "open",
    "disputed": "investigating",
    "not_assessed": "open",
    "accepted": "deviation-approved",
    "acceptable": "closed",
    "not_relevant": "closed",
}
LIFECYCLES: Mapping[str, str] = {"planned": "planned", "started": "planned", "done": "completed"}


def risks(ros: Ros, organisation: Organisation) -> list[Node]:
    """Return every risk of an assessment, gravest first as it stands there."""
    return [_risk(risk, organisation) for risk in ros.risks]


def risk_id(organisation: Organisation, risk: str) -> str:
    """Return how a risk is named, the same in every assessment of an organisation."""
    return uid("risk", organisation.number, risk)


def _risk(risk: Risk, organisation: Organisation) -> Node:
    origin = {"actors": [{"type": "party", "actor-uuid": party_id(organisation)}]}
    left = [one for one in risk.measures if one.state in {"planned", "started"}]
    told = {
        "characterizations": list(_characterizations(risk, origin)),
        "mitigating-factors": [_factor(risk, one, organisation) for one in risk.measures if one.state == "done"],
        "remediations": [_remediation(risk, one, organisation) for one in risk.measures if one.state != "dropped"],
    }
    return {
        "uuid": risk_id(organisation, risk.id),
        "title": risk.title.nb,
        "description": risk.text.nb or risk.title.nb,
        "statement": risk.reason.nb,
        "props": list(_props(risk)),
        "status": STATUSES[risk.state],
        "origins": [origin],
        **({"deadline": stamp(max(one.due for one in left))} if left else {}),
        **{key: value for key, value in told.items() if value},
    }


def _props(risk: Risk) -> Iterator[Node]:
    yield prop("risk-id", risk.id)
    yield prop("risk-state", risk.state)
    yield prop("title-en", risk.title.en)
    yield from text_props("description-en", risk.text.en)
    yield prop("statement-en", risk.reason.en)
    for name in risk.requirements:
        yield prop("requirement", name)
    for name in risk.threatens:
        yield prop("threatens", name)
    if risk.stale:
        yield prop("stale", "yes")
    if kept := risk.acceptance:
        yield prop("accepted-by", f"{kept.by}, {kept.role}")
        yield prop("accepted-until", kept.expires.isoformat(), "" if kept.valid else "ended")
        yield from text_props("accepted-because", kept.reason)
    if risk.exemption:
        yield from text_props("not-relevant-because", risk.exemption.reason)
        yield prop("not-relevant-until", risk.exemption.expires.isoformat())


def _characterizations(risk: Risk, origin: Node) -> Iterator[Node]:
    if risk.before:
        yield {"origin": origin, "facets": list(_facets(risk.before, "initial"))}
    if risk.after:
        state = "adjusted" if risk.reached else "hoped-for"
        yield {"origin": origin, "facets": list(_facets(risk.after, state))}


def _facets(assessment: Assessment, state: str) -> Iterator[Node]:
    """Yield likelihood and impact in each dimension; OSCAL's own states are `initial` and `adjusted`."""
    told = [prop("state", state)] if state == "hoped-for" else [{"name": "state", "value": state}]
    prefix = "hoped-" if state == "hoped-for" else ""
    yield {"name": f"{prefix}likelihood", "system": NS, "value": str(assessment.likelihood), "props": told}
    for rating in assessment.ratings:
        props = [*told, prop("band", rating.band or "none")]
        name = f"{prefix}impact-{rating.dimension.replace('_', '-')}"
        yield {"name": name, "system": NS, "value": str(rating.consequence), "props": props}
    yield {"name": f"{prefix}worst-band", "system": NS, "value": assessment.worst, "props": told}


def _factor(risk: Risk, measure: Measure, organisation: Organisation) -> Node:
    return {
        "uuid": uid("mitigation", organisation.number, risk.id, *_name(measure)),
        "description": measure.title.nb,
        "props": _both(measure),
    }


def _remediation(risk: Risk, measure: Measure, organisation: Organisation) -> Node:
    identity = (organisation.number, risk.id, *_name(measure))
    task = {
        "uuid": uid("milestone", *identity),
        "type": "milestone",
        "title": measure.title.nb,
        "timing": {"on-date": {"date": stamp(measure.due)}},
    }
    return {
        "uuid": uid("remediation", *identity),
        "lifecycle": LIFECYCLES[measure.state],
        "title": measure.title.nb,
        "description": measure.title.nb,
        "props": _both(measure),
        "tasks": [task],
    }


def _both(measure: Measure) -> list[Node]:
    done = [prop("done", measure.done.isoformat())] if measure.done else []
    overdue = [prop("overdue", "yes")] if measure.overdue else []
    names: Iterable[Node] = (prop("title-en", measure.title.en), *text_props("owner", measure.owner))
    return [*names, prop("measure-state", measure.state), *done, *overdue]


def _name(measure: Measure) -> tuple[str, str]:
    return measure.id, measure.title.nb
