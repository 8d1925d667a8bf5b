"""The shape of scanners/checks: what to look for in an asset's claims, how grave it is, and what to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from sentinel.content import Document, Said, Schema, load
from sentinel.errors import ContentError, Fault
from sentinel.model.assets import MEDICAL, Certainty, DeviceClass, Impact
from sentinel.model.severity import Severity
from sentinel.scan.fingerprint_rules import placeholders
from sentinel.scan.lifecycle import SupportState

Level = Certainty
Doubt = Literal["mended", "revision", "weak", "unverified"]
Degree = Annotated[int, Field(ge=0, le=3)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
COMMON = frozenset({"name", "address", "seen", "evidence", "knowledge"})
WORDS: Mapping[str, frozenset[str]] = {
    "claim": COMMON | {"service", "port", "value", "protocol"},
    "passed": COMMON | {"service", "port", "value", "date"},
    "weakness": COMMON
    | {"service", "product", "version", "count", "worst", "source", "exploited", "doubt", "settled", "remedy", "id"},
    "support": COMMON | {"service", "label", "product", "version", "when", "source", "note", "doubt", "extended"},
}


PHRASES: Mapping[str, frozenset[str]] = {
    "one": frozenset(),
    "many": frozenset({"n"}),
    "exploited": frozenset({"names"}),
    "quiet": frozenset(),
    "mended_away": frozenset({"n", "distributor"}),
    "cleared": frozenset({"names", "by", "until", "reason", "source"}),
    "lapsed": frozenset({"names", "by", "until"}),
    "cleared_title": frozenset({"name", "product", "version", "count", "by", "until"}),
    "cleared_advice": frozenset({"until"}),
    "no_end": frozenset(),
    "until": frozenset({"date"}),
    "ran_out": frozenset({"date"}),
    "no_reason": frozenset(),
    "quoted": frozenset({"source", "text"}),
    "unpatched": frozenset({"source"}),
    "more": frozenset({"n"}),
    "any_version": frozenset(),
    "by_version": frozenset(),
    "hidden": frozenset(),
    "silent": frozenset({"distributor"}),
    "mended": frozenset(),
    "line": frozenset(),
    "weak": frozenset(),
    "unverified": frozenset(),
    "no_version": frozenset(),
    "unread": frozenset({"text"}),
    "within": frozenset({"text"}),
    "not_comparable": frozenset({"version"}),
    "investigated": frozenset({"source"}),
    "ended": frozenset({"count", "worst", "exploited", "source", "knowledge"}),
}
"""Sentences that `weakness` checks put together, and the words that each may use."""


class Harm(Schema):
    """What could be harmed, 0–3."""

    confidentiality: Degree = 0
    integrity: Degree = 0
    availability: Degree = 0
    patient_safety: Degree = 0

    def impact(self) -> Impact:
        """Return the noun the rest of the program uses."""
        return Impact(self.confidentiality, self.integrity, self.availability, self.patient_safety)


class Check(Schema):
    """One thing to look for.

    kind `claim`: a claim about `attribute` with one of `values` (any where none is given);
    `passed`: a claim that is a date before the day of the report; `support`: what lifecycle knows, in one of `states`;
    `weakness`: what a bundle of knowledge states about a product and version, in the `phrases` of docs/vulnerabilities.
    `least` is the weakest claim that counts. Weaker ones are told as possible where `evidence_hint` says how, and are
    not told at all where it is absent. `concerns` are the protocols for which the check could be made, or for a check
    of an asset the claims that say so.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    kind: Literal["claim", "passed", "support", "weakness"]
    attribute: Line | None = None
    of: Literal["service", "asset"] = "service"
    values: tuple[Line, ...] = ()
    protocols: tuple[Line, ...] = ()
    unless: tuple[Line, ...] = ()
    device_classes: tuple[DeviceClass, ...] = ()
    states: tuple[SupportState, ...] = ()
    soon_days: Annotated[int, Field(ge=1, le=730)] = 180
    concerns: tuple[Line, ...] = ()
    even_everything: bool = False
    least: Annotated[int, Field(ge=1, le=5)] = 3
    claim: Level
    severity: Severity
    severity_possible: Severity | None = None
    impact: Harm
    title: Said
    title_possible: Said | None = None
    advice: Said
    advice_medical: Said | None = None
    evidence: Said
    evidence_hint: Said | None = None
    with_day: Said | None = None
    without_day: Said | None = None
    doubts: Mapping[Doubt, Said] = {}
    phrases: Mapping[str, Said] = {}
    source: Line
    as_of: date

    @model_validator(mode="after")
    def _whole(self) -> Check:
        support, weakness = self.kind == "support", self.kind == "weakness"
        for wrong, what in (
            (
                (support or weakness) == bool(self.attribute),
                "`attribute` is for `claim` and `passed`, and must be there for them",
            ),
            (support != bool(self.states), "`states` is for `support`, and must be there for it"),
            (support and not (self.with_day and self.without_day), "`support` needs `with_day` and `without_day`"),
            (support and len(self.doubts) < len(get_args(Doubt)), "`support` must say every doubt"),
            (bool(self.phrases) and not weakness, "`phrases` is for `weakness`"),
            (
                bool(self.phrases) and set(self.phrases) != set(PHRASES),
                "`phrases` must be those that are known, all of them",
            ),
            (bool(self.evidence_hint) != bool(self.severity_possible) and not support, "a hint needs its own severity"),
        ):
            if wrong:
                raise ValueError(what)
        self._known_words()
        return self

    def _known_words(self) -> None:
        texts = [self.title, self.title_possible, self.advice, self.advice_medical, self.evidence, self.evidence_hint]
        used = {word for text in texts if text for side in (text.nb, text.en) for word in placeholders(side)}
        days = {word for said in (self.with_day, self.without_day) if said for word in placeholders(said.nb + said.en)}
        unknown = (used - WORDS[self.kind]) | (days - {"date"})
        for name, said in self.phrases.items():
            unknown |= set(placeholders(said.nb + said.en)) - PHRASES[name]
        if unknown:
            raise ValueError(f"unknown word {', '.join(f'{{{word}}}' for word in sorted(unknown))}")

    def advice_for(self, device_class: str) -> Said:
        """Return the advice; approved medical equipment is its maker's to change, so it has advice of its own."""
        return self.advice_medical if self.advice_medical and device_class in MEDICAL else self.advice


