"""Turns areas into the places of a map: a device each, or one for a network and class, or one for a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sentinel.model.assets import MEDICAL, Asset, Finding
from sentinel.model.severity import Severity
from sentinel.report.clean import brief
from sentinel.report.inventory.areas import NOWHERE, Area, in_care
from sentinel.report.inventory.ties import OUTSIDE, Met
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.pages import Mark
from sentinel.report.text import Catalogue

Level = Literal["device", "class", "network"]
LISTED = frozenset({"inventory.row", "sbom.component", "mds2.form", "dhcp.lease", "arp.table", "site", "inventory"})
"""Kinds of evidence that come from a list: nobody asked the device, and nobody heard it."""
_NAMES = 3
_TEXT = 90


@dataclass(frozen=True, slots=True)
class Chip:
    """Devices of one class in one network, with their number."""

    text: str
    mark: Mark | None
    care: bool
    alarm: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Something on the map that talks; `open`: nobody looked at it. `alarm`: in care, and leaves its zone."""

    key: str
    title: str
    note: str
    mark: Mark | None
    care: bool = False
    alarm: bool = False
    open: bool = False
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """An area of the map. `open`: nothing was seen in it; then the note says so."""

    title: str
    note: str
    groups: tuple[tuple[str, tuple[Place, ...]], ...]
    open: bool = False

    @property
    def places(self) -> tuple[Place, ...]:
        """All places in it, in order."""
        return tuple(place for _, places in self.groups for place in places)


@dataclass(frozen=True, slots=True)
class Scene:
    """The places of one map, and where each address is on it."""

    level: Level
    blocks: tuple[Block, ...]
    place: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Worst:
    """What the places need to know of devices: the findings of each, and who leaves its zone."""

    findings: Mapping[str, Sequence[Finding]]
    crossing: frozenset[str]

    def severity(self, assets: Iterable[Asset]) -> Severity | None:
        """Return the gravest severity of what is wrong with some devices."""
        found = [finding.severity for asset in assets for finding in self.findings.get(asset.id, ())]
        return max(found, key=lambda severity: severity.rank, default=None)

    def mark(self, assets: Iterable[Asset]) -> Mark | None:
        """Return its sign."""
        worst = self.severity(assets)
        return SEVERITIES[worst] if worst else None


def scene(found: Sequence[Area], met: Sequence[Met], worst: Worst, most: int, catalogue: Catalogue) -> Scene:
    """Return the places of a map that has room for `most` of them: one a device, else fewer for more devices."""
    level = _level(found, most)
    blocks = tuple(_block(area, level, worst, catalogue) for area in found)
    outside = {end for one in met for end in (one.flow.client, one.flow.server)}
    where = _where(found, level)
    strangers = {address for address in outside if address not in where}
    beyond = (_beyond(strangers, catalogue),) if strangers else ()
    return Scene(level, (*beyond, *blocks), lambda address: where.get(address, OUTSIDE))


def _names(assets: Sequence[Asset]) -> str:
    return ", ".join(asset.called for asset in assets[:_NAMES]) + (" …" if len(assets) > _NAMES else "")


def kind_of(device_class: str, catalogue: Catalogue) -> str:
    """Return the word for a device class."""
    return catalogue.find(f"device.{device_class}") or device_class or catalogue.say("device.unknown")


def only_listed(asset: Asset) -> bool:
    """Say whether all that is known of a device stands in lists: nobody asked it, and nobody heard it."""
    kinds = {part.split(" ", 1)[0] for claim in asset.claims for part in claim.evidence.split("; ")}
    return bool(kinds - {"site", "inventory"}) and kinds <= LISTED and not asset.services


def class_order(device_class: str) -> tuple[bool, bool, str]:
    """Return a key that orders classes: those in care first, unknown ones last."""
    return device_class not in MEDICAL, device_class == "unknown", device_class


def _level(found: Sequence[Area], most: int) -> Level:
    devices = sum(len(area.assets) for area in found)
    kinds = sum(len({asset.device_class for asset in area.assets}) for area in found)
    return "device" if devices <= most else "class" if kinds <= most else "network"


def _where(found: Sequence[Area], level: Level) -> dict[str, str]:
    where: dict[str, str] = {}
    for area in found:
        for asset in area.assets:
            where.update(dict.fromkeys(asset.addresses, _key(area, asset, level)))
        rest = area.network if level == "network" else f"{area.network} ?"
        quiet = area.network if level == "network" else f"{area.network} silent"
        where.update(dict.fromkeys(area.mentioned, rest))
        where.update(dict.fromkeys(area.silent, quiet))
    return where


def _key(area: Area, asset: Asset, level: Level) -> str:
    keys = {"device": asset.id, "class": f"{area.network} {asset.device_class}", "network": area.network}
    return keys[level]


