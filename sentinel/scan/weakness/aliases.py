"""Knows what sources call our makers and products, from scanners/aliases. What does not stand there is not guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from sentinel.content import Item, Schema, load
from sentinel.errors import ContentError, Fault
from sentinel.model.knowledge import Knowledge, product_key
from sentinel.scan.weakness.order import SCHEMES

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Confidence = Literal["confirmed", "known", "unverified"]
_NEAR = 0.8


class Maker(Schema):
    """One maker with all the spellings that we and the sources use; a product of it is the same under each.

    `medical`: what it makes is medical equipment, which only its supplier may change.
    """

    id: Id
    medical: bool = True
    names: tuple[Line, ...] = Field(min_length=1)
    source: Line
    confidence: Confidence


class Pair(Schema):
    """Maker and product as a source spells them."""

    vendor: Line
    product: Line

    @property
    def key(self) -> str:
        """The key under which statements stand in a bundle."""
        return product_key(self.vendor, self.product)


class Alias(Schema):
    """One product: the names that we meet, and what sources call it.

    `maker`: only where this maker is claimed beside the name. `line`: the name is that of a family, so a statement
    about one member is only possible. `scheme` is how its versions are ordered, where the source does not know.
    `mended`: distributors mend it without changing its number. `packages` are their names for it, by distributor.
    `endoflife` is its name at endoflife.date.
    """

    id: Id
    names: tuple[Line, ...] = Field(min_length=1)
    maker: Id | None = None
    known_as: tuple[Pair, ...] = ()
    packages: Mapping[Line, tuple[Line, ...]] = {}
    endoflife: Line | None = None
    scheme: str | None = None
    mended: bool = False
    line: bool = False
    source: Line
    confidence: Confidence

    @model_validator(mode="after")
    def _says_something(self) -> Alias:
        if not (self.known_as or self.packages or self.endoflife):
            raise ValueError("says nothing: give `known_as`, `packages` or `endoflife`")
        if self.scheme is not None and self.scheme not in SCHEMES:
            raise ValueError(f"no scheme '{self.scheme}': {', '.join(sorted(SCHEMES))}")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its statements, those of distributors left out."""
        return tuple(dict.fromkeys(pair.key for pair in self.known_as))


class Without(Schema):
    """A product or maker that we can claim and for which no source's name is known, and why."""

    names: tuple[Line, ...] = Field(min_length=1)
    why: Line


class AliasFile(Schema):
    """One file."""

    about: Line
    as_of: date
    makers: tuple[Maker, ...] = ()
    products: tuple[Alias, ...] = ()
    without: tuple[Without, ...] = ()
    makers_without: tuple[Without, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """What a product is called in sources: `alias` where content names it, else only the maker's spellings do."""

    id: str
    keys: tuple[str, ...]
    alias: Alias | None = None
    medical: bool = False


@dataclass(frozen=True, slots=True)
class Aliases:
    """All aliases, by names in small letters; those bound to a maker by both."""

    makers: Mapping[str, Maker] = field(default_factory=dict)
    products: Mapping[tuple[str, str], Alias] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    makers_without: Mapping[str, str] = field(default_factory=dict)

    def named(self, vendor: str, product: str) -> Named | None:
        """Return what sources call a product; None where neither it nor its maker is known."""
        maker = self.makers.get(plain_name(vendor))
        alias = self.products.get((maker.id, plain_name(product))) if maker else None
        alias = alias or self.products.get(("", plain_name(product)))
        if alias is not None:
            return Named(alias.id, alias.keys, alias, medical=bool(maker and alias.maker and maker.medical))
        if maker is None or not product:
            return None
        own = f"{maker.id}:{product_key('', product).removeprefix(':')}"
        keys = tuple(dict.fromkeys(product_key(name, product) for name in maker.names))
        return Named(own, keys, medical=maker.medical)

    def same_maker(self, one: str, other: str) -> bool:
        """Say whether two names are of one maker: the same name, or spellings of it that stand in the content."""
        makers = [self.makers.get(plain_name(name)) for name in (one, other)]
        return plain_name(one) == plain_name(other) or (makers[0] is not None and makers[0] is makers[1])

    def of(self) -> tuple[Alias, ...]:
        """Return every alias once, by its id."""
        return tuple(sorted({one.id: one for one in self.products.values()}.values(), key=lambda one: one.id))


@dataclass(frozen=True, slots=True)
class Near:
    """A product of a known maker that no alias reaches; `like` are our names that look like it. Only for authors."""

    key: str
    like: tuple[str, ...]


def near_misses(aliases: Aliases, knowledge: Knowledge) -> Iterator[Near]:
    """Yield products of known makers that only their exact name would reach. Nothing is ever judged by this."""
    reached = {key for alias in aliases.of() for key in alias.keys}
    ours = sorted({name for _, name in aliases.products})
    vendors = {name: None for maker in aliases.makers.values() for name in maker.names}
    keys = {key for name in vendors for key in knowledge.products(name)}
    for key in sorted(keys - reached):
        plain = key.partition(":")[2].replace("-", " ")
        yield Near(key, tuple(name for name in ours if SequenceMatcher(None, plain, name).ratio() >= _NEAR))


def load_aliases(base: Path) -> Aliases:
    """Load scanners/aliases below `base`; a name stands for one thing only, and every fault is told."""
    items = load(base / "scanners" / "aliases", AliasFile, base)
    makers, faults = _makers(items)
    products, more = _products(items, {maker.id for maker in makers.values()})
    if faults or more:
        raise ContentError([*faults, *more])
    without = {plain_name(name): one.why for item in items for one in item.value.without for name in one.names}
    bare = {plain_name(name): one.why for item in items for one in item.value.makers_without for name in one.names}
    return Aliases(makers, products, without, bare)


def _makers(items: Iterable[Item[AliasFile]]) -> tuple[dict[str, Maker], list[Fault]]:
    makers: dict[str, Maker] = {}
    faults: list[Fault] = []
    for item in items:
        for place, maker in enumerate(item.value.makers):
            for name in map(plain_name, maker.names):
                if makers.setdefault(name, maker) is not maker:
                    what = f"'{name}' already means '{makers[name].id}'"
                    faults.append(item.document.fault(["makers", place, "names"], what))
    return makers, faults


def _products(items: Iterable[Item[AliasFile]], makers: set[str]) -> tuple[dict[tuple[str, str], Alias], list[Fault]]:
    products: dict[tuple[str, str], Alias] = {}
    ids: dict[str, Alias] = {}
    faults: list[Fault] = []
    for item in items:
        for place, alias in enumerate(item.value.products):
            taken = [name for name in alias.names if (alias.maker or "", plain_name(name)) in products]
            wrong = [f"'{name}' already means '{products[alias.maker or '', plain_name(name)].id}'" for name in taken]
            wrong += [f"no maker '{alias.maker}'"] if alias.maker and alias.maker not in makers else []
            wrong += [f"id '{alias.id}' is used twice"] if alias.id in ids else []
            faults += [item.document.fault(["products", place], what) for what in wrong]
            products |= {(alias.maker or "", plain_name(name)): alias for name in alias.names}
            ids[alias.id] = alias
    return products, faults


def plain_name(name: str) -> str:
    """Return a name as it is compared: small letters, and one space for whatever is no letter or digit."""
    return product_key("", name).removeprefix(":").replace("-", " ")
