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

Condition = dict[str, list[str]]
"""Field names with the texts of which one must be its value, whatever the case; `*` is any value."""


class Narrowing(content.Schema):
    """A category inside a dataset: further conditions, and other names for fields."""

    when: Condition = Field(min_length=1)
    aliases: dict[str, str] = Field(default_factory=dict)


class Dataset(content.Schema):
    """A file of `rules/_logsources/` holds one of these a document.

    `not_routed` says why a log source has no events yet; then nothing else may say which they are.
    """

    dataset: str = Field(pattern=r"^[a-z0-9_]+(?:[.-][a-z0-9_]+)*$")
    product: str | None = None
    category: str | None = None
    service: str | None = None
    when: Condition = Field(default_factory=dict)
    aliases: dict[str, str] = Field(default_factory=dict)
    categories: dict[str, Narrowing] = Field(default_factory=dict)
    not_routed: str = ""

    @model_validator(mode="after")
    def _either_routed_or_not(self) -> Dataset:
        if bool(self.not_routed) == bool(self.when):
            raise ValueError("one of 'when' and 'not_routed' must be there, and only one")
        if self.not_routed and (self.categories or self.aliases):
            raise ValueError("what is not routed has neither categories nor aliases")
        return self


@dataclass(frozen=True, slots=True)
class Route:
    """One log source: its events are those that meet every condition of `when` (folded texts)."""

    dataset: str
    key: LogSourceKey
    when: tuple[tuple[str, frozenset[str]], ...]
    aliases: tuple[tuple[str, str], ...] = ()

    def view(self, fields: Fields) -> Fields:
        """Return fields with those that rules of this log source call by another name; what is there is kept."""
        added = {new: fields[old] for new, old in self.aliases if old in fields and new not in fields}
        return {**fields, **added} if added else fields


@dataclass(slots=True)
class Routes:
    """All routes; remembers what it decided, since only few fields decide it."""

    routes: tuple[Route, ...]
    not_routed: tuple[tuple[LogSourceKey, str], ...] = ()
    _deciding: tuple[str, ...] = ()
    _known: dict[tuple[str, ...], tuple[Route, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._deciding = tuple(sorted({name for route in self.routes for name, _ in route.when}))

    @property
    def deciding(self) -> tuple[str, ...]:
        """The names of the fields that decide; nothing else of an event does."""
        return self._deciding

    def route(self, event: Event) -> tuple[Route, ...]:
        """Return every log source that an event belongs to, in the order of the content."""
        seen = tuple(_folded(event.fields.get(name)) for name in self._deciding)
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


def _routes(dataset: Dataset) -> Iterator[Route]:
    if dataset.not_routed:
        return
    when = _conditions(dataset.when)
    aliases = dataset.aliases
    yield Route(dataset.dataset, _key(dataset, dataset.category), when, tuple(aliases.items()))
    for category, narrowing in dataset.categories.items():
        both = tuple({**aliases, **narrowing.aliases}.items())
        yield Route(dataset.dataset, _key(dataset, category), when + _conditions(narrowing.when), both)


def _key(dataset: Dataset, category: str | None) -> LogSourceKey:
    return LogSourceKey(category, dataset.product, dataset.service)


def _conditions(when: Condition) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((name, frozenset(text.casefold() for text in texts)) for name, texts in when.items())


def _folded(value: Value) -> str:
    """Return the texts of a value as one that can be remembered: folded, joined by a sign that no log source has."""
    texts = (as_text(item) for item in scalars(value))
    return "\0".join(text.casefold() for text in texts if text)


def _meets(route: Route, values: Mapping[str, list[str]]) -> bool:
    return all(_met(texts, values[name]) for name, texts in route.when)


def _met(texts: frozenset[str], values: list[str]) -> bool:
    return any(value in texts or (value and ANY in texts) for value in values)
