from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import Checklist
from sentinel.comply.group import Frame, group
from sentinel.comply.inherit import Accepted, Consent, Place, lay, tell
from sentinel.comply.inheritance import load_inheritance
from sentinel.comply.judge import judge
from sentinel.comply.levels import RANK
from sentinel.comply.score import score
from sentinel.model.compliance import Answer, State
from sentinel.model.groups import Group, Shown
from tests.comply.small import EVERYTHING, TODAY, answer, checklist
from tests.comply.test_inherit import delivery

FRAME = Frame("Fjæra kommune", "Fjæra kommune", "000000100", TODAY)
STATES: list[State] = ["met", "partly", "planned", "not_met", "unknown"]
ANSWERS = st.dictionaries(st.sampled_from(["DRF-07", "DRF-10", "DRF-21", "LED-14", "UTS-07"]), st.sampled_from(STATES))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Checklist:
    return checklist(tmp_path_factory.mktemp("small"))


def unit(known: Checklist, number: str, *answers: Answer) -> Shown:
    judged = judge(known, EVERYTHING, answers, (), TODAY)
    return Shown(f"Enhet {number}", number, "general_practice", score(judged, known), judged)


def all_met(known: Checklist, number: str) -> Shown:
    return unit(known, number, *(answer(one.id, "met") for one in known.requirements))


def test_the_worst_unit_decides_and_stands_first(known: Checklist) -> None:
    found = group(FRAME, [all_met(known, "1"), unit(known, "2", answer("DRF-07", "met")), all_met(known, "3")])

    assert [one.number for one in found.units] == ["2", "1", "3"]
    assert (found.level, found.levels) == ("red", {"red": 1, "yellow": 0, "green": 2})
    assert found.level_reason.nb == "Den dårligste enheten bestemmer: nivå rødt i én av 3 (Enhet 2)."


def test_a_range_stands_in_place_of_a_mean_and_is_open_below_where_nobody_looked(known: Checklist) -> None:
    found = group(FRAME, [all_met(known, "1"), unit(known, "2")])

    assert (found.score.lowest, found.score.highest) == (None, 100.0)
    assert (found.coverage.lowest, found.coverage.highest) == (0.0, 100.0)
    assert found.unseen == 1
    assert "Units where nobody has assessed anything: one." in found.level_reason.en


def test_not_knowing_is_not_looking(known: Checklist) -> None:
    found = group(FRAME, [unit(known, "1", answer("DRF-07", "unknown"))])

    assert (found.unseen, found.units[0].assessed) == (1, False)


def test_requirements_that_are_open_in_most_units_stand_first(known: Checklist) -> None:
    found = group(
        FRAME,
        [
            unit(known, "1", answer("DRF-07", "met"), answer("LED-14", "met"), answer("DRF-21", "partly")),
            unit(known, "2", answer("DRF-07", "met"), answer("LED-14", "not_met"), answer("DRF-21", "met")),
        ],
    )

    assert [(one.requirement, one.open_in) for one in found.requirements] == [
        ("DRF-10", ("1", "2")),
        ("UTS-07", ("1", "2")),
        ("LED-14", ("2",)),
        ("DRF-21", ("1",)),
        ("DRF-07", ()),
    ]
    assert found.requirements[2].counts == {"met": 1, "not_met": 1}


def test_gates_are_each_units_own(known: Checklist) -> None:
    found = group(FRAME, [unit(known, "1", answer("DRF-07", "not_met")), all_met(known, "2")])

    assert [(gate.requirement, gate.state) for gate in found.units[0].open_gates] == [
        ("DRF-07", "not_met"),
        ("DRF-10", "not_assessed"),
    ]
    assert found.units[1].open_gates == ()
    assert [one.gates for one in found.units] == [2, 2]


def served(known: Checklist, base: Path, number: str, names: list[str], *own: Answer) -> Shown:
    inheritance = load_inheritance(base, known)
    given = delivery(answer("DRF-07", "not_met"), answer("DRF-10", "met"))
    given = replace(given, serves={number: (date(2026, 1, 1), date(2027, 1, 1))})
    consent = dict.fromkeys(names, Consent("Åse Lyngvik", date(2026, 2, 1), date(2026, 12, 31)))
    laid = lay(Place(number, TODAY, inheritance), own, [Accepted(given, consent)])
    judged = tell(judge(known, EVERYTHING, laid.answers, (), TODAY), laid.inherited)
    return Shown(f"Enhet {number}", number, "general_practice", score(judged, known), judged)


def test_what_is_handed_on_says_where_it_stands_and_whom_it_holds_down(tmp_path: Path) -> None:
    known = checklist(tmp_path)
    units = [
        served(known, tmp_path, "000000001", ["DRF-07", "DRF-10"]),
        served(known, tmp_path, "000000002", ["DRF-10"]),
        served(known, tmp_path, "000000003", [], answer("DRF-07", "met")),
    ]

    found = group(replace(FRAME, common=frozenset({"DRF-07", "DRF-10"})), units)

    assert [one.requirement for one in found.handed] == ["DRF-21", "DRF-07", "DRF-10"]  # by how many they hold down
    first = found.handed[1]
    assert (first.requirement, first.state, first.stands_in, first.not_in) == ("DRF-07", "not_met", 1, 2)
    assert first.hits == ("000000001", "000000003")
    assert first.until == date(2026, 12, 31)
    lacking = {one.number: [(lack.requirement, lack.state) for lack in one.lacking] for one in found.units}
    assert lacking["000000001"] == []
    assert lacking["000000003"] == [("DRF-07", "not_accepted"), ("DRF-10", "not_accepted")]
    assert [one.inherited for one in sorted(found.units, key=lambda one: one.number)] == [2, 1, 1]


def built(known: Checklist, given: list[dict[str, State]]) -> Group:
    return group(FRAME, [unit(known, str(n), *(answer(*pair) for pair in one.items())) for n, one in enumerate(given)])


@given(st.lists(ANSWERS, min_size=1, max_size=5))
def test_the_group_is_never_better_than_any_unit_and_order_is_irrelevant(
    known: Checklist, given: list[dict[str, State]]
) -> None:
    found = built(known, given)
    shown = [unit(known, str(n), *(answer(*pair) for pair in one.items())) for n, one in enumerate(given)]

    assert all(RANK[found.level] <= RANK[one.level] for one in found.units)
    assert all((found.worst_case.lowest or 0) <= (one.worst_case or 0) for one in found.units)
    assert sum(found.levels.values()) == len(given)
    assert group(FRAME, shown[::-1]) == found


@given(st.lists(ANSWERS, min_size=1, max_size=4), ANSWERS)
def test_another_unit_never_raises_the_group(
    known: Checklist, given: list[dict[str, State]], more: dict[str, State]
) -> None:
    before, after = built(known, given), built(known, [*given, more])

    assert RANK[after.level] <= RANK[before.level]
    assert (after.worst_case.lowest or 0) <= (before.worst_case.lowest or 0)
