"""CVE records (JSON 5), of the CNA and of those who add to it (ADP: CISA's vulnrichment), one CVE a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from sentinel.model.knowledge import Remedy, Statement, Status, Weakness
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.cpe import parse_cpe
from sentinel.scan.knowledge.cve_versions import said_of
from sentinel.scan.knowledge.cvss import newest
from sentinel.scan.knowledge.told import Intake, Told, day_of, stamp

_SCORES = ("cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0")
_NOBODY = frozenset({"", "n/a", "na", "unspecified", "unknown", "-", "*", "none"})
_DISTRIBUTORS = frozenset(
    {"red hat", "redhat", "suse", "opensuse", "canonical", "debian", "oracle", "almalinux", "rocky linux", "fedora"}
)
_MOST_PLATFORMS = 5
_WORDS = frozenset({"active", "poc", "none"})


def looks_like(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is a CVE record."""
    return keys.get("dataType") == "CVE_RECORD" and isinstance(keys.get("cveMetadata"), dict)


def read_cve(record: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield what a record states. Skipped: `no-cve`, `rejected`, `reserved`."""
    about = foreign.table(record.get("cveMetadata"))
    number, updated = foreign.cve(about.get("cveId")), _updated(record, about)
    state = foreign.text(about.get("state")).casefold()
    intake.current(updated, label)
    reason = "" if number else "no-cve"
    reason = reason or ("" if state == "published" else "rejected" if state == "rejected" else "reserved")
    if reason:
        intake.skip(label, "", reason)
        if number:
            yield Told("cve", number, updated)
        return
    intake.tally.handled += 1
    containers = foreign.table(record.get("containers"))
    told = [foreign.table(containers.get("cna")), *foreign.tables(containers.get("adp"))]
    stated = [one for container in told for one in _statements(container, number, updated, (label, intake))]
    if not stated:
        intake.part(label, "", "nothing-said")
    yield Told("cve", number, updated, (*stated, _weakness(told, number)))


def _updated(record: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Return when the record was changed last, by anyone: those who add do not always change the record's own date."""
    containers = foreign.table(record.get("containers"))
    listed = [foreign.table(containers.get("cna")), *foreign.tables(containers.get("adp"))]
    added = [stamp(foreign.table(one.get("providerMetadata")).get("dateUpdated")) for one in listed]
    return max([stamp(about.get("dateUpdated")) or stamp(about.get("datePublished")), *added])


def _statements(
    container: Mapping[str, Any], number: str, updated: str, counted: tuple[str, Intake]
) -> Iterator[Statement]:
    label, intake = counted
    by = foreign.text(foreign.table(container.get("providerMetadata")).get("shortName"))
    remedies = _remedies(container)
    for entry in foreign.tables(container.get("affected")):
        vendor, product, inside = _named(entry)
        if not any(sign.isalnum() for sign in product):
            intake.part(label, "", "no-product")
            continue
        said = said_of(entry)
        if not said:
            intake.part(label, "", "no-versions")
        for status, versions in said.items():
            yield Statement(
                "cve",
                number,
                vendor,
                product,
                status,
                (number,),
                versions.spans,
                versions.every,
                versions.unread,
                foreign.text(container.get("title")),
                f"https://www.cve.org/CVERecord?id={number}",
                day_of(updated),
                distribution=inside,
                remedies=remedies if status == "affected" else (),
                by=by,
                reason=_platforms(entry, status),
            )


def _named(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return maker, product and distribution; where the entry says «n/a», those of its CPE names.

    A distributor names the distribution as product, and its package beside it: the versions are those of the package.
    """
    vendor, product = foreign.text(entry.get("vendor")), foreign.text(entry.get("product"))
    package = foreign.text(entry.get("packageName"))
    product = product if product.casefold() not in _NOBODY else package
    vendor = vendor if vendor.casefold() not in _NOBODY else ""
    if package and vendor.casefold() in _DISTRIBUTORS:
        return vendor, package, product if product != package else ""
    named = next(filter(None, (parse_cpe(text) for text in foreign.texts(entry.get("cpes")))), None)
    if named is None:
        return vendor, product, ""
    return vendor or named.vendor, product or named.product, ""


def _platforms(entry: Mapping[str, Any], status: Status) -> str:
    platforms = foreign.texts(entry.get("platforms"))
    more = " or others" if len(platforms) > _MOST_PLATFORMS else ""
    named = " or ".join(platforms[:_MOST_PLATFORMS])
    return f"only with {named}{more}" if platforms and status == "affected" else ""


def _remedies(container: Mapping[str, Any]) -> tuple[tuple[Remedy, str], ...]:
    kinds: tuple[tuple[str, Remedy], ...] = (("solutions", "vendor_fix"), ("workarounds", "workaround"))
    return tuple(
        (kind, text)
        for key, kind in kinds
        for one in foreign.tables(container.get(key))
        if (text := foreign.text(one.get("value"), foreign.SENTENCE))
    )


def _weakness(told: list[Mapping[str, Any]], number: str) -> Weakness:
    metrics = list(chain.from_iterable(foreign.tables(container.get("metrics")) for container in told))
    best = newest(foreign.table(one.get(name)) for one in metrics for name in _SCORES)
    others = [foreign.table(one.get("other")) for one in metrics]
    added = [stamp(_content(one, "kev").get("dateAdded")) for one in others]
    words = [_exploitation(_content(one, "ssvc")) for one in others]
    return Weakness(
        number,
        best.score if best else None,
        best.vector if best else "",
        day_of(min(filter(None, added), default="")),
        summary=_summary(told[0]),
        exploitation=next(filter(None, words), ""),
    )


def _content(other: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return foreign.table(other.get("content")) if foreign.text(other.get("type")).casefold() == kind else {}


def _exploitation(content: Mapping[str, Any]) -> str:
    said = (foreign.text(one.get("Exploitation")).casefold() for one in foreign.tables(content.get("options")))
    return next((word for word in said if word in _WORDS), "")


def _summary(container: Mapping[str, Any]) -> str:
    told = foreign.tables(container.get("descriptions"))
    found = (one.get("value") for one in told if foreign.text(one.get("lang")).startswith("en"))
    return foreign.text(next(found, ""), foreign.SENTENCE)
