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


def enough(knowing: Iterable[frozenset[str]]) -> bool:
    """Say whether figures over organisations tell nothing of one; each comes as the owners who know what it brought."""
    known = list(knowing)
    most = Counter(owner for owners in known for owner in owners)
    return len(_apart(known)) >= LEAST and len(known) - max(most.values(), default=0) >= LEAST - 1


def owners(brought: Iterable[Brought]) -> list[frozenset[str]]:
    """Return who knows what each brought."""
    return [frozenset({one.owner}) for one in brought]


def changed(now: Iterable[Brought], before: Iterable[Brought]) -> list[frozenset[str]]:
    """Return the owners, of now and of then, of each that came, went or brings something else.

    A new owner alone is no change.
    """
    own, other = ({one.number: one for one in some} for some in (now, before))
    both = own.keys() & other.keys()
    moved = [number for number in both if own[number].print != other[number].print]
    alone = [one for one in (*own.values(), *other.values()) if one.number not in both]
    return [frozenset({own[number].owner, other[number].owner}) for number in moved] + owners(alone)


def _apart(known: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return sets of owners that have nobody in common: those that share somebody are one."""
    found: list[frozenset[str]] = []
    for some in known:
        met = [one for one in found if one & some]
        found = [one for one in found if not one & some] + [some.union(*met)]
    return found


def may_be_new(now: Sequence[Brought], earlier: Iterable[Earlier]) -> bool:
    """Say whether new figures can be told beside all that were told before, of this group or another."""
    differences = (changed(now, one.brought) for one in earlier)
    return all(not difference or enough(difference) for difference in differences)


def may_be_repeated(now: Iterable[Brought], last: Earlier) -> bool:
    """Say whether the figures told last may be told again: nobody in them has withdrawn since."""
    here = {one.number for one in now}
    return all(one.number in here for one in last.brought)
