"""Rates how mature each requirement is, 0–5 in three layers: written down, done, and measured. No score hangs on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.evidence import Cap
from sentinel.comply.files import Spoken, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import ChapterMaturity, Evidence, Judgement, Maturity, Mean
from sentinel.model.text import Text

Layer = Literal["document", "implementation", "effect"]
LAYERS: tuple[Layer, ...] = ("document", "implementation", "effect")
_WORST_SUPPORT = 3
"""Of measurements, what supports is rated at least this, and what speaks against below it."""

Level = Annotated[int, Field(ge=0, le=5, strict=True)]
Days = Annotated[int, Field(gt=0, le=3650, strict=True)]


class LayerEntry(Schema):
    """One layer: what each of its six levels means."""

    title: Spoken
    levels: Annotated[list[Spoken], Field(min_length=6, max_length=6)]


class LayersEntry(Schema):
    """The three layers."""

    document: LayerEntry
    implementation: LayerEntry
    effect: LayerEntry


class RuleEntry(Schema):
    """The level that one measurement gives; `days` is how long it must have lasted."""

    role: Literal["supports", "contradicts", "caps"]
    cap: Cap | None = None
    days: Days | None = None
    level: Level


class EffectEntry(Schema):
    """How measurements become an effect: what supports counts for so many days after it was seen last."""

    fresh_days: Days
    rules: Annotated[list[RuleEntry], Field(min_length=1)]


class MaturityFile(Schema):
    """The file `maturity.yml`."""

    layers: LayersEntry
    effect: EffectEntry


@dataclass(frozen=True, slots=True)
class Scale:
    """What the levels of each layer mean, and how measurements become an effect."""

    titles: Mapping[Layer, Text]
    levels: Mapping[Layer, tuple[Text, ...]]
    fresh: timedelta
    rules: tuple[RuleEntry, ...]


def rated(
    judgements: Iterable[Judgement], scale: Scale, governed: Collection[str], as_of: date
) -> tuple[Judgement, ...]:
    """Return judgements with their maturity; those that do not apply have none.

    `governed` are requirements about decisions of people: nothing measured says how well those work. What a document of
    the organisation's own says is no measurement.
    """
    return tuple(replace(one, maturity=_rated(one, scale, governed, as_of)) for one in judgements)


def _rated(judgement: Judgement, scale: Scale, governed: Collection[str], as_of: date) -> Maturity | None:
    if judgement.state == "not_applicable":
        return None
    answer = judgement.answer
    said = (answer.document, answer.implementation) if answer else (None, None)
    found = [] if judgement.requirement.id in governed else judgement.evidence
    measured = [item for item in found if item.signal.kind != "document"]
    return Maturity(*said, *effect(measured, scale, as_of))


def effect(evidence: Iterable[Evidence], scale: Scale, as_of: date) -> tuple[int | None, date | None]:
    """Return the level that measurements give and the day of the one that decided, or twice None.

    What was looked for and never seen has no day of its own: it was missing on the day of the assessment.
    """
    found = [(level, item.signal.last or as_of) for item in evidence for level in _levels(item, scale, as_of)]
    against = [pair for pair in found if pair[0] < _WORST_SUPPORT]
    if against:
        lowest = min(level for level, _ in against)
        return lowest, max(day for level, day in against if level == lowest)
    return max(found, default=(None, None))


def _levels(item: Evidence, scale: Scale, as_of: date) -> Iterator[int]:
    """Yield the level of one measurement; what supports and is no longer fresh, or has no days, has none."""
    first, last = item.signal.first, item.signal.last
    if item.role == "supports" and (last is None or last + scale.fresh < as_of):
        return
    lasted = (last - first).days + 1 if first and last else 0
    fits = [r for r in scale.rules if r.role == item.role and r.cap == item.cap and (r.days or 0) <= lasted]
    if fits:
        yield max(rule.level for rule in fits)


def chapters(judgements: Sequence[Judgement], titles: Mapping[str, Text]) -> tuple[ChapterMaturity, ...]:
    """Return the means of each chapter in the order of the checklist, over the requirements that apply."""
    return tuple(
        ChapterMaturity(code, titles[code], *_means(tuple(found)))
        for code, found in groupby(judgements, key=lambda judgement: judgement.requirement.chapter)
    )


def _means(judgements: Sequence[Judgement]) -> Iterator[Mean]:
    rates = [judgement.maturity for judgement in judgements if judgement.maturity]
    for layer in LAYERS:
        known = [level for rate in rates if (level := getattr(rate, layer)) is not None]
        yield Mean(sum(known), len(known), len(rates))


def load_scale(base: Path) -> Scale:
    """Read `checklists/maturity.yml`; raise ContentError with all faults."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "maturity.yml", MaturityFile, base, faults)
    if item:
        faults += _wrong(item)
    if faults or not item:
        raise ContentError(faults)
    entries: Mapping[Layer, LayerEntry] = {layer: getattr(item.value.layers, layer) for layer in LAYERS}
    return Scale(
        titles={layer: entry.title.text() for layer, entry in entries.items()},
        levels={layer: tuple(level.text() for level in entry.levels) for layer, entry in entries.items()},
        fresh=timedelta(days=item.value.effect.fresh_days),
        rules=tuple(item.value.effect.rules),
    )


def _wrong(item: Item[MaturityFile]) -> Iterator[Fault]:
    for at, rule in enumerate(item.value.effect.rules):
        where: list[str | int] = ["effect", "rules", at]
        if (rule.cap is None) == (rule.role == "caps"):
            yield item.document.fault(where, "'cap' belongs to the role 'caps', and only there")
        if (rule.level < _WORST_SUPPORT) == (rule.role == "supports"):
            yield item.document.fault(where, f"what supports is rated {_WORST_SUPPORT} or more, what does not below it")