@dataclass(frozen=True, slots=True)
class Checks:
    """All checks in the order of their ids, and the phrases that those of kind `weakness` share."""

    all: tuple[Check, ...] = ()
    phrases: Mapping[str, Said] = field(default_factory=dict)

    def without_weakness(self) -> Checks:
        """Return the checks that can be made without a bundle of knowledge."""
        return Checks(tuple(check for check in self.all if check.kind != "weakness"))


def load_checks(base: Path) -> Checks:
    """Load scanners/checks below `base`."""
    seen: dict[str, Document] = {}
    faults: list[Fault] = []
    items = load(base / "scanners" / "checks", Check, base)
    for item in items:
        name = item.value.id
        if name in seen:
            faults.append(item.document.fault(["id"], f"id '{name}' is also used in {seen[name].location}"))
        seen.setdefault(name, item.document)
    telling = [item for item in items if item.value.phrases]
    faults += [
        item.document.fault(["phrases"], "phrases stand in one check, and count for all") for item in telling[1:]
    ]
    if not telling and (alone := [item for item in items if item.value.kind == "weakness"]):
        faults.append(alone[0].document.fault(["kind"], "no check of kind `weakness` has `phrases`"))
    if faults:
        raise ContentError(faults)
    found = tuple(sorted((item.value for item in items), key=lambda check: check.id))
    return Checks(found, telling[0].value.phrases if telling else {})
