"""The journey of a benchmark: figures of groups for all to see, and one's own place in them.

publish  standings of those who agreed → figures of groups, held against every earlier release, kept, and only then told
place    own answers → own place in a published benchmark; nothing is sent
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

from sentinel import flows
from sentinel.comply.checklist import load_checklist
from sentinel.comply.organisation import load_types
from sentinel.comply.sector.groups import load_groups
from sentinel.comply.sector.place import place, read_benchmark
from sentinel.comply.sector.release import counted, release
from sentinel.errors import SettingsError
from sentinel.model.benchmark import Benchmark, Brought, Earlier, Figures, Placing
from sentinel.model.sector import MemberRow
from sentinel.sector import ground
from sentinel.settings import Site


class Keep(Protocol):
    """Where standings and earlier releases are kept; the store is one."""

    def rows(self) -> Iterator[MemberRow]:
        """Yield organisations with their standings."""
        ...

    def earlier(self) -> list[Earlier]:
        """Return every group that was ever published."""
        ...

    def publish(self, day: date, told: Iterable[tuple[str, Figures, tuple[Brought, ...]]]) -> int:
        """Keep groups that are about to be published, all or none; return the number of the release."""
        ...


def publish(keep: Keep, content: Path, today: date) -> Benchmark:
    """Make a release of all that may be told; what is new in it is kept before it is returned.

    Raises SettingsError where somebody who agreed is not scored as the others are, on one day against this checklist.
    """
    catalogue, groups = load_checklist(content), load_groups(content, load_types(content))
    day, rows = _as_one(keep.rows(), ground(content), today)
    earlier = keep.earlier()
    made, released = release(groups, counted(rows, catalogue, groups), earlier, catalogue, day)
    told = {(one.group, frozenset(one.brought)) for one in earlier}
    new = [(one.cell.group, one.cell.figures, one.brought()) for one in released if one.is_new]
    keep.publish(day, [(group, f, those) for group, f, those in new if f and (group, frozenset(those)) not in told])
    return made


def _as_one(rows: Iterable[MemberRow], ground_now: str, today: date) -> tuple[date, list[MemberRow]]:
    agreed = [row for row in rows if row.member.agreed]
    days = {(row.standing.as_of, row.standing.ground) if row.standing else None for row in agreed}
    if not agreed:
        return today, []
    (first, *others) = days
    if others or first is None or first[1] != ground_now:
        raise SettingsError("not all are scored on one day against this checklist: run `sentinel sector score` first")
    return first[0], agreed


def place_in(site: Site, content: Path, against: Path, as_of: date) -> Placing:
    """Lay a site's own numbers beside a published benchmark."""
    benchmark, assessed = read_benchmark(against), flows.assess(site, content, as_of, None, None)
    small = load_types(content).is_small(assessed.organisation)
    return place(benchmark, assessed.organisation.kind, small=small, score=assessed.score)
