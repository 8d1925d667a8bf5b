"""Looks at assets with the checks of scanners/checks: what is wrong, how sure that is, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sentinel.model.assets import Asset, Claim, Finding
from sentinel.model.text import Text
from sentinel.scan.checks import Check, Checks, Level, load_checks
from sentinel.scan.inventory import EVERYTHING, by_attribute
from sentinel.scan.lifecycle import Lifecycle
from sentinel.scan.support import Candidate, candidates, doubt_of
from sentinel.scan.telling import fill, fill_day, finding_id, said_day, said_moment, witnesses
from sentinel.scan.votes import best

__all__ = ["Looked", "find", "load_checks", "looked"]


@dataclass(frozen=True, slots=True)
class Looked:
    """How far one check could see: assets it could judge, and assets it concerns but had nothing to judge by."""

    check: str
    evaluated: int
    no_input: int


@dataclass(frozen=True, slots=True)
class _View:
    """An asset as checks look at it; worked out once for all of them."""

    asset: Asset
    groups: Mapping[str, list[Claim]]
    services: tuple[tuple[str, str], ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one finding is about, before it becomes text; `words` differ by language only in `said`."""

    subject: str
    claims: tuple[Claim, ...]
    level: Level
    words: Mapping[str, str]
    said: Mapping[str, Text] = field(default_factory=dict)
    hint: bool = False
    knowledge: date | None = None


def find(assets: Iterable[Asset], checks: Checks, lifecycle: Lifecycle, as_of: date) -> tuple[Finding, ...]:
    """Return all findings that need no bundle of knowledge, gravest first, then in the order of the assets.

    The same input gives the same findings.

    A host that answers on everything gets only the checks that are made for it: what it shows is no evidence of a
    particular device.
    """
    found: list[tuple[int, int, Finding]] = []
    for place, asset in enumerate(assets):
        view = _view(asset, lifecycle)
        for check in checks.without_weakness().all:
            for told in _look(view, check, as_of):
                finding = _finding(asset, check, told)
                found.append((-finding.severity.rank, place, finding))
    return tuple(finding for *_, finding in sorted(found, key=lambda one: (*one[:2], one[2].check, one[2].id)))


def looked(assets: Iterable[Asset], checks: Checks, lifecycle: Lifecycle) -> tuple[Looked, ...]:
    """Count for each check the assets it could judge and those it concerns but knows too little about.

    How far known weaknesses could be looked for stands in the outcomes of sentinel.scan.judging.
    """
    made = checks.without_weakness().all
    counts = {check.id: [0, 0] for check in made}
    for asset in assets:
        view = _view(asset, lifecycle)
        for check in made:
            seen = _input(view, check)
            if seen is not None:
                counts[check.id][0 if seen else 1] += 1
    return tuple(Looked(check, *numbers) for check, numbers in counts.items())


def _view(asset: Asset, lifecycle: Lifecycle) -> _View:
    groups = by_attribute(asset.claims)
    keys = {name.partition(".")[0] for name in groups if name.startswith(("tcp/", "udp/"))}
    ordered = sorted(keys, key=lambda key: (key[:3], int(key[4:]) if key[4:].isdecimal() else 0, key))
    services = tuple((key, best(groups.get(f"{key}.protocol", ()))) for key in ordered)
    return _View(asset, groups, services, tuple(candidates(asset, groups, lifecycle)))


def _hidden(view: _View, check: Check) -> bool:
    return EVERYTHING in view.groups and not check.even_everything


def _input(view: _View, check: Check) -> bool | None:
    """Say whether a check has what it needs for an asset; None where it does not concern it."""
    if _hidden(view, check):
        return False
    if check.kind == "support":
        named = any(name == "os" or name.endswith("product") for name in view.groups)
        return bool(view.candidates) if named else None
    if check.of == "asset":
        known = (check.attribute or "") in view.groups
        return known if known or any(attribute in view.groups for attribute in check.concerns) else None
    if check.attribute == "protocol":
        return True if view.asset.services else None
    concerned = [key for key, protocol in view.services if protocol in (check.concerns or check.protocols)]
    return any(f"{key}.{check.attribute}" in view.groups for key in concerned) if concerned else None