def _block(area: Area, level: Level, worst: Worst, catalogue: Catalogue) -> Block:
    title = area_title(area, catalogue)
    if not area.seen and not area.silent:
        return Block(title, area_note(area, catalogue), (), open=True)
    if level == "network":
        whole = _network(area, worst, catalogue)
        return Block("", "", (("", (whole,)),), open=not area.assets)
    make = _devices if level == "device" else _classes
    places = make(area.assets, area, worst, catalogue)
    care = tuple(place for place in places if place.care)
    others = (*(place for place in places if not place.care), *_unknown(area, catalogue))
    named = ((catalogue.say("map.care"), care), (catalogue.say("map.others") if care else "", tuple(others)))
    return Block(title, area_note(area, catalogue), tuple((word, group) for word, group in named if group))


def area_title(area: Area, catalogue: Catalogue) -> str:
    """Return what an area is called, with its addresses."""
    if area.network == NOWHERE:
        return catalogue.say("map.nowhere")
    return f"{area.name} · {area.network}" if area.name else area.network


def area_note(area: Area, catalogue: Catalogue) -> str:
    """Return what is to be known of an area: how much is in it, whether it was stated, and whether anybody looked."""
    if not area.seen and not area.silent:
        return catalogue.say("map.asked_empty" if area.asked else "map.not_looked")
    count = catalogue.count("map.devices", len(area.assets))
    return count if area.stated else catalogue.say("map.unstated", count=count)


def _devices(assets: Iterable[Asset], _area: Area, worst: Worst, catalogue: Catalogue) -> list[Place]:
    return [_device(asset, worst, catalogue) for asset in sorted(assets, key=lambda a: _urgent(a, worst))]


def _urgent(asset: Asset, worst: Worst) -> tuple[bool, int, tuple[bool, bool, str], str]:
    severity = worst.severity([asset])
    rank = -severity.rank if severity else 1
    return asset.id not in worst.crossing, rank, class_order(asset.device_class), asset.called.casefold()


def _device(asset: Asset, worst: Worst, catalogue: Catalogue) -> Place:
    product = " ".join(part for part in (asset.vendor, asset.product, asset.version) if part)
    kind = kind_of(asset.device_class, catalogue)
    listed = only_listed(asset)
    parts = [catalogue.say("map.listed") if listed else "", kind, product]
    return Place(
        key=asset.id,
        title=brief(asset.called, _TEXT),
        note=brief(" · ".join(part for part in parts if part), _TEXT),
        mark=UNSEEN if listed else worst.mark([asset]),
        care=in_care(asset),
        alarm=asset.id in worst.crossing,
        open=listed,
    )


def by_class(assets: Iterable[Asset]) -> Iterator[tuple[str, list[Asset]]]:
    """Yield the classes of some devices with their devices, those in care first."""
    groups: dict[str, list[Asset]] = {}
    for asset in assets:
        groups.setdefault(asset.device_class, []).append(asset)
    yield from sorted(groups.items(), key=lambda item: class_order(item[0]))


def _classes(assets: Iterable[Asset], area: Area, worst: Worst, catalogue: Catalogue) -> list[Place]:
    return [
        Place(
            key=f"{area.network} {name}",
            title=_counted(name, inside, catalogue),
            note=brief(_names(inside), _TEXT),
            mark=worst.mark(inside),
            care=name in MEDICAL,
            alarm=any(asset.id in worst.crossing for asset in inside),
        )
        for name, inside in by_class(assets)
    ]


def _counted(name: str, inside: Sequence[Asset], catalogue: Catalogue) -> str:
    return catalogue.count("map.class", len(inside), kind=kind_of(name, catalogue))


def _unknown(area: Area, catalogue: Catalogue) -> Iterator[Place]:
    """Yield places for addresses of which nothing is known: that did not answer, or that others were heard to call."""
    for key, addresses, word in (("silent", area.silent, "map.silent"), ("?", area.mentioned, "map.mentioned")):
        if addresses:
            note = brief(", ".join(addresses[:_NAMES]) + (" …" if len(addresses) > _NAMES else ""), _TEXT)
            title = catalogue.count(word, len(addresses))
            yield Place(f"{area.network} {key}", title, note, UNSEEN, open=True)


def _network(area: Area, worst: Worst, catalogue: Catalogue) -> Place:
    chips = sorted(
        (_chip(name, inside, worst, catalogue) for name, inside in by_class(area.assets)),
        key=lambda chip: not chip.alarm,
    )
    unknown = [Chip(place.title, place.mark, care=False, alarm=False) for place in _unknown(area, catalogue)]
    return Place(
        key=area.network,
        title=area.name or area_title(area, catalogue),
        note=" · ".join([area.network] * bool(area.name) + [area_note(area, catalogue)]),
        mark=worst.mark(area.assets),
        care=any(chip.care for chip in chips),
        alarm=any(chip.alarm for chip in chips),
        chips=(*chips, *unknown),
    )


def _chip(name: str, inside: Sequence[Asset], worst: Worst, catalogue: Catalogue) -> Chip:
    text, out = _counted(name, inside, catalogue), sum(asset.id in worst.crossing for asset in inside)
    text = catalogue.count("map.out", out, text=text) if out else text
    return Chip(text, worst.mark(inside), name in MEDICAL, bool(out))


def _beyond(strangers: set[str], catalogue: Catalogue) -> Block:
    note = catalogue.count("map.addresses", len(strangers))
    place = Place(OUTSIDE, catalogue.say("map.internet"), note, None)
    return Block("", "", (("", (place,)),))
