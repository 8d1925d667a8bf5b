"""Which figures of a group may be told, so that nobody learns those of one organisation.

Two rules hold, and `docs/benchmark.md` says why. Enough: at least LEAST owners stand behind figures, and LEAST - 1
organisations beside those of the largest owner, who knows its own. Apart: figures are new only where, against every
earlier release of the group, nobody or enough have come, gone or changed; a sum of before and after then tells nobody's
share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sentinel.model.benchmark import Brought, Earlier

LEAST = 5


def enough(brought: Iterable[Brought]) -> bool:
    """Say whether figures over these tell nothing of one, also to an owner who knows its own."""
    owners = Counter(one.owner for one in brought)
    largest = max(owners.values(), default=0)
    return len(owners) >= LEAST and owners.total() - largest >= LEAST - 1


def changed(now: Iterable[Brought], before: Iterable[Brought]) -> list[Brought]:
    """Return what came, went or brings something else than before, each organisation once; a new owner is no change."""
    own, other = ({one.number: one for one in some} for some in (now, before))
    both = own.keys() & other.keys()
    moved = [own[number] for number in both if own[number].print != other[number].print]
    return [*moved, *(one for one in (*own.values(), *other.values()) if one.number not in both)]


def may_be_new(now: Sequence[Brought], earlier: Iterable[Earlier]) -> bool:
    """Say whether new figures can be told beside all that were told before, of this group or another."""
    differences = (changed(now, one.brought) for one in earlier)
    return all(not difference or enough(difference) for difference in differences)


def may_be_repeated(now: Iterable[Brought], last: Earlier) -> bool:
    """Say whether the figures told last may be told again: nobody in them has withdrawn since."""
    here = {one.number for one in now}
    return all(one.number in here for one in last.brought)
