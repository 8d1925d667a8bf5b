"""The municipality with twelve units, against numbers worked out by hand and a count that shares no code with ours."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import cache

import pytest

from sentinel.comply.group_file import read_group
from sentinel.content import root
from sentinel.grouping import assess_group
from sentinel.model.compliance import Level
from sentinel.model.groups import Group, GroupUnit
from tests.examples.worksheet import asked, catalogue, counted, read_toml, table_of
from tests.shared import ROOT

FOLDER = ROOT / "examples" / "municipality"
AS_OF = date(2026, 11, 20)

# unit: weight in place, weight of what was judged, weight of all that applies, judged and all by count, level.
# In place is the weight of what is met and half the weight of what is partly met.
BY_HAND: dict[str, tuple[Fraction, int, int, int, int, Level]] = {
    "000000112": (Fraction(0), 0, 316, 0, 129, "red"),
    "000000105": (Fraction(68), 89, 316, 34, 129, "red"),
    "000000110": (Fraction(83), 98, 305, 37, 125, "red"),
    "000000111": (Fraction(95), 107, 313, 40, 128, "red"),
    "000000102": (Fraction(168), 227, 316, 87, 129, "yellow"),
    "000000103": (Fraction(353, 2), 203, 316, 76, 129, "yellow"),
    "000000107": (Fraction(343, 2), 200, 305, 77, 125, "yellow"),
    "000000108": (Fraction(188), 220, 316, 84, 129, "yellow"),
    "000000106": (Fraction(205), 245, 313, 93, 128, "yellow"),
    "000000104": (Fraction(223), 252, 314, 96, 128, "yellow"),
    "000000109": (Fraction(153), 171, 195, 57, 65, "yellow"),
    "000000101": (Fraction(561, 2), 316, 316, 127, 129, "yellow"),
}


@cache
def solvaer() -> Group:
    return assess_group(read_group(FOLDER / "group.toml"), root(), AS_OF)


def unit(number: str) -> GroupUnit:
    return next(one for one in solvaer().units if one.number == number)


def percent(part: Fraction, whole: int) -> float | None:
    return float(part / whole * 100) if whole else None


@pytest.mark.parametrize("number", BY_HAND)
def test_each_unit_has_the_numbers_worked_out_by_hand(number: str) -> None:
    in_place, judged, every, seen, count, level = BY_HAND[number]
    found = unit(number)

    assert found.score == percent(in_place, judged)
    assert found.worst_case == percent(in_place, every)
    assert found.coverage == percent(Fraction(seen), count)
    assert (found.asked, found.level) == (count, level)


def test_the_worst_unit_stands_first_and_nothing_is_averaged() -> None:
    found = solvaer()

    assert [one.number for one in found.units] == list(BY_HAND)
    assert (found.level, found.levels, found.unseen) == ("red", {"red": 4, "yellow": 8, "green": 0}, 1)
    assert (found.score.lowest, found.worst_case.lowest, found.coverage.lowest) == (None, 0, 0)
    assert found.worst_case.highest == percent(Fraction(561, 2), 316)
    assert found.silent == ("000000112",)


def test_a_count_that_knows_no_line_of_ours_says_the_same() -> None:
    ours = solvaer()
    for section in read_group(FOLDER / "group.toml").file.units:
        sheet, found = counted(FOLDER / section.site, AS_OF), unit(section.number)
        assert (found.score, found.worst_case) == (
            None if sheet.score is None else float(sheet.score * 100),
            float(sheet.worst_case * 100),
        )
        for spread in ours.requirements:
            state = sheet.stands.get(spread.requirement)
            is_open = state not in {None, "met", "not_applicable"}
            assert (section.number in spread.open_in) == is_open, (section.number, spread.requirement)


@pytest.mark.parametrize(("name", "number"), [("fysioterapi", "000000109"), ("legevakt", "000000106")])
def test_the_tables_of_the_readme_are_the_weights(name: str, number: str) -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    tables = re.findall(r"\|---\|---\|---\|---\|---\|---\|---\|---\|\n((?:\|.*\n)+)", text)
    table = tables[["fysioterapi", "legevakt"].index(name)]
    rows = table_of(table)
    total = rows.pop("sum")
    in_place, judged, every, *_ = BY_HAND[number]

    assert [sum(column) for column in zip(*rows.values(), strict=True)] == total
    assert (total[0] + Fraction(total[1], 2), sum(total[:3]) + total[4], sum(total[:6])) == (in_place, judged, every)
    site = read_toml(FOLDER / "units" / name / "site.toml")
    sheet, needs = counted(FOLDER / "units" / name / "site.toml", AS_OF), asked(site)
    weights = {chapter: [0] * 7 for chapter in rows}
    states = ["met", "partly", "not_met", "disputed", "unknown", "not_assessed", "not_applicable"]
    for requirement, state in sheet.stands.items():
        weights[requirement.split("-")[0]][states.index(state)] += needs[requirement]["weight"]
    assert weights == rows


def spread(name: str) -> dict[str, int]:
    found = next(one for one in solvaer().requirements if one.requirement == name)
    return {state: count for state, count in found.counts.items() if count}


def test_one_bad_answer_of_the_operator_hits_every_unit_that_has_it() -> None:
    handed = next(one for one in solvaer().handed if one.requirement == "DRF-08")

    assert (handed.state, handed.stands_in) == ("not_met", 7)
    assert spread("DRF-08") == {"not_met": 8, "not_assessed": 4}  # 110 says «met», but never saw it
    assert "000000110" in handed.hits


def test_own_answers_that_are_worse_count() -> None:
    assert spread("DRF-07") == {"met": 8, "not_met": 1, "not_assessed": 3}  # the clinic's sound log has no copy
    assert "000000106" in next(one for one in solvaer().requirements if one.requirement == "DRF-07").open_in


def test_what_ended_or_was_not_accepted_is_told_by_unit() -> None:
    lacking = {one.number: {lack.requirement: lack.state for lack in one.lacking} for one in solvaer().units}

    assert lacking["000000105"]["DRF-07"] == "ended"
    assert lacking["000000105"]["PRV-01"] == "own_missing"
    assert lacking["000000111"]["DRF-07"] == "ended"
    assert lacking["000000110"]["TIL-07"] == "not_accepted"
    assert lacking["000000103"]["DRF-08"] == "not_accepted"
    assert "UTS-05" not in lacking["000000103"]  # «vet ikke» is an answer, and the worse of the two
    assert set(lacking["000000112"].values()) == {"not_accepted"}


def test_every_answer_is_of_a_requirement_there_is() -> None:
    known = catalogue()
    files = sorted(FOLDER.rglob("answers.yml"))
    text = {path: re.findall(r"^  ([A-Z]+-\d\d):", path.read_text(encoding="utf-8"), re.MULTILINE) for path in files}

    assert len(files) == 13
    assert {name for names in text.values() for name in names} <= set(known)
    assert sum(map(len, text.values())) == 426
