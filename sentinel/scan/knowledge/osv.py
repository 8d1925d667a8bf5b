"""OSV (the OpenSSF's schema): packages of ecosystems and distributions, with events that open and close ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sentinel.model.knowledge import Span, Statement, Weakness
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.cvss import newest_of, scored
from sentinel.scan.knowledge.ranges import Versions, exact, together
from sentinel.scan.knowledge.told import Intake, Told, day_of, stamp

_SCHEMES = {
    "debian": "deb", "ubuntu": "deb", "echo": "deb",
    "red hat": "rpm", "almalinux": "rpm", "rocky linux": "rpm", "suse": "rpm", "opensuse": "rpm", "mageia": "rpm",
    "openeuler": "rpm", "photon os": "rpm", "azure linux": "rpm",
    "alpine": "alpine", "wolfi": "alpine", "chainguard": "alpine", "minimos": "alpine", "alpaquita": "alpine",
    "bellsoft hardened containers": "alpine",
    "npm": "semver", "go": "semver", "crates": "semver", "hex": "semver", "pub": "semver", "swifturl": "semver",
    "maven": "maven", "pypi": "pypi", "nuget": "nuget", "rubygems": "gem", "packagist": "composer",
}  # fmt: skip
_DISTRIBUTIONS = frozenset({"deb", "rpm", "alpine"})
_ENDS = ("fixed", "last_affected", "limit")
_MOST_VERSIONS = 2000


def looks_like(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is an OSV record."""
    return {"id", "modified"} <= set(keys) and bool({"affected", "schema_version", "withdrawn"} & set(keys))


def read_osv(record: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield what a record states. Skipped: `no-id`, `withdrawn`."""
    identity, updated = foreign.text(record.get("id")), stamp(record.get("modified"))
    intake.current(updated, label)
    reason = ("withdrawn" if record.get("withdrawn") else "") if identity else "no-id"
    if reason:
        intake.skip(label, "", reason)
        if identity:
            yield Told("osv", identity, updated)
        return
    intake.tally.handled += 1
    numbers = _numbers(record, identity)
    stated = tuple(_statements(record, numbers, identity, (label, intake)))
    if not stated:
        intake.part(label, "", "nothing-said")
    yield Told("osv", identity, updated, (*stated, *_weaknesses(record, numbers)))


def _numbers(record: Mapping[str, Any], identity: str) -> tuple[str, ...]:
    """Return the CVEs that a record is about: its own, its other names, those that a distributor's record stems from.

    `related` ones are other flaws, and are left out.
    """
    return foreign.cves((identity, *foreign.texts(record.get("aliases")), *foreign.texts(record.get("upstream"))))


def _statements(
    record: Mapping[str, Any], numbers: tuple[str, ...], identity: str, counted: tuple[str, Intake]
) -> Iterator[Statement]:
    label, intake = counted
    for affected in foreign.tables(record.get("affected")):
        package = foreign.table(affected.get("package"))
        name, ecosystem = foreign.text(package.get("name")), foreign.text(package.get("ecosystem"))
        kind = ecosystem.partition(":")[0]
        scheme = _SCHEMES.get(kind.casefold().partition(".")[0], "generic")
        versions = _versions(affected, scheme)
        if not (name and ecosystem) or versions == Versions():
            intake.part(label, "", "no-versions" if name and ecosystem else "no-product")
            continue
        yield Statement(
            "osv",
            identity,
            kind,
            name,
            "affected",
            numbers,
            versions.spans,
            versions.every,
            versions.unread,
            foreign.text(record.get("summary")),
            f"https://osv.dev/vulnerability/{identity}" if identity.isascii() and " " not in identity else "",
            day_of(stamp(record.get("modified"))),
            ecosystem if scheme in _DISTRIBUTIONS else "",
            by=foreign.text(foreign.table(record.get("database_specific")).get("source")),
        )


def _versions(affected: Mapping[str, Any], scheme: str) -> Versions:
    """Return what the ranges say, else the listed versions; ranges of commits (`GIT`) say nothing of versions."""
    ranges = [one for one in foreign.tables(affected.get("ranges")) if foreign.text(one.get("type")).upper() != "GIT"]
    said = together(_range(list(foreign.tables(one.get("events"))), scheme) for one in ranges)
    if said != Versions():
        return said
    listed = foreign.texts(affected.get("versions"))
    more = (f"{len(listed) - _MOST_VERSIONS} more versions",) if len(listed) > _MOST_VERSIONS else ()
    return Versions(tuple(exact(version, scheme) for version in listed[:_MOST_VERSIONS]), unread=more)


def _range(events: Sequence[Mapping[str, Any]], scheme: str) -> Versions:
    """Return the spans of events in their order; unread where what closes does not follow what opens."""
    spans: list[Span] = []
    opened: str | None = None
    for event in events:
        if "introduced" in event:
            if opened is not None:
                return _unread(events)
            opened = foreign.text(event["introduced"])
            continue
        kind = next((name for name in _ENDS if name in event), "")
        end = foreign.text(event.get(kind))
        if opened is None or not end:
            return _unread(events)
        if kind == "limit" and end == "*":
            continue
        first = "" if opened == "0" else opened
        spans.append(Span(first, end, "", scheme) if kind == "last_affected" else Span(first, "", end, scheme))
        opened = None
    if opened == "0" and not spans:
        return Versions(every=True)
    if opened is not None:
        spans.append(Span("" if opened == "0" else opened, "", "", scheme))
    return Versions(tuple(spans))


def _unread(events: Sequence[Mapping[str, Any]]) -> Versions:
    said = (f"{name} {foreign.text(value)}" for event in events for name, value in event.items())
    return Versions(unread=(foreign.text(", ".join(said)),))


def _weaknesses(record: Mapping[str, Any], numbers: tuple[str, ...]) -> Iterator[Weakness]:
    """Yield score and summary of the CVE, where the record is about one alone: of several, nobody says whose."""
    listed = (*foreign.tables(record.get("severity")), *_severities(record))
    told = (scored(foreign.text(one.get("score"))) for one in listed)
    best = newest_of(filter(None, told))
    summary = foreign.text(record.get("summary") or record.get("details"), foreign.SENTENCE)
    if len(numbers) == 1 and (best or summary):
        yield Weakness(numbers[0], best.score if best else None, best.vector if best else "", summary=summary)


def _severities(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for affected in foreign.tables(record.get("affected")):
        yield from foreign.tables(affected.get("severity"))
