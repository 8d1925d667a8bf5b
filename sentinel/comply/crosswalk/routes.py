"""Finds every way through crosswalks from one framework to another, each no stronger than its links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sentinel.comply.crosswalk.relations import SUREST, after, turned, weakest
from sentinel.model.crosswalks import Crosswalk, Link, Route

MOST_LINKS = 3
"""Longer chains say too little to be worth reading."""

Hop = tuple[Crosswalk, Mapping[str, tuple[Link, ...]]]


def routes(crosswalks: Sequence[Crosswalk], start: str, target: str) -> dict[str, tuple[Route, ...]]:
    """Return by place of `target` all that is linked to it from `start`.

    Of each relation between two places the surest way is kept, then the shortest. No framework is passed twice, and
    `steps` of a route are places: the first of `start`, the last of `target`.
    """
    best: dict[tuple[str, str, str], Route] = {}
    for way in _ways(crosswalks, start, target):
        for route in _along(way):
            key = (route.steps[-1], route.steps[0], route.relation)
            best[key] = min(best.get(key, route), route, key=_rank)
    found: dict[str, list[Route]] = {}
    for (place, _, _), route in sorted(best.items()):
        found.setdefault(place, []).append(route)
    return {place: tuple(those) for place, those in found.items()}


def between(crosswalks: Iterable[Crosswalk], start: str, target: str) -> tuple[str, ...]:
    """Return the ids of the crosswalks that lie on some way, in order."""
    return tuple(sorted({crosswalk.id for way in _ways(tuple(crosswalks), start, target) for crosswalk in way}))


def _rank(route: Route) -> tuple[int, int, tuple[str, ...]]:
    return SUREST.index(route.confidence), len(route.steps), route.steps


def _ways(
    crosswalks: Sequence[Crosswalk], start: str, target: str, passed: frozenset[str] = frozenset()
) -> Iterator[tuple[Crosswalk, ...]]:
    """Yield chains of crosswalks, each turned so that it leads onwards."""
    passed |= {start}
    for crosswalk in crosswalks:
        onwards = crosswalk if crosswalk.first == start else _turned(crosswalk)
        if onwards.first != start or onwards.second in passed:
            continue
        if onwards.second == target:
            yield (onwards,)
        elif len(passed) < MOST_LINKS:
            for rest in _ways(crosswalks, onwards.second, target, passed):
                yield (onwards, *rest)


def _turned(crosswalk: Crosswalk) -> Crosswalk:
    links = (replace(one, first=one.second, second=one.first, relation=turned(one.relation)) for one in crosswalk.links)
    return replace(crosswalk, first=crosswalk.second, second=crosswalk.first, links=tuple(links))


def _along(way: Sequence[Crosswalk]) -> Iterable[Route]:
    hops = [(crosswalk, _by_first(crosswalk.links)) for crosswalk in way]
    first = {place: Route((place,), "equal", "confirmed") for place in hops[0][1]}
    found: dict[tuple[str, ...], Route] = {(place,): route for place, route in first.items()}
    for hop in hops:
        found = dict(_onwards(found.values(), hop))
    return found.values()


def _onwards(found: Iterable[Route], hop: Hop) -> Iterator[tuple[tuple[str, ...], Route]]:
    crosswalk, links = hop
    for route in found:
        for link in links.get(route.steps[-1], ()):
            relation = after(route.relation, link.relation)
            if relation is not None:
                steps = (*route.steps, link.second)
                sure = weakest(route.confidence, link.confidence, crosswalk.confidence)
                yield steps, Route(steps, relation, sure)


def _by_first(links: Iterable[Link]) -> dict[str, tuple[Link, ...]]:
    by: dict[str, list[Link]] = {}
    for link in links:
        by.setdefault(link.first, []).append(link)
    return {place: tuple(those) for place, those in by.items()}
