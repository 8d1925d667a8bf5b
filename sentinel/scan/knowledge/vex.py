"""VEX as CycloneDX and OpenVEX have it: what a maker or the site itself states about its own products.

Neither form can tell until when a statement holds, which a site's own must: the property `sentinel:until` (CycloneDX,
of the document or of one vulnerability) and the key `sentinel:until` (OpenVEX) say so with a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sentinel.model.knowledge import Statement, Status
from sentinel.scan.knowledge import foreign
from sentinel.scan.knowledge.cpe import parse_cpe, parse_purl
from sentinel.scan.knowledge.ranges import Versions, exact, read_range, together
from sentinel.scan.knowledge.told import Intake, Told, day_of, stamp

UNTIL = "sentinel:until"
_OPEN_STATES: Mapping[str, Status] = {
    "not_affected": "not_affected",
    "affected": "affected",
    "fixed": "fixed",
    "under_investigation": "under_investigation",
}
_CYCLONE_STATES: Mapping[str, Status] = {
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "affected",
    "in_triage": "under_investigation",
    "false_positive": "not_affected",
    "not_affected": "not_affected",
}
_AFFECTED: Mapping[str, Status] = {
    "affected": "affected",
    "unaffected": "not_affected",
    "unknown": "under_investigation",
}


@dataclass(frozen=True, slots=True)
class _Owned:
    """Who stands for a document, and what it is called."""

    identity: str
    by: str
    updated: str
    label: str
    intake: Intake


@dataclass(frozen=True, slots=True)
class _Product:
    """A product that a statement is about."""

    vendor: str
    name: str
    versions: Versions


def looks_like_open(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is of OpenVEX."""
    return "openvex" in foreign.text(keys.get("@context")) and isinstance(keys.get("statements"), list)


def looks_like_cyclone(keys: Mapping[str, Any]) -> bool:
    """Say whether an object is a CycloneDX document that speaks of vulnerabilities."""
    return keys.get("bomFormat") == "CycloneDX" and isinstance(keys.get("vulnerabilities"), list)


