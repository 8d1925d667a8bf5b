"""Findings of other scanners and of people beside ours: one thing on one asset is one finding, with all its sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sentinel.content import Said, Schema, load_one
from sentinel.model.assets import MEDICAL, Asset, Finding, Impact, Observation
from sentinel.model.severity import Severity
from sentinel.model.text import Text

KIND = "scanner.finding"
OURS = "Sentinel"
_SURE_QUALITY = 70
_CERTAINTY = ("possible", "likely", "sure")
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Same(Schema):
    """A result of another scanner that says what one of our checks says."""

    scanner: Line
    id: Line
    check: Line
    confidence: Literal["confirmed", "known", "unverified"]
    source: Line


class Reported(Schema):
    """scanners/reported: what is said of findings of others, and which are the same as ours."""

    about: Line
    as_of: date
    evidence: Said
    also: Said
    advice_none: Said
    advice_medical: Said
    same: tuple[Same, ...] = Field(min_length=1)

    def check_of(self, scanner: str, number: str) -> str:
        """Return our check that a result of another scanner is the same as; empty where it is none."""
        found = (one.check for one in self.same if (one.scanner, one.id) == (scanner, number))
        return next(found, "")


@dataclass(frozen=True, slots=True)
class Told:
    """One finding of others, and our check and port that it is about, where it is about one."""

    finding: Finding
    check: str
    service: str


def load_reported(base: Path) -> Reported:
    """Load scanners/reported below `base`."""
    return load_one(base / "scanners" / "reported" / "reported.yml", Reported, base)


def aside(observations: Iterable[Observation], kept: list[Observation]) -> Iterator[Observation]:
    """Pass observations on, and keep those that are findings of others."""
    for one in observations:
        if one.kind == KIND:
            kept.append(one)
        yield one


def told(observations: Iterable[Observation], assets: Iterable[Asset], texts: Reported, as_of: date) -> list[Told]:
    """Return the findings of others about known assets, each once, in an order that their files do not decide."""
    known = {address: asset for asset in assets for address in asset.addresses}
    found: dict[str, list[Told]] = {}
    for seen in observations:
        asset = known.get(seen.address)
        if asset is not None:
            one = _told(seen, asset, texts, as_of)
            found.setdefault(one.finding.id, []).append(one)
    return sorted(map(_joined, found.values()), key=lambda one: (one.finding.check, one.finding.id))


def combine(ours: Iterable[Finding], others: Iterable[Told], texts: Reported) -> tuple[Finding, ...]:
    """Return one finding for each thing: the same asset and check, or the same asset and CVE, is the same thing.

    What we found ourselves keeps its id, its text and its certainty. Of others the first by scanner and number does.
    """
    kept = {finding.id: finding for finding in ours}
    by_check: dict[tuple[str, str], list[str]] = {}
    by_cve: dict[tuple[str, str], list[str]] = {}
    for finding in kept.values():
        by_check.setdefault((finding.asset, finding.check), []).append(finding.id)
    for one in others:
        new = one.finding
        same = _same_check(one, [kept[at] for at in by_check.get((new.asset, one.check), ())])
        same = same or _same_cves(new, [kept[at] for cve in new.cves for at in by_cve.get((new.asset, cve), ())])
        keeper = _beside(same, new, texts) if same else new
        kept[keeper.id] = keeper
        for cve in new.cves:
            by_cve.setdefault((new.asset, cve), []).append(keeper.id)
    return tuple(sorted(kept.values(), key=lambda one: (-one.severity.rank, one.asset_name, one.check, one.id)))


def _same_check(one: Told, candidates: list[Finding]) -> Finding | None:
    """Return our finding of the same check at the same port; where either names no port, the asset alone decides."""
    for finding in candidates:
        ours = finding.facts.get("service", "")
        if not one.service or "/" not in ours or one.service in ours.split(", "):
            return finding
    return None


def _same_cves(new: Finding, candidates: list[Finding]) -> Finding | None:
    """Return a finding whose CVE numbers are all among the new one's, or hold all of those: else they only overlap.

    One that somebody says does not apply is not it: what another scanner found must not vanish behind their word.
    """
    mine = set(new.cves)
    standing = (one for one in candidates if one.cleared is None)
    return next((one for one in standing if mine <= set(one.cves) or set(one.cves) <= mine), None)


def _beside(finding: Finding, new: Finding, texts: Reported) -> Finding:
    """Add a witness; two who both say possible make it likely."""
    sources = tuple(dict.fromkeys((*(finding.sources or (OURS,)), *new.sources)))
    if sources == finding.sources:
        return finding
    words = {"source": ", ".join(new.sources)}
    said = Text(texts.also.nb.format_map(words), texts.also.en.format_map(words))
    certain = max(finding.claim, "likely" if finding.claim == "possible" else finding.claim, key=_CERTAINTY.index)
    return replace(
        finding,
        claim=certain,
        severity=max(finding.severity, new.severity, key=lambda one: one.rank),
        sources=sources,
        cves=_together(finding, new.cves),
        evidence=Text(f"{finding.evidence.nb} {said.nb}", f"{finding.evidence.en} {said.en}"),
        seen=_latest(finding.seen, new.seen),
    )


def _together(finding: Finding, new: Iterable[str]) -> tuple[str, ...]:
    """Return all numbers once: in their order, or the worst first where that is known."""
    if not finding.weaknesses:
        return tuple(sorted({*finding.cves, *new}))
    return tuple(dict.fromkeys((*finding.cves, *sorted(new))))


def _joined(same: list[Told]) -> Told:
    """Return one finding for the same result told several times: as the latest tells it, with all that was named."""
    last = max(same, key=lambda one: (one.finding.seen.timestamp() if one.finding.seen else 0.0, repr(one)))
    finding = replace(
        last.finding,
        sources=tuple(sorted({source for one in same for source in one.finding.sources})),
        cves=tuple(sorted({cve for one in same for cve in one.finding.cves})),
    )
    return replace(last, finding=finding)


def _told(seen: Observation, asset: Asset, texts: Reported, as_of: date) -> Told:
    facts = seen.facts
    scanner, number = facts.get("scanner", "list"), facts.get("id", "")
    service = f"{seen.transport}/{seen.port}" if seen.port else ""
    title = facts.get("title", "") or number or "?"
    check = facts.get("check", "") or texts.check_of(scanner, number)
    source = f"{scanner} {number}".strip() + f" ({seen.source})"
    name = asset.called
    finding = Finding(
        id=_id(asset.id, scanner, number or title.casefold(), service),
        asset=asset.id,
        asset_name=name,
        check=f"{scanner.casefold()}:{number or title.casefold()}"[:120],
        claim=_certainty(facts),
        severity=Severity(facts.get("severity") or "informational"),
        impact=Impact(),
        title=Text(f"{name}: {title}", f"{name}: {title}"),
        advice=_advice(facts.get("advice", ""), asset, texts),
        evidence=_evidence(texts.evidence, seen, source, service),
        knowledge_date=seen.time.date() if seen.time else as_of,
        seen=seen.time,
        facts={key: value for key, value in {**facts, "service": service, "address": seen.address}.items() if value},
        cves=tuple(part for part in facts.get("cves", "").split(", ") if part),
        sources=(source,),
    )
    return Told(finding, check, service)


def _certainty(facts: Mapping[str, str]) -> Literal["likely", "possible"]:
    """Return possible where the scanner itself trusts its test less than Greenbone's own limit of 70 %."""
    quality = facts.get("quality", "")
    return "possible" if quality.isdecimal() and int(quality) < _SURE_QUALITY else "likely"


def _advice(advice: str, asset: Asset, texts: Reported) -> Text:
    if asset.device_class in MEDICAL:
        words = {"advice": advice or "–"}
        return Text(texts.advice_medical.nb.format_map(words), texts.advice_medical.en.format_map(words))
    return Text(advice, advice) if advice else texts.advice_none.text()


def _evidence(said: Said, seen: Observation, source: str, service: str) -> Text:
    words = {"source": source, "address": seen.address, "where": f" ({service})" if service else ""}
    day = seen.time.date().isoformat() if seen.time else ""
    return Text(
        said.nb.format_map({**words, "seen": day or "ukjent dato"}),
        said.en.format_map({**words, "seen": day or "an unknown date"}),
    )


def _latest(left: datetime | None, right: datetime | None) -> datetime | None:
    return max(left, right) if left and right else left or right


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]
