"""A release: the figures of every group that may be told today, beside all that was told before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from sentinel.comply.checklist import Checklist
from sentinel.comply.sector.figures import brought, figures
from sentinel.comply.sector.groups import Groups, PartName
from sentinel.comply.sector.privacy import LEAST, enough, may_be_new, may_be_repeated, owners
from sentinel.comply.sector.standing import BY_CLASS, LETTERS
from sentinel.model.benchmark import Benchmark, Brought, Cell, Counted, Earlier, Figures, Group, Shown
from sentinel.model.sector import MemberRow, Standing
from sentinel.model.text import Text

SAYS = Text(
    "Tall for grupper av virksomheter som har sagt ja til å bli talt med. Ingen virksomhet er navngitt, og ingen sum "
    "går på tvers av grupper. Grupper med for få er utelatt. Tallene bygger på egne svar og er ingen godkjenning.",
    "Figures of groups of organisations that agreed to be counted. None is named, and no sum crosses groups. Groups "
    "with too few are left out. The figures rest on the organisations' own answers and are no approval.",
)
_BECAUSE: Mapping[Shown, Text] = {
    "new": Text("Tall fra denne dagen.", "Figures of this day."),
    "repeated": Text(
        "For få har endret seg siden sist. Tallene er de samme som da.",
        "Too few have changed since last time. The figures are those of then.",
    ),
    "held_back": Text(
        "Holdt tilbake: noen har trukket seg, og for få har endret seg siden sist.",
        "Held back: somebody has withdrawn, and too few have changed since last time.",
    ),
    "too_few": Text(
        "For få virksomheter, eller for mange med samme eier.", "Too few organisations, or too many of one owner."
    ),
}


_SILENT = {BY_CLASS, LETTERS["not_assessed"]}


@dataclass(frozen=True, slots=True)
class Released:
    """A group of a release, with its members; they are kept beside it, and told to nobody."""

    cell: Cell
    members: tuple[Counted, ...]

    @property
    def is_new(self) -> bool:
        """Whether these figures have not been told before."""
        return self.cell.shown == "new"

    def brought(self) -> tuple[Brought, ...]:
        """Return what each member brought."""
        return tuple(map(brought, self.members))


def counted(rows: Iterable[MemberRow], catalogue: Checklist, groups: Groups) -> dict[str, list[Counted]]:
    """Return by group those who agreed and have been scored; who is in no group is in none of them."""
    small = catalogue.small()
    found: dict[str, list[Counted]] = {group.id: [] for group in groups.all}
    for row in rows:
        standing = row.standing
        if standing is None or not row.member.agreed:
            continue
        part: PartName = "small" if standing.part == small.id else "full"
        group = groups.by.get((row.member.kind, part))
        if group:
            found[group.id].append(_counted(row, standing, small if part == "small" else catalogue))
    return found


def release(
    groups: Groups,
    members: Mapping[str, Sequence[Counted]],
    earlier: Sequence[Earlier],
    catalogue: Checklist,
    day: date,
) -> tuple[Benchmark, tuple[Released, ...]]:
    """Return what may be published, and what has to be kept of it before it is."""
    released = tuple(_released(group, members.get(group.id, ()), earlier, catalogue, day) for group in groups.all)
    cells = tuple(one.cell for one in released)
    return Benchmark(day, LEAST, catalogue.id, catalogue.version, groups.version, SAYS, cells), released


def _released(
    group: Group, members: Sequence[Counted], earlier: Sequence[Earlier], catalogue: Checklist, day: date
) -> Released:
    now = [brought(member) for member in members]
    if not enough(owners(now)):
        return Released(_cell(group, "too_few", None), ())
    if may_be_new(now, earlier):
        part = catalogue.small() if group.part == "small" else catalogue
        titles = {need.id: need.title for need in part.requirements}
        return Released(_cell(group, "new", figures(members, titles, catalogue.version, day)), tuple(members))
    last = max((one for one in earlier if one.group == group.id), key=lambda one: one.release, default=None)
    if last and may_be_repeated(now, last):
        return Released(_cell(group, "repeated", last.figures), ())
    return Released(_cell(group, "held_back", None), ())


def _cell(group: Group, shown: Shown, told: Figures | None) -> Cell:
    return Cell(group.id, group.title, group.part, tuple(sorted(group.types)), shown, _BECAUSE[shown], told)


def _counted(row: MemberRow, standing: Standing, part: Checklist) -> Counted:
    return Counted(
        number=row.member.number,
        owner=row.member.owner,
        score=standing.score,
        coverage=standing.coverage,
        worst_case=standing.worst_case,
        level=standing.level,
        states=standing.states,
        print=_print(row, zip((need.id for need in part.requirements), standing.states, strict=True)),
    )


def _print(row: MemberRow, states: Iterable[tuple[str, str]]) -> str:
    """Return a hash of what an organisation itself brings.

    What changes by a new version of the checklist is left out: everybody can foresee it, so that it hides nobody.
    """
    said = {name: letter for name, letter in states if letter not in _SILENT}
    whole = orjson.dumps([row.member.kind, dict(row.member.said), said], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(whole).hexdigest()
