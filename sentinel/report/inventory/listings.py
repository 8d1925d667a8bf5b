"""Writes the tables beside the map: what leaves care, who talks to whom, DICOM titles, networks, kinds of equipment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from sentinel.model.assets import Asset
from sentinel.report.clean import shorten
from sentinel.report.inventory.areas import Area, order
from sentinel.report.inventory.devices import ALL, seen
from sentinel.report.inventory.ground import Ground
from sentinel.report.inventory.nouns import Linked
from sentinel.report.inventory.places import (
    Scene,
    area_note,
    area_title,
    by_class,
    kind_of,
)
from sentinel.report.inventory.ties import OUTSIDE, Met, Tie, spoken, ties
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.pages import Cell, Table
from sentinel.report.tables import Layout, Room, Row, cell, joined, table
from sentinel.report.text import Catalogue, number

_CROSSINGS: Layout = (
    ("device", 34, "data"),
    ("way", 30, "prose"),
    ("other", 34, "data"),
    ("spoken", 26, "data"),
    ("count", 16, "number"),
    ("when", 30, "data"),
)
_TALKS: Layout = (
    ("client", 36, "data"),
    ("server", 36, "data"),
    ("kind", 34, "prose"),
    ("spoken", 40, "data"),
    ("count", 16, "number"),
    ("when", 28, "data"),
)
_TITLES: Layout = (
    ("calling", 34, "data"),
    ("called", 34, "data"),
    ("client", 30, "data"),
    ("server", 30, "data"),
    ("asked", 18, "number"),
    ("accepted", 18, "number"),
)
_AREAS: Layout = (
    ("area", 44, "data"),
    ("state", 44, "prose"),
    ("devices", 18, "number"),
    ("care", 20, "number"),
    ("silent", 18, "number"),
    ("worst", 36, "prose"),
)
_CLASSES: Layout = (
    ("kind", 40, "prose"),
    ("devices", 20, "number"),
    ("unsupported", 28, "number"),
    ("makers", 44, "data"),
    ("worst", 36, "prose"),
)
_NAME, _OTHERS = 80, 12


def crossing_table(ground: Ground, links: Mapping[str, str], catalogue: Catalogue, room: Room = ALL) -> Linked:
    """Return what devices in care talk outside their zones: a row for each device, direction and service."""
    found: dict[tuple[str, str, str], list[Met]] = {}
    for one in ground.met:
        if one.device is not None:
            key = one.device.id, _way(one), f"{spoken(one.flow)} {one.flow.transport}/{one.flow.port}"
            found.setdefault(key, []).append(one)
    devices = {asset.id: asset for asset in ground.assets}
    keys = sorted(found, key=lambda key: (devices[key[0]].called.casefold(), key))
    rows = [_crossing(devices[key[0]], key[1], found[key], catalogue) for key in keys]
    made = _unheard(table("crossings", _CROSSINGS, rows, catalogue, room=room), ground, catalogue)
    return Linked(made, tuple(links.get(key[0], "") for key in keys))


def talk_table(ground: Ground, scene: Scene, catalogue: Catalogue, room: Room = ALL) -> Table:
    """Return all ties between the places of a map, those within a place too: the numbers that are drawn."""
    names = {place.key: place.title or place.key for block in scene.blocks for place in block.places}
    names[OUTSIDE] = catalogue.say("map.internet")
    rows = [_tie(tie, names, catalogue) for tie in ties(ground.met, scene.place)]
    return _unheard(table("talks", _TALKS, rows, catalogue, room=room), ground, catalogue)


def title_table(ground: Ground, catalogue: Catalogue, room: Room = ALL) -> Table:
    """Return the DICOM associations by their titles."""
    heard = ground.inventory.heard
    rows = [
        (
            cell(shorten(one.calling, _NAME, catalogue)),
            cell(shorten(one.called, _NAME, catalogue)),
            cell(shorten(one.client, _NAME, catalogue)),
            cell(f"{one.server}:{one.port}"),
            cell(number(one.asked, catalogue.language)),
            cell(number(one.accepted, catalogue.language)),
        )
        for one in (heard.associations if heard else ())
    ]
    return _unheard(table("associations", _TITLES, rows, catalogue, room=room), ground, catalogue)


def area_table(ground: Ground, link: Callable[[Area], str], catalogue: Catalogue) -> Linked:
    """Return the networks, with what is known of each."""
    rows = [
        (
            cell(
                shorten(area_title(area, catalogue), _NAME, catalogue),
                "",
                ground.worst.mark(area.assets) if area.seen else UNSEEN,
            ),
            cell(area_note(area, catalogue)),
            cell(number(len(area.assets), catalogue.language)),
            cell(number(area.care, catalogue.language)),
            cell(number(len(area.silent), catalogue.language)),
            _worst(area.assets, ground, catalogue),
        )
        for area in ground.areas
    ]
    return Linked(table("areas", _AREAS, rows, catalogue, room=ALL), tuple(map(link, ground.areas)))


def class_table(ground: Ground, catalogue: Catalogue) -> Linked:
    """Return the kinds of equipment, those in care first."""
    rows = [
        (
            cell(kind_of(name, catalogue).capitalize(), "", ground.worst.mark(inside)),
            cell(number(len(inside), catalogue.language)),
            cell(number(sum(map(ground.unsupported, inside)), catalogue.language)),
            cell(joined(_makers(inside), 4, catalogue) or catalogue.say("none")),
            _worst(inside, ground, catalogue),
        )
        for name, inside in by_class(ground.assets)
    ]
    return Linked(table("classes", _CLASSES, rows, catalogue, room=ALL), ("",) * len(rows))


def _unheard(made: Table, ground: Ground, catalogue: Catalogue) -> Table:
    """Say of an empty table that nobody listened, where that is why."""
    if ground.inventory.heard is not None:
        return made
    return Table(made.id, made.title, made.columns, made.rows, catalogue.say("table.talks.unheard"), made.more)


def _way(one: Met) -> str:
    words = ("crossing.to", "crossing.from") if one.beyond else ("crossing.to_zone", "crossing.from_zone")
    return words[one.reached]


def _crossing(device: Asset, way: str, same: Sequence[Met], catalogue: Catalogue) -> Row:
    flow = same[0].flow
    ends = {end for one in same for end in (one.flow.client, one.flow.server)} - set(device.addresses)
    times = [time for one in same for time in (one.flow.first_seen, one.flow.last_seen) if time is not None]
    return (
        cell(shorten(device.called, _NAME, catalogue), kind_of(device.device_class, catalogue)),
        cell(catalogue.say(way)),
        cell(joined(sorted(ends, key=order), _OTHERS, catalogue)),
        cell(spoken(flow), f"{flow.transport}/{flow.port}"),
        cell(number(sum(one.flow.count for one in same), catalogue.language)),
        cell(seen(min(times, default=None), max(times, default=None), catalogue)),
    )


def _tie(tie: Tie, names: Mapping[str, str], catalogue: Catalogue) -> Row:
    told = [f"{what} ({number(count, catalogue.language)})" for what, count in sorted(tie.protocols.items())]
    return (
        _end(tie.client, tie.clients, names, catalogue),
        _end(tie.server, tie.servers, names, catalogue),
        cell(catalogue.say(f"kindof.{tie.kind}")),
        cell(joined(told, 200, catalogue)),
        cell(number(tie.count, catalogue.language)),
        cell(seen(tie.first, tie.last, catalogue)),
    )


def _end(key: str, addresses: Iterable[str], names: Mapping[str, str], catalogue: Catalogue) -> Cell:
    found = sorted(addresses, key=order)
    return cell(shorten(names.get(key, key), _NAME, catalogue), joined(found, 3, catalogue))


def _worst(assets: Sequence[Asset], ground: Ground, catalogue: Catalogue) -> Cell:
    """Return how many findings of each severity some devices have, the worst first."""
    found = sorted((one.severity for asset in assets for one in ground.open(asset)), key=lambda s: -s.rank)
    if not found:
        return cell(catalogue.say("none"))
    counts = [(severity, len(list(same))) for severity, same in groupby(found)]
    words = [f"{catalogue.say(f'severity.{s}').lower()}: {number(n, catalogue.language)}" for s, n in counts]
    return cell(", ".join(words), "", SEVERITIES[counts[0][0]])


def _makers(assets: Iterable[Asset]) -> list[str]:
    names = [asset.vendor for asset in assets if asset.vendor]
    return sorted(set(names), key=lambda name: (-names.count(name), name))
