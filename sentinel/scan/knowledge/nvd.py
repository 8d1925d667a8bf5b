"""NVD's JSON 2.0: answers of its API, its yearly feeds, and copies that list the same records as `cve_items`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sentinel.model.knowledge import Span, Statement, Weakness
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.cpe import Cpe, parse_cpe
from sentinel.scan.knowledge.cvss import Scored, newest
from sentinel.scan.knowledge.jsonstream import long_object
from sentinel.scan.knowledge.ranges import Versions, exact, together
from sentinel.scan.knowledge.stream import Stream
from sentinel.scan.knowledge.told import Intake, Told, day_of, stamp

_LISTS = frozenset({"vulnerabilities", "cve_items"})
_LOOKS = re.compile(r'"format"\s*:\s*"NVD_CVE"|"cve_items"\s*:|"resultsPerPage"\s*:')
_METRICS = ("cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2")
_MOST_PLATFORMS = 3
_BOUNDS = ("versionStartIncluding", "versionStartExcluding", "versionEndIncluding", "versionEndExcluding")


def looks_like(head: str) -> bool:
    """Say whether a text begins as NVD's records do."""
    return head.lstrip().startswith("{") and bool(_LOOKS.search(head))


def looks_like_record(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is one record alone, as copies keep them in files of their own."""
    return {"id", "sourceIdentifier", "vulnStatus", "lastModified"} <= set(keys)


def read_record(record: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield such a CVE; what is skipped is as in a feed."""
    intake.current(stamp(record.get("lastModified")), label)
    yield from _record(record, "", label, intake)


def read_nvd(stream: Stream, label: str, intake: Intake) -> Iterator[Told]:
    """Yield each CVE. Skipped: `no-cve`, `rejected`. NotJsonError where the text breaks off."""
    moment, last, number = "", "", 0
    for key, value in long_object(stream, _LISTS):
        if key == "timestamp":
            moment = stamp(value)
        elif key in _LISTS:
            number += 1
            record = foreign.table(value)
            for told in _record(foreign.table(record.get("cve", record)), f"record {number}", label, intake):
                last = max(last, told.updated)
                yield told
    intake.current(moment or last, label)


def _record(record: Mapping[str, Any], place: str, label: str, intake: Intake) -> Iterator[Told]:
    cve, updated = foreign.cve(record.get("id")), stamp(record.get("lastModified"))
    reason = "" if cve else "no-cve"
    reason = reason or ("rejected" if foreign.text(record.get("vulnStatus")).casefold() == "rejected" else "")
    if reason:
        intake.skip(label, place, reason)
        if cve:
            yield Told("nvd", cve, updated)
        return
    intake.tally.handled += 1
    stated = tuple(_statements(record, cve, updated))
    if not stated:
        intake.part(label, place, "nothing-said")
    yield Told("nvd", cve, updated, (*stated, _weakness(record, cve)))


def _weakness(record: Mapping[str, Any], cve: str) -> Weakness:
    best = _score(foreign.table(record.get("metrics")))
    summary = next(
        (
            foreign.text(one.get("value"), foreign.SENTENCE)
            for one in foreign.tables(record.get("descriptions"))
            if one.get("lang") == "en"
        ),
        "",
    )
    exploited = day_of(stamp(record.get("cisaExploitAdd")))
    return Weakness(cve, best.score if best else None, best.vector if best else "", exploited, summary=summary)


def _score(metrics: Mapping[str, Any]) -> Scored | None:
    """Return the score of the newest version, NVD's own (`Primary`) before others'."""
    for name in _METRICS:
        told = list(foreign.tables(metrics.get(name)))
        primary = [one for one in told if one.get("type") == "Primary"]
        best = newest(foreign.table(one.get("cvssData")) for one in primary or told)
        if best:
            return best
    return None


def _statements(record: Mapping[str, Any], cve: str, updated: str) -> Iterator[Statement]:
    """Yield one statement a product and platform; what is only a platform (`vulnerable` false) is none."""
    found: dict[tuple[str, str, str], list[Versions]] = defaultdict(list)
    for configuration in foreign.tables(record.get("configurations")):
        for named, match, platforms in _matches(configuration):
            found[named.vendor, named.product, platforms].append(_versions(named, match))
    for (vendor, product, platforms), versions in found.items():
        all_ = together(versions)
        yield Statement(
            "nvd",
            cve,
            vendor,
            product,
            "affected",
            (cve,),
            all_.spans,
            all_.every,
            all_.unread,
            url=f"https://nvd.nist.gov/vuln/detail/{cve}",
            updated=day_of(updated),
            by="NVD",
            reason=f"only with {platforms}" if platforms else "",
        )


def _matches(configuration: Mapping[str, Any]) -> Iterator[tuple[Cpe, Mapping[str, Any], str]]:
    """Yield what is vulnerable in a configuration, with the platforms that it takes where they are joined by AND.

    A node that is negated says what must not be there: it names nothing that is affected.
    """
    if configuration.get("negate") is True:
        return
    nodes = [node for node in foreign.tables(configuration.get("nodes")) if node.get("negate") is not True]
    listed = [
        (at, named, match)
        for at, node in enumerate(nodes)
        for match in foreign.tables(node.get("cpeMatch"))
        if (named := parse_cpe(foreign.text(match.get("criteria"), 2000)))
    ]
    joined = configuration.get("operator") == "AND"
    for at, named, match in listed:
        if match.get("vulnerable") is True:
            both = nodes[at].get("operator") == "AND"
            beside = [
                other
                for place, other, one in listed
                if one.get("vulnerable") is not True and (both if place == at else joined)
            ]
            yield named, match, _called(beside)


def _called(platforms: list[Cpe]) -> str:
    names = list(dict.fromkeys(f"{one.vendor} {one.product}".replace("_", " ") for one in platforms))
    return " or ".join(names[:_MOST_PLATFORMS]) + (" or others" if len(names) > _MOST_PLATFORMS else "")


def _versions(named: Cpe, match: Mapping[str, Any]) -> Versions:
    scheme = "openssl" if named.product == "openssl" else "generic"
    if named.release:
        return Versions((exact(named.release, scheme),))
    if named.version != "*":
        return Versions(unread=("no version told (CPE has -)",))
    first, after, last, before = (foreign.text(match.get(bound)) for bound in _BOUNDS)
    if not (first or after or last or before):
        return Versions(every=True)
    return Versions((Span(first, last, before, scheme, after),))
