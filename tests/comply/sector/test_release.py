from __future__ import annotations

from dataclasses import replace
from functools import cache

from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.organisation import load_types
from sentinel.comply.sector.groups import Groups, load_groups
from sentinel.comply.sector.release import counted, release
from sentinel.model.benchmark import Counted, Earlier
from sentinel.model.sector import Member, MemberRow, Standing
from tests.comply.sector.small import DAY, member
from tests.shared import ROOT


@cache
def content() -> tuple[Checklist, Groups]:
    return load_checklist(ROOT), load_groups(ROOT, load_types(ROOT))


def members(*brings: int) -> list[Counted]:
    return [replace(member(number, one), states="m" * 170) for number, one in enumerate(brings)]


def shown(now: list[Counted], earlier: tuple[Earlier, ...] = ()) -> str:
    catalogue, groups = content()
    made, released = release(groups, {"municipalities": now}, earlier, catalogue, DAY)
    cell = next(one for one in made.cells if one.group == "municipalities")
    assert all(one.shown == "too_few" for one in made.cells if one is not cell)
    assert [one.cell.group for one in released if one.is_new] == (["municipalities"] if cell.shown == "new" else [])
    return cell.shown


def told(now: list[Counted], number: int = 1) -> Earlier:
    catalogue, groups = content()
    _, released = release(groups, {"municipalities": now}, (), catalogue, DAY)
    (one,) = [one for one in released if one.is_new]
    assert one.cell.figures
    return Earlier(number, "municipalities", one.cell.figures, one.brought())


def test_the_four_ways_a_group_can_be_shown() -> None:
    first = members(1, 2, 3, 4, 5, 6, 7)

    assert shown(members(1, 2, 3, 4)) == "too_few"
    assert shown(first) == "new"
    assert shown(first, (told(first),)) == "new"
    assert shown(members(1, 2, 3, 4, 5, 6, 99), (told(first),)) == "repeated"
    assert shown(first[1:], (told(first),)) == "held_back"
    assert shown(members(9, 9, 9, 9, 9, 6, 7), (told(first),)) == "new"


def row(number: int, *, agreed: bool = True, part: str = "normen", kind: str = "municipality") -> MemberRow:
    key = f"{number:09}"
    asked = 82 if part != "normen" else 170
    standing = Standing(key, kind, DAY, part, "2026.2", "g", 1.0, 1.0, 1.0, "red", "m" * asked, 0)
    return MemberRow(Member(key, "Hemmelig navn", kind, {}, key, agreed), DAY, standing)


def test_only_who_agreed_and_is_scored_is_counted_in_the_group_of_its_type_and_part() -> None:
    catalogue, groups = content()
    rows = [
        row(1),
        row(2, agreed=False),
        replace(row(3), standing=None),
        row(4, kind="unspecified"),
        row(5, part="normen-small-practice", kind="dental_clinic"),
        row(6, kind="dental_clinic"),
    ]

    found = counted(rows, catalogue, groups)

    assert {group: [one.number for one in those] for group, those in found.items() if those} == {
        "municipalities": ["000000001"],
        "small-dental": ["000000005"],
        "large-practices": ["000000006"],
    }


def test_what_everybody_can_foresee_is_no_change() -> None:
    """A new version asks one thing more, which nobody has answered: the print of each is as before."""
    catalogue, groups = content()
    before, with_new = row(1), row(1)
    assert with_new.standing
    more = replace(with_new.standing, states=with_new.standing.states[:-1] + "-", version="2027.1")
    fewer = replace(catalogue, requirements=catalogue.requirements[:-1])
    assert before.standing
    old = replace(before, standing=replace(before.standing, states="m" * 169))

    (now,) = counted([replace(with_new, standing=more)], catalogue, groups)["municipalities"]
    (then,) = counted([old], fewer, groups)["municipalities"]

    assert now.print == then.print
    assert counted([row(1)], catalogue, groups)["municipalities"][0].print != now.print