def _look(view: _View, check: Check, as_of: date) -> Iterator[_Told]:
    if _hidden(view, check) or (check.device_classes and view.asset.device_class not in check.device_classes):
        return
    if check.kind == "support":
        for candidate in view.candidates:
            if candidate.support.state(as_of, check.soon_days) in check.states:
                yield _told_support(view.asset, candidate, check, as_of)
    elif check.of == "asset":
        yield from _told_claim("", view.groups.get(check.attribute or "", []), check, as_of)
    else:
        for key, protocol in view.services:
            claims = view.groups.get(f"{key}.{check.attribute}")
            if claims and _fits(view.groups, key, protocol, check):
                yield from _told_claim(key, claims, check, as_of)


def _fits(groups: Mapping[str, list[Claim]], key: str, protocol: str, check: Check) -> bool:
    if any(groups.get(f"{key}.{attribute}") for attribute in check.unless):
        return False
    return not check.protocols or protocol in check.protocols


def _told_claim(key: str, claims: list[Claim], check: Check, as_of: date) -> Iterator[_Told]:
    """Tell the value that won, where the check is about it: a value that lost a vote is no finding."""
    value = best(claims)
    backing = tuple(claim for claim in claims if claim.value.casefold() == value.casefold())
    if not backing or (check.values and value.casefold() not in {one.casefold() for one in check.values}):
        return
    day = _day(value) if check.kind == "passed" else None
    if check.kind == "passed" and (day is None or day >= as_of):
        return
    hint = max(claim.strength for claim in backing) < check.least
    if hint and check.evidence_hint is None:
        return
    words = {"service": key, "port": key.partition("/")[2], "value": value, "protocol": value.upper()}
    said = {"date": said_day(day)} if day else {}
    yield _Told(key or check.attribute or "", backing, "possible" if hint else check.claim, words, said, hint)


def _told_support(asset: Asset, candidate: Candidate, check: Check, as_of: date) -> _Told:
    support, doubt = candidate.support, doubt_of(candidate)
    day = support.last_day
    when = check.with_day if day else check.without_day
    said = {
        "when": fill_day(when, day),
        "note": support.note.text() if support.note else Text("", ""),
        "doubt": check.doubts[doubt].text() if doubt else Text("", ""),
        "extended": said_day(support.extended_ends),
    }
    words = {
        "service": ", ".join(candidate.services) or "system",
        "label": support.label,
        "product": candidate.product,
        "version": candidate.version,
        "source": support.source,
        "vendor": asset.vendor,
        "support": support.state(as_of, check.soon_days),
        "ends": day.isoformat() if day else "",
    }
    level = "possible" if doubt else check.claim
    return _Told(support.key, candidate.claims, level, words, said, doubt is not None, support.product.as_of)


def _finding(asset: Asset, check: Check, told: _Told) -> Finding:
    hint = told.hint
    name = asset.called
    address = next(iter(asset.addresses), name)
    seen = max((claim.last_seen for claim in told.claims if claim.last_seen), default=None)
    knowledge = told.knowledge or check.as_of
    words = dict(told.words) | {"name": name, "address": address, "evidence": witnesses(told.claims)}
    said = dict(told.said) | {
        "seen": said_moment(seen),
        "knowledge": said_day(knowledge),
    }
    title = check.title_possible if hint and check.title_possible else check.title
    evidence = check.evidence_hint if hint and check.evidence_hint else check.evidence
    return Finding(
        id=finding_id(check.id, asset.id, told.subject),
        asset=asset.id,
        asset_name=name,
        check=check.id,
        claim=told.level,
        severity=check.severity_possible if hint and check.severity_possible else check.severity,
        impact=check.impact.impact(),
        title=fill(title, words, said),
        advice=fill(check.advice_for(asset.device_class), words, said),
        evidence=fill(evidence, words, said),
        knowledge_date=knowledge,
        seen=seen,
        facts={key: value for key, value in words.items() if value},
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
