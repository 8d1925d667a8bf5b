"""The municipality's group, one of a single unit where nobody answered, and one that fills every table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from sentinel.comply.group_file import read_group
from sentinel.content import root
from sentinel.grouping import assess_group
from sentinel.model.groups import Group
from tests.shared import ROOT

AS_OF = date(2026, 11, 20)
HOSTILE = "<script>alert(1)</script> #let x = 1 \u202e $x$ " * 6


@cache
def solvaer() -> Group:
    return assess_group(read_group(ROOT / "examples" / "municipality" / "group.toml"), root(), AS_OF)


@cache
def silent() -> Group:
    """Return a group of one unit where nobody has looked, and that inherits nothing."""
    whole = solvaer()
    one = replace(whole.units[0], lacking=(), open_gates=())
    spread = tuple(replace(spread, open_in=()) for spread in whole.requirements)
    return replace(whole, units=(one,), levels={"red": 1, "yellow": 0, "green": 0}, requirements=spread, handed=())


@cache
def overfull() -> Group:
    """Return a group of more units than a drawing or a table has room for, with names that others wrote."""
    whole = solvaer()
    units = tuple(
        replace(whole.units[index % 12], number=f"{index:09d}", name=f"{index} {HOSTILE}") for index in range(300)
    )
    handed = tuple(replace(one, name=HOSTILE, does=HOSTILE, stays=HOSTILE) for one in whole.handed)
    return replace(whole, name=HOSTILE * 3, owner=HOSTILE, units=units, handed=handed)
