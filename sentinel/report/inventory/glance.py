"""Writes what is seen first: one sentence on the whole, and what nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sentinel.model.severity import Severity
from sentinel.report.inventory.areas import order
from sentinel.report.inventory.ground import Ground
from sentinel.report.inventory.places import area_title
from sentinel.report.marks import UNSEEN
from sentinel.report.notlooked import only_counted
from sentinel.report.pages import Listing, Point
from sentinel.report.tables import joined
from sentinel.report.text import Catalogue

_NAMED = 8


def glance(ground: Ground, catalogue: Catalogue) -> str:
    """Return the first sentence: how many devices, how many in care, out of support, seriously weak."""
    if not ground.assets:
        return catalogue.say("inventory.nothing")
    care = sum(area.care for area in ground.areas)
    old = sum(map(ground.unsupported, ground.assets))
    weak = sum(one.severity.rank >= Severity.HIGH.rank for asset in ground.assets for one in ground.open(asset))
    unsupported = catalogue.count("inventory.unsupported", old) if old else catalogue.say("inventory.no_unsupported")
    return catalogue.say(
        "inventory.glance",
        seen=catalogue.count("inventory.seen", len(ground.assets)),
        care=catalogue.count("inventory.care", care) if care else catalogue.say("inventory.no_care"),
        unsupported=unsupported[:1].upper() + unsupported[1:],
        weak=catalogue.count("inventory.weak", weak) if weak else catalogue.say("inventory.no_weak"),
    )


def alarm(ground: Ground, catalogue: Catalogue) -> str:
    """Return the second sentence, where devices in care leave their zone."""
    count = len(ground.worst.crossing)
    return catalogue.count("inventory.crossing", count) if count else ""


def unseen(ground: Ground, catalogue: Catalogue) -> Listing:
    """Return all that nobody has looked at, in words."""
    points = tuple(Point(UNSEEN, "", text) for text in _unseen(ground, catalogue))
    return Listing(
        "unseen", catalogue.say("inventory.unseen.title"), points, "", catalogue.say("inventory.unseen.empty")
    )


def _unseen(ground: Ground, catalogue: Catalogue) -> Iterator[str]:
    inventory = ground.inventory
    if inventory.heard is None:
        yield catalogue.say("inventory.unseen.heard")
    elif inventory.heard.left_out:
        yield catalogue.count("inventory.unseen.left_out", inventory.heard.left_out)
    yield from _told("inventory.unseen.network", _empty(ground, catalogue), catalogue)
    silent = sorted({address for area in ground.areas for address in area.silent}, key=order)
    yield from _told("inventory.unseen.silent", silent, catalogue)
    if counted := only_counted(inventory.scans):
        text = catalogue.count("unseen.only_counted", counted)
        yield text[:1].upper() + text[1:]
    if not inventory.scans:
        yield catalogue.say("inventory.unseen.stored")
    mentioned = sorted({address for area in ground.areas for address in area.mentioned}, key=order)
    yield from _told("inventory.unseen.mentioned", mentioned, catalogue)
    listed = ground.listed()
    yield from _told("inventory.unseen.listed", (asset.called for asset in listed), catalogue)
    unknown = [a for a in ground.assets if a.device_class == "unknown" and a not in listed]
    yield from _told("inventory.unseen.unknown", (asset.called for asset in unknown), catalogue)


def _empty(ground: Ground, catalogue: Catalogue) -> list[str]:
    """Return the networks in which nothing was seen; those that a whole scan asked were looked at."""
    return [area_title(area, catalogue) for area in ground.areas if not area.seen and not area.asked]


def _told(key: str, which: Iterable[str], catalogue: Catalogue) -> Iterator[str]:
    names = list(which)
    if names:
        yield catalogue.count(key, len(names), which=joined(names, _NAMED, catalogue))
