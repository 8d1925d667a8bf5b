"""Builds the pages of an inventory: the first with map and lists, and where devices are many, one for each network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sentinel.content import root
from sentinel.model.assets import Asset
from sentinel.model.inventory import Inventory
from sentinel.model.text import Language
from sentinel.report.clean import scrub, shorten
from sentinel.report.inventory.areas import Area
from sentinel.report.inventory.devices import device, device_table
from sentinel.report.inventory.glance import alarm, glance, unseen
from sentinel.report.inventory.ground import Ground, ground
from sentinel.report.inventory.layout import NARROW, WIDE, Size
from sentinel.report.inventory.listings import area_table, class_table, crossing_table, talk_table, title_table
from sentinel.report.inventory.mapping import draw, shown
from sentinel.report.inventory.nouns import Head, Headings, Key, Overview, Plot, Sheet
from sentinel.report.inventory.places import area_title
from sentinel.report.inventory.ties import KINDS
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.pages import Point
from sentinel.report.text import Catalogue, day, load_texts, number

FEW = 120
"""So many devices are told in full on the first page; more get pages of their own, by network."""
SHOWN = 200
"""Rows of the first page's list where there are more devices than FEW."""
SHEET = 200
"""Devices of one further page."""
_NAME = 120


@dataclass(frozen=True, slots=True)
class Bundle:
    """The pages of one inventory in one language."""

    stem: str
    overview: Overview
    head: Head
    _ground: Ground
    _catalogue: Catalogue

    def sheets(self) -> Iterator[Sheet]:
        """Yield the further pages; none where the first page tells all."""
        if self.overview.sheet is None:
            for name, title, assets in _chunks(self._ground, self._catalogue):
                yield scrub(
                    _sheet(name, title, f"../{self.stem}.html", assets, self._ground, self._catalogue), self._catalogue
                )


def bundle(inventory: Inventory, language: Language, base: Path | None = None) -> Bundle:
    """Return the pages with every text visible and bounded, whatever banners held."""
    catalogue = load_texts(language, base or root())
    stem, whole = f"inventory-{language}", ground(inventory)
    top = scrub(head(inventory, catalogue), catalogue)
    overview = _overview(whole, top, _links(whole, stem, catalogue), catalogue)
    drawn = plot(whole, (WIDE, NARROW), catalogue)
    return Bundle(stem, replace(scrub(overview, catalogue), plot=drawn), top, whole, catalogue)


def _overview(whole: Ground, top: Head, links: Mapping[str, str], catalogue: Catalogue) -> Overview:
    few = len(whole.assets) <= FEW
    listed = whole.assets if few else whole.assets[:SHOWN]
    return Overview(
        head=top,
        glance=glance(whole, catalogue),
        alarm=alarm(whole, catalogue),
        unseen=unseen(whole, catalogue),
        headings=_headings(catalogue),
        plot=Plot((), (), (), ()),
        crossings=crossing_table(whole, links, catalogue),
        talks=(talk_table(whole, shown(whole, WIDE, catalogue), catalogue), title_table(whole, catalogue)),
        networks=(area_table(whole, lambda area: _area_link(area, links), catalogue), class_table(whole, catalogue)),
        devices=device_table(whole, listed, links, catalogue),
        more="" if few else _more(whole, catalogue),
        sheet=_first_sheet(whole, catalogue) if few else None,
    )


def _more(whole: Ground, catalogue: Catalogue) -> str:
    return catalogue.count("inventory.more", len(whole.assets), shown=number(SHOWN, catalogue.language))


def _first_sheet(whole: Ground, catalogue: Catalogue) -> Sheet:
    told = tuple(device(asset, whole, catalogue) for asset in whole.assets)
    return Sheet("", catalogue.say("inventory.details"), catalogue.say("inventory.top"), "#top", None, told)


def _sheet(name: str, title: str, first: str, assets: Sequence[Asset], whole: Ground, catalogue: Catalogue) -> Sheet:
    links = {asset.id: f"#device-{asset.id}" for asset in assets}
    return Sheet(
        name=name,
        title=title,
        back=catalogue.say("inventory.back"),
        first=first,
        listing=device_table(whole, assets, links, catalogue),
        devices=tuple(device(asset, whole, catalogue) for asset in assets),
    )


