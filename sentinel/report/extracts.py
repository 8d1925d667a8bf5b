"""Chooses what one reader is given: by law or chapter, as `reports/extracts/` has it, and says what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.content import Item, Said, Schema, load
from sentinel.errors import ContentError, Fault, RenderError
from sentinel.model.compliance import Confidence, EffectiveState, Judgement, Requirement
from sentinel.model.extracts import Counts, Extract, Extracted, ExtractedPack
from sentinel.model.packs import PackScored
from sentinel.model.result import Result
from sentinel.report.firstpage import APPLICABLE
from sentinel.report.names import Names, names_of

Shown = Literal["people", "measurements", "score", "signature"]


class Takes(Schema):
    """Requirements that refer to one of the sources, or stand in one of the chapters."""

    sources: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()


class ExtractFile(Schema):
    """One extract. `takes` may be everything; `shows` is what stands there besides answers and references.

    `packs` are shown beside, each by itself, also where nobody answered them; `answered` means those that the site
    names answers to.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: Said
    about: Said
    silent: Said
    takes: Takes | Literal["all"]
    packs: tuple[str, ...] | Literal["answered"] = ()
    shows: tuple[Shown, ...]
    confidence: Confidence
    source: Said


def load_extracts(base: Path) -> dict[str, ExtractFile]:
    """Read `reports/extracts/*.yml` by id; raise ContentError with all faults."""
    items = load(base / "reports" / "extracts", ExtractFile, base)
    if faults := list(_wrong_names(items)):
        raise ContentError(faults)
    return {item.value.id: item.value for item in items}


def wrong_extracts(base: Path, requirements: Collection[Requirement], packs: Collection[str]) -> Iterator[Fault]:
    """Yield sources and chapters that no requirement has, as they would choose nothing, and packs that nobody knows."""
    sources = {reference.source for need in requirements for reference in need.references}
    chapters = {need.chapter for need in requirements}
    for item in load(base / "reports" / "extracts", ExtractFile, base):
        takes, named = item.value.takes, item.value.packs
        for name in () if named == "answered" else sorted(set(named) - set(packs)):
            yield item.document.fault(["packs"], f"there is no pack '{name}'")
        if isinstance(takes, Takes):
            for kind, named, known in (("sources", takes.sources, sources), ("chapters", takes.chapters, chapters)):
                for name in sorted(set(named) - known):
                    yield item.document.fault(["takes", kind], f"no requirement has '{name}'")
            if not (takes.sources or takes.chapters):
                yield item.document.fault(["takes"], "chooses nothing")


def extract(result: Result, chosen: ExtractFile) -> Extract:
    """Return what one reader is given of a result; RenderError where it holds nothing of a pack to show."""
    taken = [judgement for judgement in result.judgements if _takes(chosen, judgement.requirement)]
    names = None if "people" in chosen.shows else names_of(result)
    ids = {judgement.requirement.id for judgement in taken}
    rows = tuple(_row(number, judgement, chosen.shows, names) for number, judgement in enumerate(taken, 1))
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
        score=None if "score" not in chosen.shows else score if names is None else names.score(score),
        people="people" in chosen.shows,
        measurements="measurements" in chosen.shows,
        signed="signature" in chosen.shows,
        counts=_counts(rows),
        rows=rows,
        left_out=tuple(j.requirement.id for j in result.judgements if j.requirement.id not in ids),
        beyond=result.beyond,
        chapters=dict(result.chapters),
        machines=_machines(result, rows),
        packs=tuple(_pack(one, chosen.shows, names) for one in _packs(result, chosen)),
    )


def _packs(result: Result, chosen: ExtractFile) -> Sequence[PackScored]:
    if chosen.packs == "answered":
        return [one for one in result.packs if one.named]
    known = {one.pack.id: one for one in result.packs}
    if unknown := [name for name in chosen.packs if name not in known]:
        raise RenderError(f"{chosen.id}: the result holds nothing of {', '.join(unknown)}, which this extract shows")
    return [known[name] for name in chosen.packs]


def _pack(scored: PackScored, shows: Collection[Shown], names: Names | None) -> ExtractedPack:
    rows = tuple(_row(number, judgement, shows, names) for number, judgement in enumerate(scored.judgements, 1))
    return ExtractedPack(
        pack=scored.pack,
        answered=any(judgement.answer is not None for judgement in scored.judgements),
        score=scored.score if scored.score is None or names is None else names.score(scored.score),
        counts=_counts(rows),
        rows=rows,
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


def _row(number: int, judgement: Judgement, shows: Collection[Shown], names: Names | None) -> Extracted:
    """Return one requirement; `names` are to be taken out of what was written, None where people are shown."""
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
        answer=answer if answer is None or names is None else names.answer(answer),
        evidence=judgement.evidence if "measurements" in shows else (),
        reason=None if telling else judgement.reason,
        accepted=judgement.accepted if "people" in shows else None,
        proof=judgement.proof if "people" in shows else None,
        maturity=judgement.maturity if "people" in shows else None,
    )


def _counts(rows: tuple[Extracted, ...]) -> Counts:
    states: Mapping[EffectiveState, int] = Counter(row.state for row in rows)
    known = {name: states.get(name, 0) for name in APPLICABLE}
    return Counts(applies=sum(known.values()), **known)
