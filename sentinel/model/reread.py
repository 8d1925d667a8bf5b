"""Reads `sentinel.result/1` back into the noun it came from, so that an old report can be made of it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sentinel.model.alerts import Alert, RuleRef
from sentinel.model.assets import Asset, Finding
from sentinel.model.compliance import Action, Guidance, Judgement, Requirement, Score
from sentinel.model.packs import PackOverview, PackScored
from sentinel.model.record_shapes import HitRecord, JudgementRecord, ResultRecord, ScoreRecord
from sentinel.model.result import Result
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous

_RESULT = TypeAdapter(ResultRecord)
_NOT_KEPT = Text("", "")
_NO_HELP = Guidance(_NOT_KEPT, _NOT_KEPT, _NOT_KEPT, ())


class _Pack(BaseModel):
    """A pack as a result keeps it; the first results had what it is and its numbers alone."""

    model_config = ConfigDict(extra="ignore")

    pack: PackOverview
    score: ScoreRecord | None
    judgements: tuple[JudgementRecord, ...] = ()
    actions: tuple[Action, ...] = ()
    previous: Previous | None = None
    changes: tuple[Change, ...] = ()


class _Whole(BaseModel):
    """The parts of a result that are records of their own; a later minor version may say more."""

    model_config = ConfigDict(extra="ignore")

    schema_name: Literal["sentinel.result/1"] = Field(alias="schema")
    score: ScoreRecord
    alerts: tuple[HitRecord, ...]
    assets: tuple[Asset, ...]
    findings: tuple[Finding, ...]
    packs: tuple[_Pack, ...] = ()


def reread(data: bytes, known: Mapping[str, Requirement]) -> Result:
    """Return the result that a record tells of.

    `known` are requirements of the checklist it was made by: of each, the record keeps title, weight and gate alone.
    Raises pydantic's ValidationError where it is no such record. What is only for the map of the network is not in it.
    """
    whole = _Whole.model_validate_json(data)
    rest = _RESULT.validate_json(data)
    return Result(
        organisation=rest.organisation,
        as_of=rest.as_of,
        tlp=rest.tlp,
        versions=rest.versions,
        logs=rest.logs,
        ledger=rest.ledger,
        alerts=tuple(map(_alert, whole.alerts)),
        scans=rest.scans,
        assets=whole.assets,
        findings=whole.findings,
        judgements=tuple(_judgement(one, known) for one in rest.judgements),
        score=_score(whole.score),
        actions=rest.actions,
        decisions=rest.decisions,
        not_looked=rest.not_looked,
        previous=rest.previous,
        changes=rest.changes,
        chapters=rest.chapters,
        meanings=rest.meanings,
        certificates=rest.certificates,
        rule_titles=rest.rule_titles,
        log_titles=rest.log_titles,
        troubles=rest.troubles,
        outcomes=rest.outcomes,
        feeds=rest.feeds,
        predecessors=rest.predecessors,
        beyond=rest.beyond,
        risks=rest.ros,
        packs=tuple(_pack(one, rest, known) for one in whole.packs),
    )


def _pack(kept: _Pack, of: ResultRecord, known: Mapping[str, Requirement]) -> PackScored:
    return PackScored(
        pack=kept.pack,
        organisation=of.organisation,
        as_of=of.as_of,
        judgements=tuple(_judgement(one, known) for one in kept.judgements),
        score=_score(kept.score) if kept.score else None,
        actions=kept.actions,
        previous=kept.previous,
        changes=kept.changes,
    )


def _alert(record: HitRecord) -> Alert:
    rule, event = record.rule, record.event
    return Alert(
        id=record.id,
        rule=RuleRef(rule.id, rule.title, rule.level, rule.hash, rule.author, rule.tags),
        event_id=event.id,
        time=event.time,
        source=event.source,
        record=event.record,
        matched=record.matched,
        fields=record.fields,
        engine=record.engine,
        correlation=record.correlation,
        revision=record.revision,
        change=record.change,
        status=record.status,
        superseded_by=record.superseded_by,
    )


def _judgement(record: JudgementRecord, known: Mapping[str, Requirement]) -> Judgement:
    kept = replace(
        known.get(record.requirement) or _bare(record.requirement),
        title=record.title,
        weight=record.weight,
        gate=record.gate,
    )
    return Judgement(
        kept,
        record.state,
        record.answer,
        record.evidence,
        record.reason,
        record.accepted,
        record.proof,
        record.maturity,
        record.inherited,
    )


def _bare(name: str) -> Requirement:
    """Return a requirement of which only the id is known; its chapter is what the id begins with."""
    return Requirement(
        id=name,
        chapter=name.partition("-")[0],
        title=_NOT_KEPT,
        text=_NOT_KEPT,
        question=_NOT_KEPT,
        why=_NOT_KEPT,
        how=_NOT_KEPT,
        applies="ALL",
        weight=1,
        gate=False,
        duty="must",
        basis="norm",
        guidance=_NO_HELP,
        references=(),
    )


def _score(record: ScoreRecord) -> Score:
    checklist = record.checklist
    return Score(
        record.score,
        record.coverage,
        record.worst_case,
        record.level,
        record.level_reason,
        record.gates,
        record.counts,
        checklist.id,
        checklist.version,
        checklist.hash,
    )
