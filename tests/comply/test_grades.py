from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.grades import WEAKEST_FIRST, Grades, graded, load_grades
from sentinel.comply.judge import judge
from sentinel.errors import ContentError
from sentinel.model.compliance import Answer, Evidence, Exhibit, Grade, Proof, Role, State
from sentinel.model.text import Text
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, evidence, excepted, signal
from tests.shared import ROOT


@cache
def grades() -> Grades:
    return load_grades(ROOT)


def proof(
    base: Path, given_answer: Answer | None, *seen: Evidence, governed: frozenset[str] = frozenset()
) -> Proof | None:
    answers = [given_answer] if given_answer else []
    found = graded(judge(checklist(base), EVERYTHING, answers, seen, TODAY), grades(), governed, TODAY)
    return next(one.proof for one in found if one.requirement.id == "DRF-07")


def shown(kind: str, days: int) -> Exhibit:
    return Exhibit("Prøven", kind, TODAY - timedelta(days=days))  # type: ignore[arg-type]  # kinds are literals in each call


def test_an_answer_alone_is_only_stated(tmp_path: Path) -> None:
    assert proof(tmp_path, answer("DRF-07", "met")) == Proof(
        "stated", "stated", TODAY, None, Text("svaret alene", "the answer alone")
    )


@pytest.mark.parametrize("state", [None, "unknown"])
def test_what_nobody_answered_or_knows_is_backed_by_nothing(tmp_path: Path, state: State | None) -> None:
    given_answer = answer("DRF-07", state, evidence=(shown("test", 1),)) if state else None

    assert proof(tmp_path, given_answer, evidence("DRF-07", "supports")) is None


def test_what_is_disputed_is_backed_by_nothing(tmp_path: Path) -> None:
    seen = (evidence("DRF-07", "contradicts"), evidence("DRF-07", "supports"))

    assert proof(tmp_path, answer("DRF-07", "met", evidence=(shown("test", 1),)), *seen) is None


# kind, age in days, what it is worth, the day it falls (days from today)
@pytest.mark.parametrize(
    ("kind", "age", "grade", "falls"),
    [
        ("document", 364, "documented", 1),
        ("record", 365, "stated", None),
        ("sample", 179, "sampled", 1),
        ("test", 180, "documented", 365),
        ("test", 180 + 364, "documented", 1),
        ("test", 180 + 365, "stated", None),
    ],
)
def test_a_grade_falls_one_step_each_time_its_half_life_has_passed(
    tmp_path: Path, kind: str, age: int, grade: Grade, falls: int | None
) -> None:
    found = proof(tmp_path, answer("DRF-07", "met", evidence=(shown(kind, age),)))

    assert found is not None
    assert found.grade == grade
    assert found.falls == (None if falls is None else TODAY + timedelta(days=falls))


def test_measurements_that_support_are_the_best_there_is_while_they_are_fresh(tmp_path: Path) -> None:
    fresh = evidence("DRF-07", "supports", seen=signal(last=TODAY - timedelta(days=29)))
    old = evidence("DRF-07", "supports", seen=signal(last=TODAY - timedelta(days=30)))
    undated = evidence("DRF-07", "supports", seen=signal(last=None))
    given_answer = answer("DRF-07", "met", evidence=(shown("document", 3),))

    found = [proof(tmp_path, given_answer, one) for one in (fresh, old, undated)]
    assert [one.grade for one in found if one] == ["measured", "sampled", "documented"]


def test_a_governance_item_is_never_measured(tmp_path: Path) -> None:
    seen = evidence("DRF-07", "supports", seen=signal(last=TODAY))

    found = proof(tmp_path, answer("DRF-07", "met"), seen, governed=frozenset({"DRF-07"}))
    assert found is not None
    assert found.grade == "stated"


