"""Writes the list of devices, and each device with its claims, contradictions and findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sentinel.model.assets import Asset, Claim, Finding, Service
from sentinel.model.history import Tracked
from sentinel.report.clean import shorten
from sentinel.report.inventory.ground import Ground
from sentinel.report.inventory.nouns import Device, Fact, Linked, Weak
from sentinel.report.inventory.places import area_title, kind_of, only_listed
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.pages import Cell, Mark, Table
from sentinel.report.tables import MAX_ROWS, Layout, Room, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, days, local

_DEVICES: Layout = (
    ("device", 33, "data"),
    ("what", 26, "prose"),
    ("product", 29, "data"),
    ("where", 27, "data"),
    ("services", 32, "data"),
    ("wrong", 46, "prose"),
    ("seen", 25, "data"),
)
_CLAIMS: Layout = (
    ("attribute", 24, "data"),
    ("value", 34, "data"),
    ("sure", 20, "prose"),
    ("evidence", 44, "data"),
    ("rule", 30, "data"),
    ("when", 26, "data"),
)
_STRENGTH = ("one", "two", "three", "four", "five")
_SURE, _LIKELY = 5, 3
"""Strengths from which on a product is told as seen, and as likely."""
_NAMING = frozenset({"product", "os", "vendor"})
ALL = Room(None, "")
PAPER_ROOM = Room(MAX_ROWS, "more.page")
"""On paper the other rows are counted; they are on the web page."""
_SHORT, _LONG, _MANY = 80, 400, 1_000


def device_table(
    ground: Ground, assets: Sequence[Asset], links: Mapping[str, str], catalogue: Catalogue, room: Room = ALL
) -> Linked:
    """Return the list of some devices, in their order; `links` says where each is told in full."""
    rows = [_row(asset, ground, catalogue) for asset in assets]
    return Linked(
        table("devices", _DEVICES, rows, catalogue, room=room),
        tuple(links.get(asset.id, "") for asset in assets),
    )


def device(asset: Asset, ground: Ground, catalogue: Catalogue) -> Device:
    """Return a device with all that is known of it."""
    listed = only_listed(asset)
    crossing = asset.id in ground.worst.crossing
    remark = catalogue.say("one.listed") if listed else ""
    remark = catalogue.say("one.crossing") if crossing else remark
    return Device(
        anchor=f"device-{asset.id}",
        name=shorten(asset.called, _SHORT, catalogue),
        kind=shorten(" · ".join(filter(None, (_kind(asset, catalogue), product_of(asset)))), _LONG, catalogue),
        mark=_mark(asset, ground),
        remark=remark,
        facts=tuple(_facts(asset, ground, catalogue)),
        weak=tuple(_weak(finding, ground, catalogue) for finding in ground.findings.get(asset.id, ())),
        healthy=catalogue.say("one.nothing"),
        evidence=catalogue.count("one.claims", len(asset.claims)),
        claims=_claims(asset, catalogue),
    )


def product_of(asset: Asset) -> str:
    """Return maker, product and version as one text."""
    return " ".join(part for part in (asset.vendor, asset.product, asset.version) if part)


def seen(first: datetime | None, last: datetime | None, catalogue: Catalogue) -> str:
    """Return the span of days in which something was seen."""
    known = [time for time in (first, last) if time is not None]
    if not known:
        return catalogue.say("time.unknown")
    return days(local(min(known)).date(), local(max(known)).date(), catalogue.language)


def _row(asset: Asset, ground: Ground, catalogue: Catalogue) -> Row:
    area = ground.where.get(asset.id)
    addresses = joined(asset.addresses, 3, catalogue)
    name = shorten(asset.called, _SHORT, catalogue)
    return (
        cell(name, addresses if asset.names else "", _mark(asset, ground)),
        cell(shorten(_kind(asset, catalogue), _SHORT, catalogue), _unsure(asset, catalogue)),
        cell(shorten(product_of(asset), _SHORT, catalogue) or catalogue.say("none"), _sure(asset, catalogue)),
        cell(shorten(area_title(area, catalogue), _SHORT, catalogue) if area else catalogue.say("none")),
        cell(joined(map(_service, asset.services), 6, catalogue) or catalogue.say("none")),
        _wrong(asset, ground, catalogue),
        cell(seen(asset.first_seen, asset.last_seen, catalogue)),
    )


def _mark(asset: Asset, ground: Ground) -> Mark | None:
    return UNSEEN if only_listed(asset) else ground.worst.mark([asset])


def _kind(asset: Asset, catalogue: Catalogue) -> str:
    return kind_of(asset.device_class, catalogue)


def _unsure(asset: Asset, catalogue: Catalogue) -> str:
    count = len(asset.contradictions)
    return catalogue.count("fact.unsure", count) if count else ""


def _sure(asset: Asset, catalogue: Catalogue) -> str:
    """Say how sure the product is: by the strongest claim that names it."""
    named = [claim for claim in asset.claims if claim.attribute in _NAMING and claim.value]
    strengths = [claim.strength for claim in named if product_of(asset).find(claim.value) >= 0]
    if not strengths:
        return ""
    best = max(strengths)
    return catalogue.say(f"claim.{'sure' if best >= _SURE else 'likely' if best >= _LIKELY else 'possible'}")


def _service(service: Service) -> str:
    return f"{service.protocol or service.transport} {service.port}"


def _wrong(asset: Asset, ground: Ground, catalogue: Catalogue) -> Cell:
    found = ground.open(asset)
    if not found and only_listed(asset):
        return cell(catalogue.say("map.listed"), "", UNSEEN)
    if not found:
        return cell(catalogue.say("none"))
    first = found[0]
    word = catalogue.say(f"severity.{first.severity}")
    text = shorten(f"{word}: {first.title.say(catalogue.language)}", _LONG, catalogue)
    rest = catalogue.count("one.others", len(found) - 1) if len(found) > 1 else ""
    return cell(text, rest, SEVERITIES[first.severity])


def _facts(asset: Asset, ground: Ground, catalogue: Catalogue) -> Iterator[Fact]:
    area = ground.where.get(asset.id)
    yield from _fact("addresses", asset.addresses, catalogue)
    if area:
        yield Fact(catalogue.say("table.devices.where"), area_title(area, catalogue))
    yield from _fact("macs", asset.macs, catalogue)
    yield from _fact("names", asset.names, catalogue)
    yield from _fact("services", map(_full_service, asset.services), catalogue)
    yield from _fact("closed", (ports.replace(",", ", ") for ports in asset.closed), catalogue)
    yield Fact(catalogue.say("fact.seen"), seen(asset.first_seen, asset.last_seen, catalogue))
    yield from _fact("contradictions", asset.contradictions, catalogue, "; ")


def _fact(name: str, values: Iterable[str], catalogue: Catalogue, between: str = ", ") -> Iterator[Fact]:
    told = joined(values, _MANY, catalogue, _LONG, between)
    if told:
        yield Fact(catalogue.say(f"fact.{name}"), told)


def _full_service(service: Service) -> str:
    product = " ".join(part for part in (service.product, service.version) if part)
    name = f"{service.protocol} {service.transport}/{service.port}".strip()
    return f"{name} ({product})" if product else name


def _weak(finding: Finding, ground: Ground, catalogue: Catalogue) -> Weak:
    language = catalogue.language
    return Weak(
        mark=SEVERITIES[finding.severity],
        severity=catalogue.say(f"severity.{finding.severity}"),
        claim=catalogue.say(f"claim.{finding.claim}"),
        title=shorten(finding.title.say(language), _LONG, catalogue),
        lines=tuple(_lines(finding, ground.inventory.lives.get(finding.id), catalogue)),
    )


def _lines(finding: Finding, life: Tracked | None, catalogue: Catalogue) -> Iterator[str]:
    """Yield advice, evidence, who else says so, and what people decided."""
    language = catalogue.language
    yield catalogue.say("one.advice", text=shorten(finding.advice.say(language), _MANY, catalogue))
    yield catalogue.say("one.evidence", text=shorten(finding.evidence.say(language), _MANY, catalogue))
    if finding.cves:
        yield catalogue.say("one.cves", cves=joined(finding.cves, 40, catalogue))
    if finding.sources:
        yield catalogue.say("one.sources", who=joined(finding.sources, 10, catalogue))
    if life is not None:
        yield from _life(life, catalogue)


def _life(life: Tracked, catalogue: Catalogue) -> Iterator[str]:
    language = catalogue.language
    yield catalogue.say("one.since", day=day(life.first_day, language), last=day(life.last_day, language))
    if life.state == "accepted" and life.accepted_until:
        until = day(life.accepted_until, language)
        yield catalogue.say("one.accepted", day=until, who=life.accepted_by, why=life.reason)
    if life.owner:
        yield catalogue.say("one.owner", who=life.owner)
    if life.due:
        yield catalogue.say("one.due", day=day(life.due, language))
    for control in life.controls:
        yield catalogue.say("one.control", text=control)


def _claims(asset: Asset, catalogue: Catalogue) -> Table:
    return table("claims", _CLAIMS, [_claim(claim, catalogue) for claim in asset.claims], catalogue, room=ALL)


def _claim(claim: Claim, catalogue: Catalogue) -> Row:
    return (
        cell(shorten(claim.attribute, _SHORT, catalogue)),
        cell(shorten(claim.value, _LONG, catalogue)),
        cell(catalogue.say(f"sure.{_STRENGTH[min(5, max(1, claim.strength)) - 1]}")),
        cell(shorten(claim.evidence, _LONG, catalogue)),
        cell(shorten(claim.rule, _SHORT, catalogue)),
        cell(seen(claim.first_seen, claim.last_seen, catalogue)),
    )
