"""Machine-readable forms of the nouns: each begins with `schema`, and no key is renamed within a major version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from sentinel.model.alerts import Alert, LedgerEntry
from sentinel.model.archived import ArchivedFile
from sentinel.model.asking import RuleAsked
from sentinel.model.assets import Asset, Finding
from sentinel.model.backtest import Difference
from sentinel.model.benchmark import Benchmark, Placing
from sentinel.model.breach import BreachAssessment
from sentinel.model.certificates import Certificate, Standing, Uncertified
from sentinel.model.clocks import Counted
from sentinel.model.compliance import (
    Action,
    Applicability,
    ChapterMaturity,
    Judgement,
    OtherCount,
    Requirement,
    Score,
)
from sentinel.model.conversion import Conversion
from sentinel.model.coverage import Coverage
from sentinel.model.crosswalks import Coverage as CrossCoverage
from sentinel.model.crosswalks import Covered
from sentinel.model.dpia import Dpia, Item, RiskLink, Screening, ScreeningTest
from sentinel.model.enabled import BackStretch, SetChange
from sentinel.model.explained import Explanation
from sentinel.model.extracts import Extract
from sentinel.model.groups import Group, GroupUnit
from sentinel.model.histories import HistoryPoint
from sentinel.model.history import AssetChange, Tracked
from sentinel.model.imports import RuleChange
from sentinel.model.interchange import Dossier
from sentinel.model.judged import Outcome
from sentinel.model.knowledge import Line, Statement
from sentinel.model.known import KnownFeed, KnownWeakness
from sentinel.model.packs import PackOverview, PackScored
from sentinel.model.plain_hits import plain_hit
from sentinel.model.record_shapes import (
    AssessmentRecord,
    ChecklistRecord,
    HitEvent,
    HitRecord,
    HitRule,
    JudgementRecord,
    PackKept,
    PackScoreRecord,
    ResultRecord,
    ScoreRecord,
)
from sentinel.model.rejects import Reject
from sentinel.model.remarks import Remark
from sentinel.model.reproduction import Reproduction
from sentinel.model.result import Result
from sentinel.model.risks import Risk, Ros
from sentinel.model.rules import ListedRule
from sentinel.model.scans import LogEntry, PlannedStep
from sentinel.model.sector import MemberRow
from sentinel.model.signed import SignedFile
from sentinel.model.talks import Association, Crossing, CrossingEvent, Flow, Title
from sentinel.model.windows import WatchRule, WatchWindow

_JUDGEMENT = TypeAdapter(JudgementRecord)

Record = dict[str, Any]
RECORDS: Mapping[str, type] = {
    "sentinel.action/1": Action,
    "sentinel.applicability/1": Applicability,
    "sentinel.assessment/1": AssessmentRecord,
    "sentinel.archivedfile/1": ArchivedFile,
    "sentinel.asked/1": RuleAsked,
    "sentinel.asset/1": Asset,
    "sentinel.assetchange/1": AssetChange,
    "sentinel.association/1": Association,
    "sentinel.backstretch/1": BackStretch,
    "sentinel.backtest/1": Difference,
    "sentinel.benchmark/1": Benchmark,
    "sentinel.breach/1": BreachAssessment,
    "sentinel.certificate/1": Certificate,
    "sentinel.conversion/1": Conversion,
    "sentinel.coverage/1": Coverage,
    "sentinel.covered/1": Covered,
    "sentinel.crosscoverage/1": CrossCoverage,
    "sentinel.crossing/1": CrossingEvent,
    "sentinel.deadline/1": Counted,
    "sentinel.dpia/1": Dpia,
    "sentinel.dpiaitem/1": Item,
    "sentinel.dpialink/1": RiskLink,
    "sentinel.dpiascreening/1": Screening,
    "sentinel.dpiatest/1": ScreeningTest,
    "sentinel.explanation/1": Explanation,
    "sentinel.extract/1": Extract,
    "sentinel.feed/1": KnownFeed,
    "sentinel.finding/1": Finding,
    "sentinel.flow/1": Flow,
    "sentinel.groupscore/1": Group,
    "sentinel.groupunit/1": GroupUnit,
    "sentinel.historypoint/1": HistoryPoint,
    "sentinel.hit/1": HitRecord,
    "sentinel.reject/1": Reject,
    "sentinel.ledger/1": LedgerEntry,
    "sentinel.maturity/1": ChapterMaturity,
    "sentinel.member/1": MemberRow,
    "sentinel.othercount/1": OtherCount,
    "sentinel.outcome/1": Outcome,
    "sentinel.pack/1": PackOverview,
    "sentinel.packscore/1": PackScoreRecord,
    "sentinel.placing/1": Placing,
    "sentinel.planstep/1": PlannedStep,
    "sentinel.probelog/1": LogEntry,
    "sentinel.releaseline/1": Line,
    "sentinel.remark/1": Remark,
    "sentinel.reproduction/1": Reproduction,
    "sentinel.requirement/1": Requirement,
    "sentinel.result/1": ResultRecord,
    "sentinel.risk/1": Risk,
    "sentinel.ros/1": Ros,
    "sentinel.rule/1": ListedRule,
    "sentinel.ruleimport/1": RuleChange,
    "sentinel.setchange/1": SetChange,
    "sentinel.score/1": ScoreRecord,
    "sentinel.signedfile/1": SignedFile,
    "sentinel.statement/1": Statement,
    "sentinel.title/1": Title,
    "sentinel.uncertified/1": Uncertified,
    "sentinel.watchrule/1": WatchRule,
    "sentinel.watchwindow/1": WatchWindow,
    "sentinel.weakness/1": KnownWeakness,
}
_NAMES: Mapping[type, str] = {kind: name for name, kind in RECORDS.items()}


def record_of(noun: object) -> Record:
    """Return the record of a noun of one of the kinds in RECORDS."""
    return _record(_NAMES[type(noun)], noun)


def hit_record(alert: Alert, explanation: tuple[str, ...] | None = None) -> Record:
    """Return `sentinel.hit/1`, explained where that was asked for."""
    if alert.correlation is None and alert.change is None:
        return plain_hit(alert, explanation)
    rule = alert.rule
    return _record(
        "sentinel.hit/1",
        HitRecord(
            alert.id,
            HitRule(rule.id, rule.title, rule.level, rule.hash, rule.author, rule.tags),
            HitEvent(alert.event_id, alert.time, alert.source, alert.record),
            alert.matched,
            dict(alert.fields),
            alert.engine,
            alert.correlation,
            alert.revision,
            alert.change,
            alert.status,
            alert.superseded_by,
            explanation,
        ),
    )


def standing_record(standing: Standing) -> Record:
    """Return where a rule stands with its certificates, as a key of a record that shows the rule."""
    told: Record = _adapter(Standing).dump_python(standing, mode="json")
    return told


def tracked_record(tracked: Tracked) -> Record:
    """Return `sentinel.finding/1` with its life in the key `life`."""
    life: Record = _adapter(Tracked).dump_python(tracked, mode="json", exclude={"finding"})
    return {**record_of(tracked.finding), "life": life}


def crossing_record(crossing: Crossing) -> Record:
    """Return `sentinel.crossing/1`, flat, so that it can be read as an event."""
    return _record("sentinel.crossing/1", CrossingEvent.of(crossing))


def score_record(score: Score) -> Record:
    """Return `sentinel.score/1`."""
    checklist = ChecklistRecord(score.checklist_id, score.checklist_version, score.checklist_hash)
    return _record(
        "sentinel.score/1",
        ScoreRecord(
            score.score,
            score.coverage,
            score.worst_case,
            score.level,
            score.level_reason,
            score.gates,
            score.counts,
            checklist,
        ),
    )


def pack_score_record(scored: PackScored) -> Record:
    """Return `sentinel.packscore/1`; its score is a whole `sentinel.score/1`."""
    judgements = tuple(map(_judgement, scored.judgements))
    body = PackScoreRecord(scored.pack, scored.organisation, scored.as_of, _pack_score(scored), judgements)
    return _record("sentinel.packscore/1", body)


def assessment_record(of: Dossier) -> Record:
    """Return `sentinel.assessment/1`."""
    judgements = tuple(map(_judgement, of.judgements))
    told = AssessmentRecord(of.organisation, of.as_of, of.engine, of.measured, score_record(of.score), judgements)
    return _record("sentinel.assessment/1", told)


def judgement_record(judgement: Judgement) -> Record:
    """Return one requirement's outcome as it stands in a result."""
    plain: Record = _JUDGEMENT.dump_python(_judgement(judgement), mode="json")
    return plain