def read_open(document: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield what an OpenVEX document states. Skipped: `no-id`, `no-owner`."""
    updated = stamp(document.get("last_updated")) or stamp(document.get("timestamp"))
    owned = _Owned(foreign.text(document.get("@id")), foreign.text(document.get("author")), updated, label, intake)
    yield from _told(owned, (one for said in foreign.tables(document.get("statements")) for one in _open(said, owned)))


def read_cyclone(document: Mapping[str, Any], label: str, intake: Intake) -> Iterator[Told]:
    """Yield what a CycloneDX document states. Skipped: `no-id`, `no-owner`."""
    about = foreign.table(document.get("metadata"))
    owned = _Owned(
        foreign.text(document.get("serialNumber")), _owner(about), stamp(about.get("timestamp")), label, intake
    )
    parts = _components(document)
    until = _until(foreign.tables(about.get("properties")))
    listed = foreign.tables(document.get("vulnerabilities"))
    yield from _told(owned, (one for said in listed for one in _cyclone(said, parts, owned, until)))


def _told(owned: _Owned, stated: Iterator[Statement]) -> Iterator[Told]:
    """Yield a document; one that nobody stands for is not believed, and a day that is past is told by who reads it."""
    owned.intake.current(owned.updated, owned.label)
    reason = ("" if owned.by else "no-owner") if owned.identity else "no-id"
    if reason:
        owned.intake.skip(owned.label, "", reason)
        return
    owned.intake.tally.handled += 1
    yield Told("vex", owned.identity, owned.updated, tuple(stated))


def _open(said: Mapping[str, Any], owned: _Owned) -> Iterator[Statement]:
    status = _OPEN_STATES.get(foreign.text(said.get("status")))
    about = said.get("vulnerability")
    names = foreign.table(about)
    numbers = foreign.cves((about, names.get("name"), names.get("@id"), *foreign.texts(names.get("aliases"))))
    if status is None or not numbers:
        owned.intake.part(owned.label, "", "no-cve" if status else "unknown-status")
        return
    why = (said.get("justification"), said.get("impact_statement"), said.get("status_notes"))
    action = foreign.text(said.get("action_statement"), foreign.SENTENCE)
    until = _day(said.get(UNTIL))
    for product in foreign.items(said.get("products")):
        found = _open_product(product)
        if found is None:
            owned.intake.part(owned.label, "", "unknown-product")
            continue
        yield _statement(owned, found, status, numbers, (until, _words(why), action))


def _open_product(product: object) -> _Product | None:
    """Return what a product of OpenVEX is: its package URL or CPE, as its id or beside it."""
    about = foreign.table(product)
    named = foreign.table(about.get("identifiers"))
    listed = (product, about.get("@id"), *named.values())
    return next(filter(None, (_named(foreign.text(one, 2000)) for one in listed)), None)


def _named(text: str) -> _Product | None:
    cpe, purl = parse_cpe(text), parse_purl(text)
    if cpe:
        return _Product(cpe.vendor, cpe.product, _exactly(cpe.release))
    if purl:
        vendor = purl.namespace.rpartition("/")[2] or purl.kind
        return _Product(vendor, purl.name, _exactly(purl.version))
    return None


def _exactly(version: str) -> Versions:
    """Return one version; a product named without any stands for all of them."""
    return Versions((exact(version),)) if version else Versions(every=True)


def _cyclone(
    said: Mapping[str, Any], parts: Mapping[str, _Product], owned: _Owned, until: date | None
) -> Iterator[Statement]:
    analysis = foreign.table(said.get("analysis"))
    state = _CYCLONE_STATES.get(foreign.text(analysis.get("state")))
    numbers = foreign.cves((said.get("id"), *(one.get("id") for one in foreign.tables(said.get("references")))))
    if not numbers:
        owned.intake.part(owned.label, "", "no-cve")
        return
    why = (analysis.get("justification"), analysis.get("detail"))
    action = foreign.text(said.get("recommendation"), foreign.SENTENCE)
    day = _until(foreign.tables(said.get("properties"))) or until
    for target in foreign.tables(said.get("affects")):
        found = _target(foreign.text(target.get("ref"), 2000), parts)
        told = _targeted(target, state, found) if found else {}
        if not told:
            owned.intake.part(owned.label, "", "unknown-status" if found else "unknown-product")
        for status, versions in told.items():
            one = _Product(found.vendor, found.name, versions) if found else None
            if one:
                yield _statement(owned, one, status, numbers, (day, _words(why), action))


def _targeted(target: Mapping[str, Any], state: Status | None, found: _Product) -> dict[Status, Versions]:
    """Return versions by status: those of the target, whose own word for them goes before the analysis."""
    listed = list(foreign.tables(target.get("versions")))
    if not listed:
        return {state: found.versions} if state else {}
    told: dict[Status, list[Versions]] = {}
    for one in listed:
        status = state or _AFFECTED.get(foreign.text(one.get("status")) or "affected")
        text = foreign.text(one.get("version")) or foreign.text(one.get("range"))
        if status and text:
            told.setdefault(status, []).append(read_range(text))
    return {status: together(many) for status, many in told.items()}


def _target(ref: str, parts: Mapping[str, _Product]) -> _Product | None:
    """Return what a reference leads to: a component of this document, also as a link with its own mark, or a name."""
    return parts.get(ref) or parts.get(ref.rpartition("#")[2]) or _named(ref)


def _components(document: Mapping[str, Any]) -> dict[str, _Product]:
    """Return the components by reference, those within others too; without recursion: the nesting is the writer's."""
    found: dict[str, _Product] = {}
    waiting = [foreign.table(foreign.table(document.get("metadata")).get("component"))]
    waiting += foreign.tables(document.get("components"))
    while waiting:
        one = waiting.pop()
        waiting += foreign.tables(one.get("components"))
        name, ref = foreign.text(one.get("name")), foreign.text(one.get("bom-ref"), 2000)
        maker = foreign.text(foreign.table(one.get("supplier")).get("name")) or foreign.text(
            foreign.table(one.get("manufacturer")).get("name")
        )
        vendor = maker or foreign.text(one.get("publisher")) or foreign.text(one.get("group"))
        if name and ref:
            found[ref] = _Product(vendor, name, _exactly(foreign.text(one.get("version"))))
    return found


def _owner(about: Mapping[str, Any]) -> str:
    """Return who stands for the document: its authors, else the maker or supplier that it names."""
    authors = [foreign.text(one.get("name")) for one in foreign.tables(about.get("authors"))]
    makers = [foreign.text(foreign.table(about.get(kind)).get("name")) for kind in ("manufacturer", "supplier")]
    return ", ".join(filter(None, authors)) or next(filter(None, makers), "")


def _until(properties: Iterator[Mapping[str, Any]]) -> date | None:
    return next((_day(one.get("value")) for one in properties if one.get("name") == UNTIL), None)


def _day(value: object) -> date | None:
    return day_of(stamp(value))


def _words(told: tuple[object, ...]) -> str:
    found = (foreign.text(one, foreign.SENTENCE) for one in told)
    first, *rest = found
    return ": ".join(part for part in (first.replace("_", " "), *rest) if part)


def _statement(
    owned: _Owned, product: _Product, status: Status, numbers: tuple[str, ...], more: tuple[date | None, str, str]
) -> Statement:
    until, reason, action = more
    return Statement(
        "vex",
        owned.identity,
        product.vendor,
        product.name,
        status,
        numbers,
        product.versions.spans,
        product.versions.every,
        product.versions.unread,
        updated=day_of(owned.updated),
        remedies=(("mitigation", action),) if action and status == "affected" else (),
        by=owned.by,
        until=until,
        reason=reason,
    )
