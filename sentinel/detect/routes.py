"""Which log sources an event belongs to: content says it, in `rules/_logsources/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, model_validator

from sentinel import content
from sentinel.detect.readings import as_text, scalars
from sentinel.detect.rule import LogSourceKey
from sentinel.model.events import Event, Fields, Value

FOLDER = Path("rules") / "_logsources"
ANY = "*"
MOST_REMEMBERED = 10_000
MOST_LETTERS = 1_000

Condition = dict[str, list[str]]
"""Field names with the texts of which one must be its value, whatever the case; `*` is any value."""


Aliases = dict[str, str | list[str]]
"""Names that rules use, each with the name that the log has for it; of several, the first that is there counts."""


class Narrowing(content.Schema):
    """A category inside a dataset: further conditions, and other names for fields.

    Without a condition every event of the dataset is of this category as well.
    """

    when: Condition = Field(default_factory=dict)
    unless: Condition = Field(default_factory=dict)
    aliases: Aliases = Field(default_factory=dict)


class Dataset(content.Schema):
    """A file of `rules/_logsources/` holds one of these a document.

    An event is of it if each field of `when` has one of its texts, and no field of `unless` has one of its own.
    `not_routed` says why a log source has no events yet; then nothing else may say which they are.
    """

    dataset: str = Field(pattern=r"^[a-z0-9_]+(?:[.-][a-z0-9_]+)*$")
    product: str | None = None
    category: str | None = None
    service: str | None = None
    when: Condition = Field(default_factory=dict)
    unless: Condition = Field(default_factory=dict)
    aliases: Aliases = Field(default_factory=dict)
    categories: dict[str, Narrowing] = Field(default_factory=dict)
    not_routed: str = ""

    @model_validator(mode="after")
    def _either_routed_or_not(self) -> Dataset:
        if bool(self.not_routed) == bool(self.when):
            raise ValueError("one of 'when' and 'not_routed' must be there, and only one")
        if self.not_routed and (self.categories or self.aliases or self.unless):
            raise ValueError("what is not routed has neither categories nor aliases nor exceptions")
        return self


Conditions = tuple[tuple[str, frozenset[str]], ...]
"""Names of fields with folded texts."""


@dataclass(frozen=True, slots=True)
class Route:
    """One log source: its events meet every condition of `when` and none of `unless`.

    Of several aliases for one name the first that is there counts.
    """

    dataset: str
    key: LogSourceKey
    when: Conditions
    aliases: tuple[tuple[str, str], ...] = ()
    unless: Conditions = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.dataset, self.key, self.when, self.aliases, self.unless)))

    def __hash__(self) -> int:
        """Return what was worked out once: every event asks for it."""
        return self._hash

    def view(self, fields: Fields) -> Fields:
        """Return fields with those that rules of this log source call by another name; what is there is kept."""
        added = {new: fields[old] for new, old in reversed(self.aliases) if old in fields and new not in fields}
        return {**fields, **added} if added else fields


@dataclass(slots=True)
class Routes:
    """All routes; remembers what it decided, since only few fields decide it, by few of their texts."""

    routes: tuple[Route, ...]
    not_routed: tuple[tuple[LogSourceKey, str], ...] = ()
    _deciding: tuple[str, ...] = ()
    _texts: dict[str, frozenset[str]] = field(default_factory=dict)
    _known: dict[tuple[str, ...], tuple[Route, ...]] = field(default_factory=dict)
    _values: dict[tuple[Value, ...], tuple[Route, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, texts in (pair for route in self.routes for pair in route.when + route.unless):
            self._texts[name] = self._texts.get(name, frozenset()) | texts
        self._deciding = tuple(sorted(self._texts))

    @property
    def deciding(self) -> tuple[str, ...]:
        """Return the names of the fields that decide; nothing else of an event does."""
        return self._deciding

    @property
    def present_only(self) -> frozenset[str]:
        """Return the names of the deciding fields of which it only matters whether they have any text."""
        return frozenset(name for name, texts in self._texts.items() if texts == {ANY})

    def route(self, event: Event) -> tuple[Route, ...]:
        """Return every log source that an event belongs to, in the order of the content."""
        values = tuple(map(event.fields.get, self._deciding))
        if not _ALIKE.issuperset(map(type, values)):
            return self._decide(event)
        if (found := self._values.get(values)) is None:
            found = self._decide(event)
            if sum(len(value) for value in values if isinstance(value, str)) <= MOST_LETTERS:
                if len(self._values) >= MOST_REMEMBERED:
                    self._values.clear()
                self._values[values] = found
        return found

    def view(self, event: Event) -> Fields:
        """Return the fields of an event, with the names that rules of its log sources have for them."""
        fields = event.fields
        for route in self.route(event):
            fields = route.view(fields)
        return fields

    def _decide(self, event: Event) -> tuple[Route, ...]:
        seen = tuple(_told(event.fields.get(name), self._texts[name]) for name in self._deciding)
        found = self._known.get(seen)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            values = dict(zip(self._deciding, (text.split("\0") for text in seen), strict=True))
            found = tuple(route for route in self.routes if _meets(route, values))
            self._known[seen] = found
        return found

    def has(self, key: LogSourceKey) -> bool:
        """Say whether any route fulfils a rule's log source."""
        return any(contains(key, route.key) for route in self.routes)

    def why_not(self, key: LogSourceKey) -> str:
        """Return why a log source has no route, where the content says so."""
        return next((why for listed, why in self.not_routed if contains(listed, key)), "")


