"""Judges assets as a whole: checks, support, a bundle of knowledge, and what to mend first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sentinel.model.assets import MEDICAL, Asset, Finding
from sentinel.model.judged import Judged, Outcome
from sentinel.model.knowledge import Knowledge
from sentinel.scan.checks import Checks, load_checks
from sentinel.scan.findings import find
from sentinel.scan.lifecycle import Lifecycle, load_lifecycle
from sentinel.scan.ranking import Case, Exposure, rank
from sentinel.scan.weakness.aliases import Aliases, load_aliases
from sentinel.scan.weakness.software import software
from sentinel.scan.weakness.support import completed
from sentinel.scan.weakness.tell import Teller, added_to, findings_of
from sentinel.scan.weakness.verdict import Verdict, judge

UNSUPPORTED, WEAKNESS = "product-unsupported", "weakness-"
_JUDGED = frozenset({"found", "cleared", "none"})


@dataclass(frozen=True, slots=True)
class Grounds:
    """What assets are judged by. Without `knowledge` nobody looks for known weaknesses, and that is told."""

    checks: Checks
    lifecycle: Lifecycle
    aliases: Aliases
    knowledge: Knowledge | None = None


def load_grounds(base: Path, knowledge: Knowledge | None = None) -> Grounds:
    """Load checks, lifecycle and aliases below `base`; a bundle completes the lifecycle."""
    aliases, lifecycle = load_aliases(base), load_lifecycle(base)
    full = completed(lifecycle, aliases, knowledge) if knowledge else lifecycle
    return Grounds(load_checks(base), full, aliases, knowledge)


def judge_assets(
    assets: Sequence[Asset], grounds: Grounds, as_of: date, exposed: Mapping[str, Exposure] | None = None
) -> Judged:
    """Return all findings, gravest first, each with its rank, and what came of looking for known weaknesses."""
    found = list(find(assets, grounds.checks, grounds.lifecycle, as_of))
    outcomes: list[Outcome] = []
    if grounds.knowledge is not None:
        found, outcomes = _with_weaknesses(assets, found, Teller(grounds.checks, grounds.knowledge, as_of), grounds)
    ordered = sorted(found, key=lambda one: (-one.severity.rank, one.check, one.id))
    return Judged(
        ranked(ordered, assets, exposed or {}),
        tuple(outcomes),
        tuple(grounds.knowledge.feeds) if grounds.knowledge else None,
    )


def ranked(
    findings: Iterable[Finding], assets: Iterable[Asset], exposed: Mapping[str, Exposure]
) -> tuple[Finding, ...]:
    """Return the findings with their ranks, in the order they came."""
    classes = {asset.id: asset.device_class for asset in assets}
    return tuple(
        replace(
            one,
            rank=rank(
                Case(
                    one.severity,
                    one.claim,
                    _class(one, classes),
                    one.impact.patient_safety,
                    exposed.get(one.asset, "unseen"),
                    one.weaknesses,
                )
            ),
        )
        for one in findings
    )


def looked_for(findings: Iterable[Finding], outcomes: Iterable[Outcome]) -> list[Finding]:
    """Return the findings that can be seen to be mended: of known weaknesses only those of products that were judged.

    Without a bundle, without a version, or with a bundle that does not know the product, nobody looked.
    """
    judged = {(one.asset, one.subject) for one in outcomes if one.state in _JUDGED and not one.with_support}
    return [
        one
        for one in findings
        if not one.check.startswith(WEAKNESS) or (one.asset, one.facts.get("subject", "")) in judged
    ]


def _class(finding: Finding, classes: Mapping[str, str]) -> str:
    found = classes.get(finding.asset, "unknown")
    return "medical_other" if finding.facts.get("medical") and found not in MEDICAL else found


def _with_weaknesses(
    assets: Iterable[Asset], found: list[Finding], teller: Teller, grounds: Grounds
) -> tuple[list[Finding], list[Outcome]]:
    kept = {one.id: one for one in found}
    ended = {
        (one.asset, one.facts.get("product", "").casefold(), one.facts.get("version", "")): one.id
        for one in found
        if one.check == UNSUPPORTED
    }
    outcomes = []
    verdicts: dict[object, Verdict] = {}
    for asset in assets:
        for one in software(asset, grounds.aliases):
            same = (one.id, one.version, one.revision, one.system, one.strength)
            if same not in verdicts:
                verdicts[same] = judge(one, teller.knowledge, teller.as_of)
            verdict = replace(verdicts[same], software=one)
            over = ended.get((asset.id, one.product.casefold(), one.version))
            outcomes.append(_outcome(asset, verdict, merged=over is not None))
            if over and (verdict.likely or verdict.possible):
                kept[over] = added_to(kept[over], verdict, teller)
            else:
                kept |= {told.id: told for told in findings_of(asset, verdict, teller)}
    return list(kept.values()), outcomes


def _outcome(asset: Asset, verdict: Verdict, *, merged: bool) -> Outcome:
    one = verdict.software
    return Outcome(
        asset=asset.id,
        asset_name=asset.called,
        vendor=one.vendor,
        product=one.product,
        version=one.version,
        revision=one.revision,
        subject=one.id,
        state="unnamed" if one.named is None else verdict.state,
        likely=len({name for hit in verdict.likely for name in hit.names}),
        possible=len({name for hit in verdict.possible for name in hit.names}),
        mended=verdict.mended,
        cleared=tuple(sorted({name for hit in verdict.cleared for name in hit.names})),
        unsettled=verdict.unsettled,
        with_support=merged,
    )
