"""Draws the map of a site for each width, with its words: who talks to whom, and what nobody looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sentinel.report.clean import scrub
from sentinel.report.inventory.drawing import Drawing
from sentinel.report.inventory.ground import Ground
from sentinel.report.inventory.layout import Laid, Size, lay_out
from sentinel.report.inventory.places import Block, Place, Scene, scene
from sentinel.report.inventory.ties import OUTSIDE, Tie, ties
from sentinel.report.text import Catalogue, number

_PROTOCOLS = 5
_REST = 60
"""Height of the place of all that stands in other drawings."""
ELSEWHERE = "elsewhere"
"""The place of all that stands in another drawing of the same map."""


def draw(ground: Ground, size: Size, catalogue: Catalogue) -> tuple[Drawing, ...]:
    """Return the map for one width: one drawing, or several where paper ends."""
    places = shown(ground, size, catalogue)
    tied = ties(ground.met, places.place)
    says = told(tied, catalogue)
    note = "" if ground.inventory.heard else catalogue.say("map.not_heard")
    parts = list(_parts(places, tied, says, size, catalogue))
    laid = [lay_out(here, mine, says, size, "" if at else note) for at, (here, mine) in enumerate(parts)]
    return tuple(
        one.named(
            f"map-{size.name}-{at}", _title(at, len(laid), catalogue), _description(ground, places, one, catalogue)
        )
        for at, one in enumerate(laid, start=1)
    )


def shown(ground: Ground, size: Size, catalogue: Catalogue) -> Scene:
    """Return the places that a map of a width has, their texts fit to be seen."""
    found = scene(ground.areas, ground.met, ground.worst, size.places, catalogue)
    return replace(found, blocks=scrub(found.blocks, catalogue))


def told(tied: Iterable[Tie], catalogue: Catalogue) -> dict[str, str]:
    """Say of each place what it was heard to do: talk with the internet first, then what it does for others."""
    beyond: dict[str, list[str]] = {}
    serves: dict[str, Counter[str]] = {}
    callers: dict[tuple[str, str], set[str]] = {}
    for tie in tied:
        if OUTSIDE in (tie.client, tie.server):
            inner, word = (
                (tie.server, "map.from_internet") if tie.client == OUTSIDE else (tie.client, "map.to_internet")
            )
            beyond.setdefault(inner, []).append(catalogue.say(word, what=_protocols(tie.protocols, catalogue)))
        elif tie.kind == "crossing":
            device, word = (tie.server, "map.from_zone") if tie.reached else (tie.client, "map.new_zone")
            beyond.setdefault(device, []).append(catalogue.say(word))
        for protocol, count in tie.protocols.items() if tie.client != OUTSIDE else ():
            serves.setdefault(tie.server, Counter())[protocol] += count
            callers.setdefault((tie.server, protocol), set()).update(tie.clients)
    offers = {key: _offers(key, found, callers, catalogue) for key, found in serves.items()}
    keys = {*beyond, *offers}
    return {key: " · ".join([*dict.fromkeys(beyond.get(key, ())), *offers.get(key, ())]) for key in keys}


def _offers(
    key: str, found: Mapping[str, int], callers: Mapping[tuple[str, str], set[str]], catalogue: Catalogue
) -> list[str]:
    order = sorted(found, key=lambda protocol: ("/" in protocol, -len(callers[key, protocol]), protocol))
    shown = [
        catalogue.say("map.serves", what=protocol, n=number(len(callers[key, protocol]), catalogue.language))
        for protocol in order[:_PROTOCOLS]
    ]
    rest = len(order) - _PROTOCOLS
    return [*shown, catalogue.count("more.items", rest)] if rest > 0 else shown


def _protocols(found: Mapping[str, int], catalogue: Catalogue) -> str:
    names = sorted(found, key=lambda name: ("/" in name, name))
    rest = len(names) - _PROTOCOLS
    shown = ", ".join(names[:_PROTOCOLS])
    return f"{shown} {catalogue.count('more.items', rest)}" if rest > 0 else shown


def _parts(
    places: Scene, tied: Sequence[Tie], says: Mapping[str, str], size: Size, catalogue: Catalogue
) -> Iterator[tuple[tuple[Block, ...], list[Tie]]]:
    """Yield what stands in each drawing; talk with what stands in another one leads to a place of its own."""
    groups = list(_pages(places.blocks, says, size))
    for blocks in groups:
        here = {place.key for block in blocks for place in block.places}
        mine = [tie for tie in tied if tie.client in here or tie.server in here]
        moved = [_moved(tie, here) for tie in mine]
        away = any(ELSEWHERE in (tie.client, tie.server) for tie in moved)
        place = Place(ELSEWHERE, catalogue.say("map.elsewhere"), catalogue.say("map.elsewhere.note"), None)
        yield (*blocks, Block("", "", (("", (place,)),))) if away else tuple(blocks), moved


def _pages(blocks: Sequence[Block], says: Mapping[str, str], size: Size) -> Iterator[list[Block]]:
    """Yield the areas of each drawing; where all do not fit in one, the first leaves room for what stands above it."""
    if lay_out(blocks, [], says, size).height <= size.height:
        yield list(blocks)
        return
    page, most = list[Block](), size.first - _REST
    for block in blocks:
        if page and lay_out([*page, block], [], says, size).height > most:
            yield page
            page, most = [], size.height - _REST
        page.append(block)
    yield page


def _moved(tie: Tie, here: set[str]) -> Tie:
    client = tie.client if tie.client in here else ELSEWHERE
    server = tie.server if tie.server in here else ELSEWHERE
    return replace(tie, client=client, server=server)


def _title(at: int, of: int, catalogue: Catalogue) -> str:
    return catalogue.say("map.title") if of == 1 else catalogue.say("map.title_part", n=at, of=of)


def _description(ground: Ground, places: Scene, laid: Laid, catalogue: Catalogue) -> str:
    """Say in sentences what the drawing shows, and what it leaves out."""
    unseen = sum(not area.seen for area in ground.areas)
    parts = [
        catalogue.count("map.areas", len(ground.areas)),
        catalogue.count("map.devices", len(ground.inventory.assets)),
        catalogue.count("map.crossings", len({one.device.id for one in ground.met if one.device})),
        catalogue.count("map.unseen", unseen) if unseen else "",
        catalogue.say(f"map.level.{places.level}"),
        catalogue.count("map.left_out", laid.left_out) if laid.left_out else "",
    ]
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)
