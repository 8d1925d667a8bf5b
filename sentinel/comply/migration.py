"""Carries an earlier assessment over to today's version of the checklist: which requirements are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.checklist import Checklist
from sentinel.comply.files import RequirementId, Spoken, meant
from sentinel.content import Item, Schema, load
from sentinel.errors import ContentError, Fault
from sentinel.model.text import Text
from sentinel.model.trend import Previous

How = Literal["equal", "narrower", "broader", "split", "new", "dropped"]
Version = Annotated[str, Field(pattern=r"^\d{4}\.\d+$", strict=True)]


class ChangedEntry(Schema):
    """A requirement that is not what it was. narrower: it asks for less now · broader: for more · split: several."""

    id: RequirementId
    how: Literal["narrower", "broader", "split"]
    to: Annotated[list[RequirementId], Field(min_length=1)]
    because: Spoken


class MigrationFile(Schema):
    """One file of `migrations/`: what became of every requirement of one version in the next."""

    from_: Annotated[Version, Field(alias="from")]
    to: Version
    equal: tuple[RequirementId, ...] = ()
    changed: tuple[ChangedEntry, ...] = ()
    new: tuple[RequirementId, ...] = ()
    dropped: tuple[RequirementId, ...] = ()


@dataclass(frozen=True, slots=True)
class Migration:
    """What became of requirements between two versions; `equal` keep their id, `became` are those changed."""

    before: str
    after: str
    equal: frozenset[str]
    changed: Mapping[str, How]
    became: frozenset[str]
    new: frozenset[str]


@dataclass(frozen=True, slots=True)
class Carried:
    """An earlier assessment by today's ids, and how many of its requirements are no longer the same, by how.

    `new` are requirements that no earlier version had, `became` what changed ones are now. `known` is False where no
    table leads from that version to this.
    """

    previous: Previous
    counts: Mapping[How, int]
    new: frozenset[str] = frozenset()
    became: frozenset[str] = frozenset()
    known: bool = True


def carry(previous: Previous, migrations: Sequence[Migration], version: str) -> Carried:
    """Carry an earlier assessment over, version by version.

    Only what is equal all the way keeps its state: of one that asks for more or less, an old answer says nothing sure.
    Without a table for some step on the way, states are kept by id, and `known` says that it is a guess.
    """
    steps = {migration.before: migration for migration in migrations}
    states, counts, at = dict(previous.states), Counter[How](), previous.checklist
    new, became = frozenset[str](), frozenset[str]()
    while at != version and at in steps:
        step = steps[at]
        gone = [name for name, state in states.items() if name not in step.equal and state != "not_applicable"]
        counts.update(step.changed.get(name, "dropped") for name in gone)
        states = {name: state for name, state in states.items() if name in step.equal}
        new, became = (new & step.equal) | step.new, (became & step.equal) | step.became
        at = step.after
    if at != version:
        return Carried(previous, {}, known=not previous.checklist)
    return Carried(replace(previous, states=states), dict(counts), new, became)


TOLD: Mapping[How, Text] = {
    "narrower": Text("spør om mindre enn før og er ikke sammenlignet", "narrowed since, and not compared"),
    "broader": Text("spør om mer enn før og er ikke sammenlignet", "broadened since, and not compared"),
    "split": Text("er delt i flere og er ikke sammenlignet", "split since, and not compared"),
    "dropped": Text("er tatt ut av sjekklisten", "dropped from the checklist"),
}


def load_migrations(base: Path, checklist: Checklist) -> tuple[Migration, ...]:
    """Read the `migrations/` of a checklist; raise ContentError with all faults, against today's requirements too."""
    items = load(base / "checklists" / checklist.place / "migrations", MigrationFile, base)
    faults = [fault for item in items for fault in _wrong(item, checklist)]
    starts = Counter(item.value.from_ for item in items)
    faults += [
        item.document.fault(["from"], f"{item.value.from_} is left {starts[item.value.from_]} times")
        for item in items
        if starts[item.value.from_] > 1
    ]
    if faults:
        raise ContentError(faults)
    return tuple(_as_migration(item.value) for item in items)


def _as_migration(entry: MigrationFile) -> Migration:
    return Migration(
        before=entry.from_,
        after=entry.to,
        equal=frozenset(entry.equal),
        changed={one.id: one.how for one in entry.changed},
        became=frozenset(name for one in entry.changed for name in one.to),
        new=frozenset(entry.new),
    )


def _wrong(item: Item[MigrationFile], checklist: Checklist) -> Iterator[Fault]:
    value, stem = item.value, Path(item.document.location.path).stem
    if stem != f"{value.from_}-{value.to}":
        yield item.document.fault([], f"the file is named {stem}, not {value.from_}-{value.to}")
    if _order(value.from_) >= _order(value.to):
        yield item.document.fault(["to"], f"{value.to} does not come after {value.from_}")
    old = Counter([*value.equal, *(one.id for one in value.changed), *value.dropped])
    after = Counter([*value.equal, *value.new]) + Counter({name for one in value.changed for name in one.to})
    for what, found in (("of the old version", old), ("of the new version", after)):
        for name, count in sorted(found.items()):
            if count > 1:
                yield item.document.fault([], f"{name} {what} stands in {count} places")
    if value.to == checklist.version:
        yield from _wrong_now(item, set(after), checklist.known())


def _wrong_now(item: Item[MigrationFile], told: set[str], known: frozenset[str]) -> Iterator[Fault]:
    """Yield what does not fit the requirements there are: the table to today's version must name each of them."""
    for name in sorted(told - known):
        yield item.document.fault([], f"unknown requirement '{name}'{meant(name, known)}")
    missing = sorted(known - told)
    if missing:
        yield item.document.fault([], f"nothing is said of {', '.join(missing)}")


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
