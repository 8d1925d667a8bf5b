"""Applies what was seen, or stands in a site's own documents, to requirements by a map; no signal sets an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sentinel.comply.checklist import NORMEN, Checklist
from sentinel.comply.files import RequirementId, Spoken, meant, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Confidence, Evidence, Role, Signal, SignalKind
from sentinel.model.text import Text

When = Literal["seen", "gap", "absent"]
"""seen: it is there · gap: it is not there for a time that has dates · absent: looked for and never there."""

Cap = Literal["partly", "not_met"]
ANY = "*"
ROLES: tuple[Role, ...] = ("contradicts", "caps", "supports", "informs")


class EffectEntry(Schema):
    """What a signal does to requirements, and the reason in a sentence."""

    requirements: Annotated[list[RequirementId], Field(min_length=1)]
    role: Role
    cap: Cap | None = None
    because: Spoken

    @model_validator(mode="after")
    def cap_goes_with_caps(self) -> EffectEntry:
        """Refuse a cap without the role, and the role without a cap."""
        if (self.cap is None) == (self.role == "caps"):
            raise ValueError("'cap' belongs to the role 'caps', and only there")
        return self


class SignalEntry(Schema):
    """Signals of one kind that do the same.

    The key `*` stands for every key that is not named elsewhere, `*.x` for those of them that end in `.x`.
    """

    kind: SignalKind
    keys: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
    when: When = "seen"
    effects: Annotated[list[EffectEntry], Field(min_length=1)]


class Governance(Schema):
    """Chapters that are about decisions people made; nothing measured may be proof that they were made.

    `technical` are those of their requirements that are not, and that something measured may support.
    """

    chapters: list[str]
    technical: tuple[RequirementId, ...] = ()
    because: Spoken


class MapFile(Schema):
    """The file `evidence-map.yml`; `confidence` says how sure it is that the signals bear on these requirements."""

    confidence: Confidence = "unverified"
    governance: Governance
    signals: Annotated[list[SignalEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one signal does to one requirement."""

    requirement: str
    role: Role
    cap: Cap | None
    because: Text
    confidence: Confidence = "unverified"


Place = tuple[str, str, When]


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """The effects of each signal, found by kind, key and whether it was seen.

    `governed` are the requirements about decisions of people, which nothing measured proves.
    """

    effects: Mapping[Place, tuple[Effect, ...]]
    governed: frozenset[str] = frozenset()

    def of(self, signal: Signal) -> tuple[Effect, ...]:
        """Return the effects of one signal by the nearest key: its own, else `*.possible`, else `*`."""
        when = condition(signal)
        keys = (signal.key, f"{ANY}.{signal.key.rpartition('.')[2]}", ANY)
        places = ((signal.kind, key, when) for key in keys)
        return next((self.effects[place] for place in places if place in self.effects), ())


def condition(signal: Signal) -> When:
    """Say what a signal tells: something seen, a gap (absent, with dates), or never there."""
    if signal.present:
        return "seen"
    return "absent" if signal.first is None else "gap"


def apply(signals: Iterable[Signal], evidence_map: EvidenceMap) -> tuple[Evidence, ...]:
    """Return all evidence, ordered by requirement, strongest role first, and independent of the order of signals."""
    found = [
        Evidence(effect.requirement, effect.role, signal, effect.because, effect.cap, effect.confidence)
        for signal in set(signals)
        for effect in evidence_map.of(signal)
    ]
    return tuple(sorted(found, key=_place))


def unmapped(signals: Iterable[Signal], evidence_map: EvidenceMap) -> tuple[Signal, ...]:
    """Return the signals that bear on no requirement, so that *in = applied + unmapped*."""
    return tuple(signal for signal in signals if not evidence_map.of(signal))


def load_evidence_map(base: Path, checklist: Checklist) -> EvidenceMap:
    """Read the `evidence-map.yml` of a checklist; raise ContentError with all faults.

    A pack without one is about decisions of people alone.
    """
    faults: list[Fault] = []
    path = base / checklist.beside("evidence-map.yml")
    if checklist.place != NORMEN and not path.exists():
        return EvidenceMap({}, checklist.known())
    item = one(path, MapFile, base, faults)
    if item:
        faults += _wrong(item, checklist)
    if faults or not item:
        raise ContentError(faults)
    return EvidenceMap(dict(_effects(item.value)), _governed(item.value.governance, checklist.known()))


def _governed(governance: Governance, known: frozenset[str]) -> frozenset[str]:
    chapters, technical = set(governance.chapters), set(governance.technical)
    return frozenset(name for name in known if name.split("-")[0] in chapters and name not in technical)


def _effects(file: MapFile) -> Iterator[tuple[Place, tuple[Effect, ...]]]:
    for entry in file.signals:
        effects = tuple(
            Effect(name, effect.role, effect.cap, effect.because.text(), file.confidence)
            for effect in entry.effects
            for name in effect.requirements
        )
        for key in entry.keys:
            yield (entry.kind, key, entry.when), effects


def _wrong(item: Item[MapFile], checklist: Checklist) -> Iterator[Fault]:
    governance, known = item.value.governance, checklist.known()
    for name in sorted(set(governance.chapters) - set(checklist.chapters)):
        what = f"unknown chapter '{name}'{meant(name, checklist.chapters)}"
        yield item.document.fault(["governance", "chapters"], what)
    for name in sorted(set(governance.technical) - known):
        yield item.document.fault(["governance", "technical"], f"unknown requirement '{name}'{meant(name, known)}")
    governed = _governed(governance, known)
    places: set[Place] = set()
    for index, entry in enumerate(item.value.signals):
        for key in entry.keys:
            if (entry.kind, key, entry.when) in places:
                yield item.document.fault(["signals", index, "keys"], f"{entry.kind} {key} is mapped twice")
            places.add((entry.kind, key, entry.when))
        for number, effect in enumerate(entry.effects):
            for what in _wrong_effect(effect, known, frozenset() if entry.kind == "document" else governed):
                yield item.document.fault(["signals", index, "effects", number], what)


def _wrong_effect(effect: EffectEntry, known: frozenset[str], governed: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong; `governed` are what nothing measured proves, none for what people wrote."""
    for name in effect.requirements:
        if name not in known:
            yield f"unknown requirement '{name}'{meant(name, known)}"
        if effect.role == "supports" and name in governed:
            yield f"{name} is about what people decided: a measurement may not support it"


def _place(evidence: Evidence) -> tuple[str, int, str, str, str, str, str, bool]:
    signal = evidence.signal
    order = ROLES.index(evidence.role)
    first = signal.first.isoformat() if signal.first else ""
    return evidence.requirement, order, signal.kind, signal.key, first, signal.subject, signal.what.nb, signal.present