@pytest.mark.parametrize("governed", [frozenset[str](), frozenset({"DRF"})])
def test_what_an_own_assessment_says_is_documented_whatever_it_is_about(
    tmp_path: Path, governed: frozenset[str]
) -> None:
    day = TODAY - timedelta(days=3)
    read = evidence("DRF-07", "supports", seen=signal("dpia-finished", kind="document", last=day))
    against = evidence("DRF-07", "informs", seen=signal("dpia-due", kind="document", last=day))

    found = proof(tmp_path, answer("DRF-07", "met"), read, governed=governed)
    assert found is not None
    assert (found.grade, found.dated) == ("documented", day)
    bare = proof(tmp_path, answer("DRF-07", "met"), against, governed=governed)
    assert bare is not None
    assert bare.grade == "stated"


@pytest.mark.parametrize("state", ["not_met", "planned"])
def test_a_measurement_does_not_back_an_answer_that_claims_nothing(tmp_path: Path, state: State) -> None:
    found = proof(tmp_path, answer("DRF-07", state), evidence("DRF-07", "supports", seen=signal(last=TODAY)))

    assert found is not None
    assert found.grade == "stated"


def test_an_exception_is_as_good_as_what_was_shown_for_it(tmp_path: Path) -> None:
    found = proof(tmp_path, excepted("DRF-07"))

    assert found is not None
    assert found.grade == "stated"


ROLES: tuple[Role, ...] = ("supports", "contradicts", "caps", "informs")


@given(
    st.sampled_from([None, "met", "partly", "planned", "not_met", "unknown"]),
    st.lists(st.tuples(st.sampled_from(["document", "record", "sample", "test"]), st.integers(0, 2000)), max_size=3),
    st.lists(st.tuples(st.sampled_from(ROLES), st.integers(0, 2000)), max_size=3),
)
def test_nothing_is_proved_without_something_that_proves_it(
    tmp_path_factory: pytest.TempPathFactory,
    state: State | None,
    exhibits: list[tuple[str, int]],
    seen: list[tuple[Role, int]],
) -> None:
    given_answer = answer("DRF-07", state, evidence=tuple(shown(*one) for one in exhibits)) if state else None
    signals = [
        evidence("DRF-07", role, "partly", signal(str(at), last=TODAY - timedelta(days=age)))
        for at, (role, age) in enumerate(seen)
    ]
    found = proof(tmp_path_factory.mktemp("x"), given_answer, *signals)

    if found is None:
        assert state in (None, "unknown") or any(role == "contradicts" for role, _ in seen)
        return
    supported = any(role == "supports" for role, _ in seen)
    assert found.first != "measured" or supported
    assert found.first == "stated" or exhibits or supported
    assert WEAKEST_FIRST.index(found.grade) <= WEAKEST_FIRST.index(found.first)
    assert found.dated <= TODAY
    assert found.falls is None or found.falls > TODAY


@given(st.sampled_from(WEAKEST_FIRST), st.integers(0, 3000), st.integers(0, 3000))
def test_time_never_makes_a_grade_better(first: Grade, one: int, more: int) -> None:
    day = date(2020, 1, 1)
    young, falls = grades().aged(first, day, day + timedelta(days=one))
    old, _ = grades().aged(first, day, day + timedelta(days=one + more))

    assert WEAKEST_FIRST.index(old) <= WEAKEST_FIRST.index(young)
    if falls:
        assert grades().aged(first, day, falls - timedelta(days=1))[0] == young
        assert WEAKEST_FIRST.index(grades().aged(first, day, falls)[0]) == WEAKEST_FIRST.index(young) - 1


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("id: sampled", "id: measured", "needs stated, documented, sampled, measured once each, in this order"),
        ("half_life_days: null", "half_life_days: 9", "every grade but stated has a half-life"),
        ("half_life_days: 30", "half_life_days: null", "every grade but stated has a half-life"),
        ("kind: test, grade: sampled", "kind: test, grade: measured", "nothing that a person shows is measured"),
        ("kind: test", "kind: sample", "needs each of document, record, sample, test once"),
        ("half_life_days: 30", "half_life_days: 0", "half_life_days"),
    ],
)
def test_grades_that_cannot_be_meant_are_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    text = (ROOT / "checklists" / "evidence-grades.yml").read_text(encoding="utf-8")
    assert old in text
    place = tmp_path / "checklists" / "evidence-grades.yml"
    place.parent.mkdir()
    place.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=what):
        load_grades(tmp_path)
