"""Results that no honest clinic has: hostile text everywhere, and far too much of everything."""

from __future__ import annotations

from dataclasses import replace

from sentinel.model.alerts import LedgerEntry, Match
from sentinel.model.assets import Service
from sentinel.model.compliance import Action, Answer, Evidence, GateResult, Judgement, Organisation, Signal
from sentinel.model.result import NotLooked, Result
from sentinel.model.text import Text
from sentinel.model.trend import Change
from sentinel.report.notlooked import not_looked
from tests.report.parts import at
from tests.report.sample import AS_OF, rich


def poisoned(text: str) -> Result:
    """A small result with `text` in every place that logs, banners, answers and other files may fill."""
    clinic, said = rich(), Text(text, text)
    assert clinic.risks is not None
    asset = replace(
        clinic.assets[0],
        id="a-1",
        addresses=(text,),
        names=(text,),
        device_class=text,
        vendor=text,
        product=text,
        version=text,
        services=(Service("tcp", 80, text, text, text),),
        contradictions=(text,),
    )
    wrong = replace(clinic.findings[0], asset="a-1", asset_name=text, title=said, advice=said, evidence=said)
    alert = clinic.alerts[0]
    alert = replace(
        alert,
        rule=replace(alert.rule, id="x", title=text, tags=(text,)),
        source=text,
        matched=(Match(text, text, text),),
    )
    log = replace(clinic.logs[-1], source=text, format=text, datasets=(text,), skipped={text: 3})
    need = replace(clinic.judgements[0].requirement, id=text, chapter=text, title=said)
    given = Answer(text, "met", text, AS_OF, text, text, text, AS_OF)
    signal = Signal("finding", text, present=True, subject=text, what=said, source=text, first=AS_OF, last=AS_OF)
    judged = Judgement(need, "disputed", given, (Evidence(text, "contradicts", signal, said),), said)
    entry = LedgerEntry(text, text, text, "refused", text, 1, 1, (text,))
    return replace(
        clinic,
        organisation=Organisation(text, text, text, frozenset({text})),
        tlp=text,
        versions=replace(clinic.versions, engine=text, checklist=text, checklist_hash=text, rules_hash=text),
        logs=(log,),
        ledger=(entry, replace(entry, state="field-absent")),
        alerts=(alert,),
        scans=(replace(clinic.scans[1], source=text, method=text, skipped={text: 1}, silent=(text,)),),
        assets=(asset,),
        findings=(wrong,),
        judgements=(judged,),
        score=replace(clinic.score, level_reason=said, gates=(GateResult(text, said, met=False, reason=said),)),
        actions=(Action(said, said, said, said, AS_OF, (text,)),) * 3,
        decisions=(said,),
        not_looked=(NotLooked(text, said), *not_looked((log,), (entry,), (), (judged,), [(text, said)])),
        changes=(Change(text, said),),
        chapters={text: said},
        beyond=(text,),
        risks=replace(clinic.risks, risks=tuple(replace(risk, title=said) for risk in clinic.risks.risks)),
        meanings={"x": said},
        log_titles={text: said},
    )


def overfull() -> Result:
    """Far too much of everything, each text as long and wide as it can be."""
    wide = "Wwwwwwwwwwwwww MMMMMMMMMMMMM ØÅØÅØÅØÅØÅ " * 40
    clinic, full = rich(), poisoned(wide)
    gap = (at(10, 2), at(10, 3))
    return replace(
        full,
        logs=tuple(replace(full.logs[0], source=f"{n} {wide}", gaps=(gap,) * 9) for n in range(30)),
        ledger=full.ledger * 30,
        alerts=tuple(replace(a, id=str(n), rule=replace(a.rule, id=f"r{n}")) for n, a in enumerate(full.alerts * 30)),
        assets=tuple(replace(full.assets[0], id=f"a-{n}") for n in range(30)),
        findings=full.findings * 30,
        judgements=full.judgements * 40,
        actions=full.actions * 20,
        decisions=full.decisions * 20,
        not_looked=full.not_looked * 20,
        changes=full.changes * 20,
        versions=clinic.versions,
    )
