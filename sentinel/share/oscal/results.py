"""OSCAL assessment results: findings from judgements, observations from answers and measurements, risks from the ROS.

OSCAL knows satisfied and not-satisfied alone, and no score. Only what is met is satisfied; our own state, the answer
and the three numbers are properties of our namespace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sentinel.model.compliance import Answer, Evidence, Judgement, Organisation, Score, SignalKind
from sentinel.model.interchange import Dossier, entry_of
from sentinel.model.text import Text
from sentinel.share.oscal.catalog import objective
from sentinel.share.oscal.common import (
    PLAN,
    Node,
    catalogue_props,
    document,
    metadata,
    one_line,
    party,
    party_id,
    person_id,
    prop,
    stamp,
    text_of,
    text_props,
    uid,
    value_prop,
)
from sentinel.share.oscal.plan import ABOUT, reviewed
from sentinel.share.oscal.risks import risks


@dataclass(frozen=True, slots=True)
class Standing:
    """What OSCAL makes of one of our states: satisfied or not, why, and how far it is carried out."""

    state: str
    reason: str
    carried_out: str


_NO = "not-satisfied"
STANDINGS: Mapping[str, Standing] = {
    "met": Standing("satisfied", "pass", "implemented"),
    "partly": Standing(_NO, "fail", "partial"),
    "planned": Standing(_NO, "fail", "planned"),
    "not_met": Standing(_NO, "fail", "planned"),
    "disputed": Standing(_NO, "other", "partial"),
    "unknown": Standing(_NO, "other", ""),
    "not_assessed": Standing(_NO, "other", ""),
    "not_applicable": Standing(_NO, "other", "not-applicable"),
}
METHODS: Mapping[SignalKind, str] = {
    "finding": "TEST",
    "inventory": "TEST",
    "rule": "EXAMINE",
    "log": "EXAMINE",
    "document": "EXAMINE",
}
"""A device is tested, a log is examined; what a person answered was asked in an interview."""


def results(dossier: Dossier) -> Node:
    """Return the results of one day; the same dossier gives the same bytes."""
    who = dossier.organisation
    about = metadata(
        Text(f"Vurdering av {who.name} mot {dossier.catalogue.title.nb}", f"Assessment of {who.name}"),
        dossier.as_of,
        dossier.as_of.isoformat(),
        props=catalogue_props(dossier.catalogue),
        parties=[party(who), *_people(dossier)],
        remarks=dossier.catalogue.remarks.nb,
    )
    body = {"metadata": about, "import-ap": {"href": PLAN}, "results": [_result(dossier)]}
    return document("assessment-results", (text_of(body),), body)


def findings(dossier: Dossier) -> list[Node]:
    """Return a finding for each requirement that is asked, and for each that was answered and is not asked."""
    given = {answer.requirement: answer for answer in dossier.answers}
    asked = {judgement.requirement.id: judgement for judgement in dossier.judgements}
    return [
        _finding(dossier.organisation, judgement, given.get(name))
        for name, judgement in asked.items()
        if judgement.state != "not_applicable" or name in given
    ]


def finding_id(organisation: Organisation, requirement: str) -> str:
    """Return how the finding on a requirement is named, the same in every assessment of an organisation."""
    return uid("finding", organisation.number, requirement)


def observations(dossier: Dossier) -> list[Node]:
    """Return who answered what, and what was measured, each once."""
    found = [
        *(_answered(dossier.organisation, answer) for answer in dossier.answers),
        *(_measured(dossier, one) for judgement in dossier.judgements for one in judgement.evidence),
    ]
    return list({one["uuid"]: one for one in found}.values())


def _result(dossier: Dossier) -> Node:
    told = {
        "observations": observations(dossier),
        "risks": risks(dossier.ros, dossier.organisation) if dossier.ros else [],
        "findings": findings(dossier),
    }
    return {
        "uuid": uid("result", dossier.organisation.number, dossier.as_of.isoformat(), dossier.catalogue.hash),
        "title": f"{dossier.catalogue.title.nb} {dossier.as_of}",
        "description": ABOUT.nb,
        "start": stamp(dossier.as_of),
        "end": stamp(dossier.as_of),
        "props": [
            prop("description-en", ABOUT.en),
            *_numbers(dossier.score),
            *text_props("measured", dossier.measured),
        ],
        "local-definitions": {"assessment-assets": _tool(dossier.engine)},
        "reviewed-controls": reviewed(dossier),
        **{key: value for key, value in told.items() if value},
    }


def _numbers(score: Score) -> Iterator[Node]:
    """Yield the three numbers, which only ever stand together, and what they lead to."""
    for name, value in (("score", score.score), ("coverage", score.coverage), ("worst-case", score.worst_case)):
        yield prop(name, "none" if value is None else repr(value))
    yield prop("level", score.level)
    yield prop("level-reason", score.level_reason.nb)
    yield prop("level-reason-en", score.level_reason.en)
    yield prop("scored-by", score.checklist_id)
    for state, count in score.counts.items():
        yield prop("count", str(count), state)
    for gate in score.gates:
        yield prop("gate", gate.requirement, "met" if gate.met else "not-met", f"{gate.reason.nb} / {gate.reason.en}")


def _finding(organisation: Organisation, judgement: Judgement, answer: Answer | None) -> Node:
    need = judgement.requirement
    said = entry_of(answer) if answer else {}
    unused = [prop("answer-unused", "yes")] if answer and judgement.answer is None else []
    seen = [_answer_id(organisation, answer)] if answer else []
    seen += [_evidence_id(organisation, one) for one in judgement.evidence]
    related = {"related-observations": [{"observation-uuid": one} for one in dict.fromkeys(seen)]} if seen else {}
    return {
        "uuid": finding_id(organisation, need.id),
        "title": f"{need.id} {need.title.nb}",
        "description": judgement.reason.nb,
        "props": [
            prop("requirement", need.id),
            prop("state", judgement.state),
            prop("weight", str(need.weight)),
            prop("gate", "yes" if need.gate else "no"),
            prop("title-en", need.title.en),
            prop("description-en", judgement.reason.en),
            *unused,
            *_standing(judgement),
            *(one for key, value in said.items() for one in value_prop(f"answer-{key}", value)),
        ],
        "target": _target(need.id, judgement.state),
        **related,
    }


def _standing(judgement: Judgement) -> Iterator[Node]:
    """Yield how well an answer is backed, until when its risk is accepted, how mature it is, and who else answered."""
    if proof := judgement.proof:
        yield prop("proof", proof.grade)
        yield prop("proof-dated", proof.dated.isoformat())
    if kept := judgement.accepted:
        yield prop("accepted-until", kept.until.isoformat(), "ended" if kept.ended else "")
    if rated := judgement.maturity:
        layers = {"document": rated.document, "implementation": rated.implementation, "effect": rated.effect}
        yield from (prop(f"maturity-{name}", str(level)) for name, level in layers.items() if level is not None)
    for other in judgement.inherited:
        yield prop("inherited", f"{other.giver} {other.number}", other.state, other.name)


def _target(requirement: str, state: str) -> Node:
    standing = STANDINGS[state]
    done = {"implementation-status": {"state": standing.carried_out}} if standing.carried_out else {}
    status = {"state": standing.state, "reason": standing.reason}
    return {"type": "objective-id", "target-id": objective(requirement), "status": status, **done}


def _answered(organisation: Organisation, answer: Answer) -> Node:
    return {
        "uuid": _answer_id(organisation, answer),
        "title": f"Svar på {answer.requirement}",
        "description": answer.note or answer.reason or "Svart uten merknad.",
        "props": [prop("answer-state", answer.state)],
        "methods": ["INTERVIEW"],
        "types": ["control-objective"],
        "origins": [{"actors": [{"type": "party", "actor-uuid": person_id(organisation, answer.by)}]}],
        "subjects": [{"subject-uuid": party_id(organisation), "type": "party"}],
        "collected": stamp(answer.given),
        **({"expires": stamp(answer.expires)} if answer.expires else {}),
    }


def _measured(dossier: Dossier, evidence: Evidence) -> Node:
    signal = evidence.signal
    return {
        "uuid": _evidence_id(dossier.organisation, evidence),
        "title": f"{signal.kind}/{signal.key}",
        "description": signal.what.nb,
        "props": [
            prop("description-en", signal.what.en),
            prop("role", evidence.role),
            *([prop("cap", evidence.cap)] if evidence.cap else []),
            prop("because", evidence.because.nb),
            prop("because-en", evidence.because.en),
            prop("present", "yes" if signal.present else "no"),
            prop("count", str(signal.count)),
            *text_props("subject", signal.subject),
            *([prop("first", signal.first.isoformat())] if signal.first else []),
            *([prop("last", signal.last.isoformat())] if signal.last else []),
        ],
        "methods": [METHODS[signal.kind]],
        "types": ["control-objective"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": _tool_id(dossier.engine)}]}],
        "subjects": [{"subject-uuid": party_id(dossier.organisation), "type": "party"}],
        "relevant-evidence": [{"description": signal.source or signal.key}],
        "collected": stamp(signal.last or dossier.as_of),
    }


def _people(dossier: Dossier) -> Iterator[Node]:
    names: Iterable[str] = dict.fromkeys(answer.by for answer in dossier.answers)
    for name in names:
        yield {"uuid": person_id(dossier.organisation, name), "type": "person", "name": one_line(name) or "–"}


def _answer_id(organisation: Organisation, answer: Answer) -> str:
    return uid("answer", organisation.number, answer.requirement, answer.given.isoformat(), answer.state, answer.by)


def _evidence_id(organisation: Organisation, one: Evidence) -> str:
    signal = one.signal
    told = (signal.kind, signal.key, str(signal.present), signal.subject, signal.source, signal.what.nb, one.because.nb)
    span = (str(signal.first), str(signal.last), str(signal.count))
    return uid("evidence", organisation.number, one.requirement, one.role, str(one.cap), *told, *span)


def _tool(engine: str) -> Node:
    component = {
        "uuid": _tool_id(engine),
        "type": "software",
        "title": "Sentinel",
        "description": "Måler og regner ut / measures and computes",
        "props": [prop("version", engine)],
        "status": {"state": "operational"},
    }
    uses = [{"component-uuid": _tool_id(engine)}]
    return {
        "components": [component],
        "assessment-platforms": [{"uuid": uid("platform", engine), "title": "Sentinel", "uses-components": uses}],
    }


def _tool_id(engine: str) -> str:
    return uid("tool", engine)