def result_record(result: Result) -> Record:
    """Return `sentinel.result/1`."""
    return _record(
        "sentinel.result/1",
        ResultRecord(
            organisation=result.organisation,
            as_of=result.as_of,
            tlp=result.tlp,
            versions=result.versions,
            score=score_record(result.score),
            alerts=[hit_record(alert) for alert in result.alerts],
            assets=[record_of(asset) for asset in result.assets],
            findings=[record_of(finding) for finding in result.findings],
            ledger=result.ledger,
            logs=result.logs,
            scans=result.scans,
            judgements=tuple(map(_judgement, result.judgements)),
            actions=result.actions,
            decisions=result.decisions,
            not_looked=result.not_looked,
            changes=result.changes,
            troubles=result.troubles,
            outcomes=result.outcomes,
            feeds=result.feeds,
            previous=result.previous,
            chapters=result.chapters,
            meanings=result.meanings,
            rule_titles=result.rule_titles,
            log_titles=result.log_titles,
            predecessors=result.predecessors,
            beyond=result.beyond,
            risks=result.risks.figures if result.risks else None,
            packs=tuple(_kept(one) for one in result.packs if one.named),
            ros=result.risks,
            certificates=result.certificates,
        ),
    )


def json_schema(name: str) -> Record:
    """Return the published JSON Schema of one kind of record; further keys may come within a major version."""
    schema = _adapter(RECORDS[name]).json_schema(mode="serialization")
    properties = {"schema": {"const": name}, **schema["properties"]}
    required = ["schema", *schema["properties"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": name,
        "properties": properties,
        "required": required,
    }


def _kept(scored: PackScored) -> PackKept:
    return PackKept(
        scored.pack,
        _pack_score(scored),
        tuple(map(_judgement, scored.judgements)),
        scored.actions,
        scored.previous,
        scored.changes,
    )


def _pack_score(scored: PackScored) -> Record | None:
    return score_record(scored.score) if scored.score else None


def _judgement(judgement: Judgement) -> JudgementRecord:
    need = judgement.requirement
    return JudgementRecord(
        need.id,
        need.title,
        need.weight,
        need.gate,
        judgement.state,
        judgement.answer,
        judgement.evidence,
        judgement.reason,
        judgement.accepted,
        judgement.proof,
        judgement.maturity,
        judgement.inherited,
    )


def _record(name: str, noun: object) -> Record:
    return {"schema": name, **_adapter(RECORDS[name]).dump_python(noun, mode="json")}


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