def contains(wanted: LogSourceKey, offered: LogSourceKey) -> bool:
    """Say whether every part that `wanted` names is the same in `offered`; a part it leaves open is any."""
    return (
        wanted.product in {None, offered.product}
        and wanted.category in {None, offered.category}
        and wanted.service in {None, offered.service}
    )


def datasets(routes: Iterable[Route]) -> set[str]:
    """Return the names of datasets, without those that another one is part of (`windows` beside `windows.system`)."""
    names = {route.dataset for route in routes}
    return {name for name in names if not any(other.startswith(f"{name}.") for other in names)}


def load_routes(base: Path) -> Routes:
    """Read `rules/_logsources/` below a content root; ContentError with all faults of all files."""
    routes: list[Route] = []
    not_routed: list[tuple[LogSourceKey, str]] = []
    for item in content.load(base / FOLDER, Dataset, base):
        if item.value.not_routed:
            not_routed.append((_key(item.value, item.value.category), item.value.not_routed))
        routes += _routes(item.value)
    return Routes(tuple(routes), tuple(not_routed))


def mapping_of(base: Path) -> str:
    """Return a hash of all that `load_routes` reads."""
    return content.content_hash((path for path in (base / FOLDER).rglob("*") if path.is_file()), base)


def unused_mappings(folders: Iterable[Path], base: Path) -> Iterator[Path]:
    """Yield the mappings beside rules that say anything else than the content's: nobody reads them."""
    ours = _hashed(base / FOLDER)
    for folder in folders:
        theirs = folder / FOLDER.name
        if theirs.is_dir() and _hashed(theirs) != ours:
            yield theirs


def _hashed(folder: Path) -> str:
    return content.content_hash((path for path in folder.rglob("*") if path.is_file()), folder)


def _routes(dataset: Dataset) -> Iterator[Route]:
    if dataset.not_routed:
        return
    when, unless = _conditions(dataset.when), _conditions(dataset.unless)
    yield Route(dataset.dataset, _key(dataset, dataset.category), when, _pairs(dataset.aliases), unless)
    for category, narrowing in dataset.categories.items():
        yield Route(
            dataset.dataset,
            _key(dataset, category),
            when + _conditions(narrowing.when),
            _pairs({**dataset.aliases, **narrowing.aliases}),
            unless + _conditions(narrowing.unless),
        )


def _pairs(aliases: Aliases) -> tuple[tuple[str, str], ...]:
    return tuple((new, old) for new, olds in aliases.items() for old in ([olds] if isinstance(olds, str) else olds))


def _key(dataset: Dataset, category: str | None) -> LogSourceKey:
    return LogSourceKey(category, dataset.product, dataset.service)


def _conditions(when: Condition) -> Conditions:
    return tuple((name, frozenset(text.casefold() for text in texts)) for name, texts in when.items())


def _told(value: Value, asked: frozenset[str]) -> str:
    """Return which of the asked texts a value has, as one that can be remembered; ANY stands for every other one."""
    texts = {text.casefold() for item in scalars(value) if (text := as_text(item))}
    known = texts & asked
    if ANY in asked and texts:
        known.add(ANY)
    return "\0".join(sorted(known))


_ALIKE = {str, int, type(None)}
"""Types whose values are routed alike if Python takes them for one another: not so `1` and `true`."""


def _meets(route: Route, values: Mapping[str, list[str]]) -> bool:
    return all(not texts.isdisjoint(values[name]) for name, texts in route.when) and all(
        texts.isdisjoint(values[name]) for name, texts in route.unless
    )
