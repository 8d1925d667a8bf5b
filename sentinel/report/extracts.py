"""Chooses what one reader is given: by law or chapter, as `reports/extracts/` has it, and says what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.content import Item, Said, Schema, load
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Answer, Confidence, EffectiveState, Judgement, Requirement
from sentinel.model.extracts import Counts, Extract, Extracted
from sentinel.model.result import Result
from sentinel.report.firstpage import APPLICABLE

Shown = Literal["people", "measurements", "score", "signature"]


class Takes(Schema):
    """Requirements that refer to one of the sources, or stand in one of the chapters."""

    sources: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()


class ExtractFile(Schema):
    """One extract. `takes` may be everything; `shows` is what stands there besides answers and references."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: Said
    about: Said
    silent: Said
    takes: Takes | Literal["all"]
    shows: tuple[Shown, ...]
    confidence: Confidence
    source: Said


def load_extracts(base: Path) -> dict[str, ExtractFile]:
    """Read `reports/extracts/*.yml` by id; raise ContentError with all faults."""
    items = load(base / "reports" / "extracts", ExtractFile, base)
    if faults := list(_wrong_names(items)):
        raise ContentError(faults)
    return {item.value.id: item.value for item in items}


def wrong_extracts(base: Path, requirements: Collection[Requirement]) -> Iterator[Fault]:
    """Yield sources and chapters that no requirement has: they would choose nothing, in silence."""
    sources = {reference.source for need in requirements for reference in need.references}
    chapters = {need.chapter for need in requirements}
    for item in load(base / "reports" / "extracts", ExtractFile, base):
        takes = item.value.takes
        if isinstance(takes, Takes):
            for kind, named, known in (("sources", takes.sources, sources), ("chapters", takes.chapters, chapters)):
                for name in sorted(set(named) - known):
                    yield item.document.fault(["takes", kind], f"no requirement has '{name}'")
            if not (takes.sources or takes.chapters):
                yield item.document.fault(["takes"], "chooses nothing")


def extract(result: Result, chosen: ExtractFile) -> Extract:
    """Return what one reader is given of a result."""
    taken = [judgement for judgement in result.judgements if _takes(chosen, judgement.requirement)]
    ids = {judgement.requirement.id for judgement in taken}
    rows = tuple(_row(number, judgement, chosen.shows) for number, judgement in enumerate(taken, 1))
    versions, score = result.versions, result.score
    return Extract(
        id=chosen.id,
        title=chosen.title.text(),
        about=chosen.about.text(),
        silent=chosen.silent.text(),
        confidence=chosen.confidence,
        source=chosen.source.text(),
        organisation=result.organisation,
        as_of=result.as_of,
        tlp=result.tlp,
        engine=versions.engine,
        checklist=score.checklist_id,
        checklist_version=versions.checklist,
        checklist_hash=versions.checklist_hash,
        score=score if "score" in chosen.shows else None,
        people="people" in chosen.shows,
        measurements="measurements" in chosen.shows,
        signed="signature" in chosen.shows,
        counts=_counts(rows),
        rows=rows,
        left_out=tuple(j.requirement.id for j in result.judgements if j.requirement.id not in ids),
        beyond=result.beyond,
        chapters=dict(result.chapters),
        machines=_machines(result, rows),
    )


def _wrong_names(items: list[Item[ExtractFile]]) -> Iterator[Fault]:
    for item in items:
        if item.value.id != Path(item.document.location.path).stem:
            yield item.document.fault(["id"], f"'{item.value.id}' is not the name of the file")


def _machines(result: Result, rows: Iterable[Extracted]) -> dict[str, str]:
    named = {item.signal.source for row in rows for item in row.evidence}
    return {asset.id: asset.called for asset in result.assets if asset.id in named}


def _takes(chosen: ExtractFile, need: Requirement) -> bool:
    takes = chosen.takes
    if takes == "all":
        return True
    return need.chapter in takes.chapters or any(reference.source in takes.sources for reference in need.references)


def _row(number: int, judgement: Judgement, shows: Collection[Shown]) -> Extracted:
    need, answer = judgement.requirement, judgement.answer
    applies = not (judgement.state == "not_applicable" and answer is None)
    telling = applies and not {"people", "measurements"} <= set(shows)
    return Extracted(
        number=number,
        requirement=need.id,
        chapter=need.chapter,
        title=need.title,
        text=need.text,
        weight=need.weight,
        gate=need.gate,
        duty=need.duty,
        basis=need.basis,
        references=need.references,
        applies=applies,
        state=judgement.state,
        answer=answer if answer is None or "people" in shows else _nameless(answer),
        evidence=judgement.evidence if "measurements" in shows else (),
        reason=None if telling else judgement.reason,
        accepted=judgement.accepted if "people" in shows else None,
        proof=judgement.proof if "people" in shows else None,
        maturity=judgement.maturity if "people" in shows else None,
    )


def _nameless(answer: Answer) -> Answer:
    return replace(answer, by="", approver="")


def _counts(rows: tuple[Extracted, ...]) -> Counts:
    states: Mapping[EffectiveState, int] = Counter(row.state for row in rows)
    known = {name: states.get(name, 0) for name in APPLICABLE}
    return Counts(applies=sum(known.values()), **known)
