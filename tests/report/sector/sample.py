"""Three releases: one with two groups of fifteen shown, one with nothing to show, and one that fills every table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from sentinel.comply.checklist import load_checklist
from sentinel.comply.organisation import load_types
from sentinel.comply.sector.groups import load_groups
from sentinel.comply.sector.release import release
from sentinel.model.benchmark import Benchmark, Cell, Counted, Figures, Lack, Quartiles, Spread
from sentinel.model.text import Text
from tests.comply.sector.small import member
from tests.shared import ROOT

DAY = date(2026, 11, 22)


@cache
def some() -> Benchmark:
    """Two groups are shown; in one of them nobody has looked at much."""
    catalogue, groups = load_checklist(ROOT), load_groups(ROOT, load_types(ROOT))
    small = len(catalogue.small().requirements)

    def made(number: int, length: int, seen: int) -> Counted:
        letters = ("mmpnl" * 40)[: length * seen // 10]
        return replace(member(number, 5 * number), states=letters.ljust(length, "-"))

    members = {
        "municipalities": [made(number, len(catalogue.requirements), 8) for number in range(17)],
        "small-dental": [made(number, small, 3) for number in range(6)],
    }
    return release(groups, members, (), catalogue, DAY)[0]


@cache
def empty() -> Benchmark:
    """Nobody is in it."""
    catalogue, groups = load_checklist(ROOT), load_groups(ROOT, load_types(ROOT))
    return release(groups, {}, (), catalogue, DAY)[0]


@cache
def overfull() -> Benchmark:
    """Long names, every state of a group, shares that are uneven, and control characters."""
    long = Text("Ærlige Øvre Ås " * 40, "Long name \u202e<b>" * 40)
    lack = Lack("LED-01", long, 100, 0)
    told = Figures(
        DAY,
        "2026.2",
        10_000,
        Quartiles(0, 50, 100),
        None,
        Quartiles(0, 0, 0),
        {"green": 0, "yellow": 5, "red": 9_995},
        Spread(1, 1, 1, 1, 96, 3),
        (lack,) * 10,
    )
    cells = tuple(
        Cell(
            f"group-{number}",
            long,
            "full",
            ("municipality",),
            shown,
            long,
            told if shown in {"new", "repeated"} else None,
        )
        for number in range(10)
        for shown in ("new", "repeated", "held_back", "too_few")
    )
    return replace(empty(), cells=cells)