def plot(whole: Ground, sizes: Sequence[Size], catalogue: Catalogue) -> Plot:
    """Return the map for some widths, with the words that explain it."""
    heard = whole.inventory.heard is not None
    kinds = {one.kind for one in whole.met}
    notes = [catalogue.say("inventory.map.how"), catalogue.say("inventory.map.care")]
    if whole.met:
        notes.append(catalogue.say("inventory.map.serves"))
    if heard and not any(one.beyond for one in whole.met):
        notes.append(catalogue.say("inventory.map.quiet"))
    if whole.grouped:
        notes.append(catalogue.count("inventory.map.groups", whole.grouped))
    return Plot(
        drawings=tuple(draw(whole, size, catalogue) for size in sizes),
        keys=tuple(Key(kind, catalogue.say(f"kindof.{kind}")) for kind in KINDS if kind in kinds),
        signs=tuple(_signs(whole, catalogue)),
        notes=tuple(notes),
    )


def _signs(whole: Ground, catalogue: Catalogue) -> Iterator[Point]:
    """Yield the signs of the map with their words: the gravest finding of a device, and what nobody looked at."""
    found = {whole.worst.severity([asset]) for asset in whole.assets}
    for severity, mark in SEVERITIES.items():
        if severity in found:
            yield Point(mark, "", catalogue.say(f"severity.{severity}").lower())
    yield Point(UNSEEN, "", catalogue.say("inventory.map.unseen"))


def head(inventory: Inventory, catalogue: Catalogue) -> Head:
    """Return what every page begins and ends with."""
    name = shorten(inventory.name, _NAME, catalogue)
    known = inventory.knowledge_date
    when = catalogue.say("inventory.knowledge", day=day(known, catalogue.language)) if known else ""
    return Head(
        language=catalogue.language,
        title=catalogue.say("inventory.title"),
        author=name,
        line=catalogue.say("inventory.line", name=name, day=day(inventory.as_of, catalogue.language)),
        tlp=catalogue.say("report.tlp", tlp=shorten(inventory.tlp.removeprefix("TLP:"), 20, catalogue)),
        foot=f"{catalogue.say('inventory.disclaimer')} · {when or catalogue.say('inventory.no_knowledge')}",
    )


def _headings(catalogue: Catalogue) -> Headings:
    return Headings(
        contents=catalogue.say("inventory.contents"),
        map=catalogue.say("inventory.map"),
        talks=catalogue.say("inventory.talks"),
        networks=catalogue.say("inventory.networks"),
        devices=catalogue.say("inventory.devices"),
        details=catalogue.say("inventory.details"),
    )


def _links(whole: Ground, stem: str, catalogue: Catalogue) -> dict[str, str]:
    """Say where each device is told in full."""
    if len(whole.assets) <= FEW:
        return {asset.id: f"#device-{asset.id}" for asset in whole.assets}
    return {
        asset.id: f"{stem}/{name}.html#device-{asset.id}"
        for name, _, assets in _chunks(whole, catalogue)
        for asset in assets
    }


def _area_link(area: Area, links: Mapping[str, str]) -> str:
    """Return the page of a network; on a single page there is none."""
    found = next((links[asset.id] for asset in area.assets if asset.id in links), "")
    return "" if found.startswith("#") else found.partition("#")[0]


def _chunks(whole: Ground, catalogue: Catalogue) -> Iterator[tuple[str, str, list[Asset]]]:
    """Yield name, title and devices of each further page: a network, or a part of a large one."""
    places = {asset.id: at for at, asset in enumerate(whole.assets)}
    for area in whole.areas:
        assets = sorted(area.assets, key=lambda asset: places[asset.id])
        name, title = _slug(area.network), area_title(area, catalogue)
        for start in range(0, len(assets), SHEET):
            part = assets[start : start + SHEET]
            last = start + len(part)
            heading = catalogue.say("inventory.sheet", area=title, first=start + 1, last=last)
            whole_area = len(part) == len(assets)
            yield (name, title, part) if whole_area else (f"{name}-{start // SHEET + 1}", heading, part)


def _slug(network: str) -> str:
    return re.sub(r"[^0-9a-z.]+", "-", network) or "none"
