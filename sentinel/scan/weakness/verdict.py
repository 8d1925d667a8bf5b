"""Judges one product of one asset by all that a bundle states about it: what is likely, what is possible, what is not.

Three things are kept apart: nothing holds for this version (*none*), what would be needed was not seen (*no version*,
*not comparable*), and nobody could look (*unknown*: the bundle says nothing about the product at all).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sentinel.model.knowledge import Knowledge, Statement, product_key
from sentinel.scan.clean import clean
from sentinel.scan.weakness.covers import Covered, covers
from sentinel.scan.weakness.packages import Package, about, covers_package, is_packaged, package_of
from sentinel.scan.weakness.software import Software

State = Literal["found", "cleared", "none", "no_version", "not_comparable", "unknown"]
Reason = Literal[
    "by_version", "hidden", "silent", "mended", "line", "weak", "unverified", "no_version", "unread", "not_comparable",
    "investigated", "within",
]  # fmt: skip
ADVISORIES = frozenset({"csaf", "vex"})
_SURE_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that holds for a product, or may; `names` are its CVE numbers, or its own where it has none."""

    statement: Statement
    names: tuple[str, ...]
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one product. `likely` and `possible` share no name.

    `mended` are names that the distributor states to be mended in this build, `cleared` the statements that somebody
    answers for and the names that they take away, `lapsed` those that have run out. `unsettled` counts statements that
    say nothing of this version because it cannot be compared. `gone` are the names that `cleared` takes from `likely`
    and from `possible`.
    """

    software: Software
    state: State
    likely: tuple[Hit, ...] = ()
    possible: tuple[Hit, ...] = ()
    mended: tuple[str, ...] = ()
    cleared: tuple[Hit, ...] = ()
    lapsed: tuple[Hit, ...] = ()
    unsettled: int = 0
    gone: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(slots=True)
class _Gathered:
    """What statements say while they are gone through."""

    likely: list[Hit] = field(default_factory=list)
    possible: list[Hit] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


def judge(one: Software, knowledge: Knowledge, as_of: date) -> Verdict:
    """Return what a bundle says of one product on one day."""
    alias = one.named.alias if one.named else None
    stated = [found for key in (one.named.keys if one.named else ()) for found in knowledge.about(key)]
    makers = [found for found in stated if not is_packaged(found)]
    package = package_of(one.version, one.revision, one.system)
    theirs = _of_distributor(one, package, knowledge) if alias and package else []
    if not makers and not theirs:
        return Verdict(one, "unknown")
    gathered = _Gathered()
    mended = _by_distributor(package, theirs, gathered) if package and package.version else set[str]()
    rest = _doubt(one, package, theirs)
    scheme = alias.scheme or "" if alias else ""
    for found in makers:
        if found.status in {"affected", "under_investigation"}:
            _weigh(found, covers(found, one.version, scheme), one, rest, gathered)
    return _settled(one, gathered, mended, _answered(makers, one.version, scheme, as_of))


def _of_distributor(one: Software, package: Package, knowledge: Knowledge) -> list[Statement]:
    alias = one.named.alias if one.named else None
    names = alias.packages.get(package.distributor, ()) if alias else ()
    keys = (product_key(package.distributor, name) for name in names)
    return about(package, (found for key in keys for found in knowledge.about(key)))


def _by_distributor(package: Package, theirs: Iterable[Statement], gathered: _Gathered) -> set[str]:
    """Take what the distributor states about this build, and return the names that it states to be mended."""
    mended: set[str] = set()
    for found in theirs:
        cover = covers_package(found, package).cover
        fine = found.status in {"fixed", "not_affected"}
        if cover == "unknown":
            gathered.unsettled.append(found.advisory)
        elif (cover == "yes") == fine:
            mended |= set(_names(found))
        elif found.status == "affected" and cover == "yes":
            gathered.likely.append(Hit(found, _names(found)))
    return mended - {name for hit in gathered.likely for name in hit.names}


def _doubt(one: Software, package: Package | None, theirs: Sequence[Statement]) -> Reason:
    """Say why a version number alone does not settle it."""
    alias = one.named.alias if one.named else None
    if package is not None:
        return "silent" if package.version and theirs else "hidden"
    return "mended" if alias and alias.mended else "by_version"


def _weigh(found: Statement, covered: Covered, one: Software, rest: Reason, gathered: _Gathered) -> None:
    """Put a statement of makers or collectors where it belongs; a list of versions is never more than possible."""
    if covered.cover == "no":
        return
    told = found.source in ADVISORIES
    if covered.cover == "unknown" and not told:
        gathered.unsettled.append(covered.why)
        return
    reason = _reason(found, covered, one) if told else rest
    (gathered.possible if reason else gathered.likely).append(Hit(found, _names(found), reason))


def _reason(found: Statement, covered: Covered, one: Software) -> Reason | None:
    """Say why an advisory that names the product is not likely to concern it; None where it is."""
    alias = one.named.alias if one.named else None
    doubts: tuple[tuple[bool, Reason], ...] = (
        (alias is not None and alias.line, "line"),
        (bool(found.distribution), "within"),
        (covered.why == "no_version", "no_version"),
        (covered.why == "unread", "unread"),
        (covered.why == "not_comparable", "not_comparable"),
        (found.status == "under_investigation", "investigated"),
        (alias is not None and alias.confidence == "unverified", "unverified"),
        (one.strength < _SURE_ENOUGH, "weak"),
        (alias is not None and alias.mended, "mended"),
    )
    return next((reason for holds, reason in doubts if holds), None)


def _answered(makers: Iterable[Statement], version: str, scheme: str, as_of: date) -> tuple[list[Hit], list[Hit]]:
    """Return the statements that take names away, and those that would have, had their time not run out.

    Somebody must answer for them, and the version must surely be among those that they are about.
    """
    holding: list[Hit] = []
    lapsed: list[Hit] = []
    for found in makers:
        fine = found.status in {"not_affected", "fixed"} and found.by and found.cves
        if fine and covers(found, version, scheme).cover == "yes":
            gone = found.until is not None and found.until < as_of
            (lapsed if gone else holding).append(Hit(found, found.cves))
    return holding, lapsed


def _settled(one: Software, gathered: _Gathered, mended: set[str], answers: tuple[list[Hit], list[Hit]]) -> Verdict:
    holding, lapsed = answers
    answered = {name for hit in holding for name in hit.names}
    likely = _without(gathered.likely, answered)
    sure = {name for hit in likely for name in hit.names}
    possible = _without(gathered.possible, answered | mended | sure)
    told = {name for hit in (*gathered.likely, *gathered.possible) for name in hit.names}
    cleared = _only(holding, told)
    return Verdict(
        one,
        _state(likely or possible, cleared, gathered.unsettled),
        tuple(likely),
        tuple(possible),
        tuple(sorted(mended & told)),
        tuple(cleared),
        tuple(_only(lapsed, told - answered)),
        len(gathered.unsettled),
        (_among(gathered.likely, answered), _among(gathered.possible, answered - mended - sure)),
    )


def _among(hits: Iterable[Hit], names: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for hit in hits for name in hit.names if name in names))


def _state(found: Sequence[Hit], cleared: Sequence[Hit], unsettled: Sequence[str]) -> State:
    if found:
        return "found"
    if unsettled:
        return "no_version" if "no_version" in unsettled else "not_comparable"
    return "cleared" if cleared else "none"


def _without(hits: Iterable[Hit], names: set[str]) -> list[Hit]:
    return _kept(hits, lambda name: name not in names)


def _only(hits: Iterable[Hit], names: set[str]) -> list[Hit]:
    return _kept(hits, lambda name: name in names)


def _kept(hits: Iterable[Hit], wanted: Callable[[str], bool]) -> list[Hit]:
    kept = (Hit(hit.statement, tuple(filter(wanted, hit.names)), hit.reason) for hit in hits)
    return [hit for hit in kept if hit.names]


def _names(found: Statement) -> tuple[str, ...]:
    return found.cves or (clean(found.advisory, 80),)
