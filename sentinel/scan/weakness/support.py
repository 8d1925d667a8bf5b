"""Completes our own table of ends of support from a bundle. Own rows win; where the two differ is shown to authors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.knowledge import Knowledge, Line
from sentinel.scan.lifecycle import Cycle, Lifecycle, Product
from sentinel.scan.weakness.aliases import Alias, Aliases

FEED = "endoflife"


@dataclass(frozen=True, slots=True)
class Difference:
    """A release line of which a bundle says something else than our own table."""

    product: str
    cycle: str
    ours: str
    theirs: str
    dated: date


def completed(lifecycle: Lifecycle, aliases: Aliases, knowledge: Knowledge) -> Lifecycle:
    """Return the table with the release lines that only the bundle knows, and products that it alone has.

    A product whose rows the bundle all confirms is as new as the bundle. Lines are added where versions begin with
    their numbers: a line that is a name (2012 R2) may be spelt in other ways, which only an author can tell.
    """
    products = [_completed(product, knowledge) for product in lifecycle.products]
    known = {name.casefold() for product in products for name in product.names}
    told = {product.endoflife for product in products}
    for alias in aliases.of():
        if alias.endoflife and alias.endoflife not in told and not known & {name.casefold() for name in alias.names}:
            products += _made(alias, knowledge)
    by_name = {name.casefold(): product for product in products for name in product.names}
    return Lifecycle(by_name, tuple(products))


def differences(lifecycle: Lifecycle, knowledge: Knowledge) -> Iterator[Difference]:
    """Yield where our own rows say another day than the bundle."""
    for product in lifecycle.products:
        for cycle, line in _both(product, knowledge):
            ours, theirs = _said(cycle.ends), _said(_ends(line))
            if ours != theirs:
                yield Difference(product.id, cycle.cycle, ours, theirs, dated(knowledge))


def dated(knowledge: Knowledge) -> date:
    """Return the day of the bundle's ends of support; of its oldest feed where none has their name."""
    days = [feed.dated for feed in knowledge.feeds if feed.name.startswith(FEED)]
    return min(days or [feed.dated for feed in knowledge.feeds], default=date.min)


def _completed(product: Product, knowledge: Knowledge) -> Product:
    if product.endoflife is None:
        return product
    lines = knowledge.lines(product.endoflife)
    own = {cycle.endoflife or cycle.cycle for cycle in product.cycles}
    same = (_said(cycle.ends) == _said(_ends(line)) for cycle, line in _both(product, knowledge))
    newer = max(product.as_of, dated(knowledge)) if lines and all(same) else product.as_of
    fresh = [_cycle(line) for line in lines if line.cycle not in own] if product.match == "numbers" else []
    return product.model_copy(update={"cycles": (*product.cycles, *fresh), "as_of": newer})


def _both(product: Product, knowledge: Knowledge) -> Iterator[tuple[Cycle, Line]]:
    for cycle in product.cycles:
        name = cycle.endoflife_product or product.endoflife
        lines = {line.cycle: line for line in knowledge.lines(name)} if name else {}
        line = lines.get(cycle.endoflife or cycle.cycle)
        if line is not None:
            yield cycle, line


def _made(alias: Alias, knowledge: Knowledge) -> Iterator[Product]:
    """Yield the product that only the bundle knows, where it has lines for it."""
    lines = knowledge.lines(alias.endoflife or "")
    if lines:
        yield Product(
            id=alias.id,
            name=alias.names[0],
            names=alias.names,
            match="numbers",
            kind="program",
            mended=alias.mended,
            extended="paid" if any(line.extended_ends for line in lines) else None,
            endoflife=alias.endoflife,
            source=lines[0].source or FEED,
            as_of=dated(knowledge),
            confidence="confirmed",
            cycles=tuple(_cycle(line) for line in lines),
        )


def _cycle(line: Line) -> Cycle:
    ends = _ends(line)
    later = line.extended_ends if isinstance(ends, date) and line.extended_ends and line.extended_ends >= ends else None
    return Cycle(cycle=line.cycle, ends=ends, extended_ends=later, source=line.source or FEED)


def _ends(line: Line) -> date | Literal["ended", "none"]:
    return line.ends or ("ended" if line.over else "none")


def _said(ends: date | str) -> str:
    return ends if isinstance(ends, str) else ends.isoformat()
