"""Knows until when makers mend their products, from scanners/lifecycle: dates with source, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from sentinel.content import Document, Said, Schema, load
from sentinel.errors import ContentError, Fault, Location
from sentinel.scan.versions import compare, in_cycle

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Confidence = Literal["confirmed", "known", "unverified"]
SupportState = Literal["supported", "ending", "extended", "ended"]


class Cycle(Schema):
    """One release line.

    `ends`: the day; `ended` where it is over but no day was published; `none` where the maker states no end.
    `is` lists further version texts that mean this line. `endoflife` is its name at endoflife.date, for comparison.
    """

    cycle: Line
    ends: date | Literal["ended", "none"]
    extended_ends: date | None = None
    label: Line | None = None
    endoflife: Line | None = None
    endoflife_product: Line | None = None
    source: Line | None = None
    confidence: Confidence | None = None
    note: Said | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Cycle:
        if self.extended_ends and (not isinstance(self.ends, date) or self.extended_ends < self.ends):
            raise ValueError("extended_ends needs a day in `ends` that is not later")
        return self


class Product(Schema):
    """One product and what is known of its release lines, newest first.

    `match`: `label` where versions are names (2012 R2), `numbers` where they begin with the line's numbers.
    `mended`: distributors mend old versions themselves, so the maker's end does not settle it.
    `extended`: what `extended_ends` costs. `older`: what holds for versions below the oldest line.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    name: Line
    names: tuple[Line, ...] = Field(min_length=1)
    match: Literal["label", "numbers"]
    kind: Literal["system", "program"]
    mended: bool = False
    extended: Literal["paid", "free"] | None = None
    endoflife: Line | None = None
    source: Line
    as_of: date
    confidence: Confidence
    statement: Said | None = None
    older: Literal["ended", "unknown"] = "unknown"
    cycles: tuple[Cycle, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Product:
        names = [cycle.cycle.casefold() for cycle in self.cycles]
        for wrong, what in (
            (len(set(names)) != len(names), "two cycles have the same name"),
            (not self.cycles and self.statement is None, "without cycles a `statement` must say why"),
            (self.extended is None and any(c.extended_ends for c in self.cycles), "say what `extended` costs"),
            (self.older == "ended" and self.match != "numbers", "`older` needs `match: numbers`"),
        ):
            if wrong:
                raise ValueError(what)
        return self


@dataclass(frozen=True, slots=True)
class Support:
    """What is known about one product and version: the line it belongs to and when that ends.

    `ends` is None where no day is known: `over` then says whether it has ended or has no stated end.
    """

    product: Product
    label: str
    key: str
    ends: date | None
    extended_ends: date | None
    over: bool
    source: str
    confidence: Confidence
    note: Said | None = None

    def state(self, as_of: date, soon_days: int) -> SupportState:
        """Say where the line stands on a day; free extended support counts as support."""
        if self.over:
            return "ended"
        if self.ends is None:
            return "supported"
        last = self.extended_ends if self.product.extended == "free" and self.extended_ends else self.ends
        if last < as_of:
            paid = self.extended_ends if self.product.extended == "paid" else None
            return "extended" if paid and paid >= as_of else "ended"
        return "ending" if (last - as_of).days <= soon_days else "supported"

    @property
    def last_day(self) -> date | None:
        """The day after which nothing more comes without paying for it."""
        return self.extended_ends if self.product.extended == "free" and self.extended_ends else self.ends


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """All products by the names that services and systems are claimed under, in small letters."""

    by_name: Mapping[str, Product] = field(default_factory=dict)
    products: tuple[Product, ...] = ()

    @property
    def knowledge_date(self) -> date:
        """The age of the oldest part: what is newer than this may be missing."""
        return min(product.as_of for product in self.products)

    def lookup(self, name: str, version: str) -> Support | None:
        """Return what is known of a product's version; None where nothing is, which is not the same as supported."""
        product = self.by_name.get(name.casefold())
        if product is None or not version:
            return None
        found = [cycle for cycle in product.cycles if _belongs(product, cycle, version)]
        if found:
            return _support(product, max(found, key=lambda cycle: len(cycle.cycle)))
        return _below(product, version)


def load_lifecycle(base: Path) -> Lifecycle:
    """Load scanners/lifecycle below `base`; two products may not share a name."""
    items = load(base / "scanners" / "lifecycle", Product, base)
    by_name: dict[str, Product] = {}
    ids: dict[str, Document] = {}
    faults: list[Fault] = [] if items else [Fault(Location("scanners/lifecycle"), "holds no product")]
    for item in items:
        product, document = item.value, item.document
        if product.id in ids:
            faults.append(document.fault(["id"], f"id '{product.id}' is also used in {ids[product.id].location}"))
        ids.setdefault(product.id, document)
        for name in product.names:
            if name.casefold() in by_name:
                faults.append(document.fault(["names"], f"'{name}' already means '{by_name[name.casefold()].id}'"))
            by_name.setdefault(name.casefold(), product)
    if faults:
        raise ContentError(faults)
    return Lifecycle(by_name, tuple(item.value for item in items))


def _belongs(product: Product, cycle: Cycle, version: str) -> bool:
    if product.match == "label":
        return version.casefold() == cycle.cycle.casefold()
    return in_cycle(version, cycle.cycle)


def _support(product: Product, cycle: Cycle) -> Support:
    ends = cycle.ends if isinstance(cycle.ends, date) else None
    canonical = (cycle.endoflife_product or product.endoflife or product.id, cycle.endoflife or cycle.cycle)
    return Support(
        product=product,
        label=cycle.label or f"{product.name} {cycle.cycle}",
        key="/".join(canonical),
        ends=ends,
        extended_ends=cycle.extended_ends,
        over=cycle.ends == "ended",
        source=cycle.source or product.source,
        confidence=cycle.confidence or product.confidence,
        note=cycle.note,
    )


def _below(product: Product, version: str) -> Support | None:
    """Return the support of a version older than every known line, where the product says that those have ended."""
    if product.older != "ended" or not product.cycles:
        return None
    if not all(compare(version, cycle.cycle) == -1 for cycle in product.cycles):
        return None
    return Support(
        product=product,
        label=f"{product.name} {version}",
        key=f"{product.id}/older",
        ends=None,
        extended_ends=None,
        over=True,
        source=product.source,
        confidence=product.confidence,
    )
