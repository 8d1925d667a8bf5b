from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.judge import by_class, judge
from sentinel.comply.levels import RANK
from sentinel.comply.score import score, shares, unasked
from sentinel.model.compliance import Answer, EffectiveState, Evidence, Judgement, Role, Score, State
from tests.comply.small import (
    EVERYTHING,
    TODAY,
    answer,
    chapter,
    checklist,
    evidence,
    excepted,
    requirement,
    signal,
    write,
)
from tests.shared import ROOT

Answered: TypeAlias = tuple[State | None, tuple[tuple[Role, State | None], ...]]
Numbers: TypeAlias = tuple[float, float, float, int]

NAMES = ("DRF-07", "DRF-10", "DRF-21", "LED-14", "UTS-07")
GRADES: tuple[State, ...] = ("not_met", "planned", "partly", "met")
ROLES: tuple[tuple[Role, State | None], ...] = (
    ("supports", None),
    ("informs", None),
    ("contradicts", None),
    ("caps", "partly"),
    ("caps", "not_met"),
)
STATES: tuple[State | None, ...] = (None, "unknown", "not_met", "planned", "partly", "met", "not_applicable")
one_requirement = st.tuples(st.sampled_from(STATES), st.lists(st.sampled_from(ROLES), max_size=3).map(tuple))
assessments = st.fixed_dictionaries(dict.fromkeys(NAMES, one_requirement))


@cache
def small() -> Checklist:
    with TemporaryDirectory() as folder:
        return checklist(Path(folder))


def judged(assessment: dict[str, Answered], as_of: date = TODAY) -> tuple[Judgement, ...]:
    given_answers: list[Answer] = []
    seen: list[Evidence] = []
    for name, (state, roles) in assessment.items():
        if state == "not_applicable":
            given_answers.append(excepted(name))
        elif state is not None:
            given_answers.append(answer(name, state))
        seen += [evidence(name, role, cap, signal(str(place))) for place, (role, cap) in enumerate(roles)]
    return judge(small(), EVERYTHING, given_answers, seen, as_of)


def scored(assessment: dict[str, Answered]) -> Score:
    return score(judged(assessment), small())


def numbers(assessment: dict[str, Answered]) -> Numbers:
    """Return what may never rise; nothing to count is the least of all."""
    result = scored(assessment)
    shown = [-1.0 if value is None else value for value in (result.score, result.coverage, result.worst_case)]
    return shown[0], shown[1], shown[2], RANK[result.level]


def all_of(state: State | None) -> dict[str, Answered]:
    return dict.fromkeys(NAMES, (state, ()))


@given(assessments, st.sampled_from(NAMES))
def test_withdrawing_an_answer_never_raises_the_worst_case_nor_the_level(
    assessment: dict[str, Answered], name: str
) -> None:
    before = numbers(assessment)
    after = numbers(assessment | {name: (None, assessment[name][1])})

    assert max(after[1], 0) <= max(before[1], 0)
    assert max(after[2], 0) <= max(before[2], 0)
    assert after[3] <= before[3]


@given(assessments, st.sampled_from(NAMES), st.sampled_from(GRADES))
def test_not_knowing_never_raises_anything_that_was_known_before(
    assessment: dict[str, Answered], name: str, state: State
) -> None:
    known = numbers(assessment | {name: (state, assessment[name][1])})
    unknown = numbers(assessment | {name: ("unknown", assessment[name][1])})

    assert max(unknown[0], 0) <= max(known[0], 0)  # one disputed answer alone has no score, one not known has nought
    assert unknown[1] <= known[1]
    assert unknown[2] <= known[2]
    assert unknown[3] <= known[3]


@given(assessments, st.sampled_from(NAMES))
def test_not_knowing_and_not_answering_are_the_same_in_the_worst_case_and_the_coverage(
    assessment: dict[str, Answered], name: str
) -> None:
    unknown = numbers(assessment | {name: ("unknown", ())})
    nothing = numbers(assessment | {name: (None, ())})

    assert unknown[1:] == nothing[1:]


@given(assessments, st.sampled_from(NAMES), st.sampled_from(GRADES), st.sampled_from(GRADES))
def test_a_worse_answer_never_raises_score_worst_case_or_level(
    assessment: dict[str, Answered], name: str, one: State, other: State
) -> None:
    low, high = sorted([one, other], key=GRADES.index)
    worse = numbers(assessment | {name: (low, assessment[name][1])})
    better = numbers(assessment | {name: (high, assessment[name][1])})

    assert max(worse[0], 0) <= max(better[0], 0)
    assert worse[2:] <= better[2:]
    assert worse[3] <= better[3]


@given(assessments, st.sampled_from(NAMES), st.sampled_from(ROLES[2:]))
def test_a_contradiction_or_a_cap_never_raises_anything(
    assessment: dict[str, Answered], name: str, role: tuple[Role, State | None]
) -> None:
    state, roles = assessment[name]
    before = numbers(assessment)
    after = numbers(assessment | {name: (state, (*roles, role))})
    score_, coverage, worst, level = (new <= old for new, old in zip(after, before, strict=True))

    # Declared not relevant, and contradicted: it counts again, so «nothing to count» may become nought.
    assert score_ or (before[0] == -1 and after[0] == 0)
    assert coverage or (before[1] == -1 and after[1] == 0)
    assert worst or (before[2] == -1 and after[2] == 0)
    assert level


@given(assessments, st.sampled_from(NAMES), st.sampled_from(ROLES[:2]))
def test_support_and_information_change_no_number(
    assessment: dict[str, Answered], name: str, role: tuple[Role, State | None]
) -> None:
    state, roles = assessment[name]

    assert numbers(assessment | {name: (state, (*roles, role))}) == numbers(assessment)


@given(assessments)
def test_every_number_lies_between_0_and_100_and_the_worst_case_is_never_the_best(
    assessment: dict[str, Answered],
) -> None:
    result = scored(assessment)

    for value in (result.score, result.coverage, result.worst_case):
        assert value is None or 0 <= value <= 100
    if result.score is not None and result.worst_case is not None:
        assert result.worst_case <= result.score
    if result.level == "green":
        assert all(gate.met for gate in result.gates)


@given(assessments)
def test_the_numbers_are_those_of_a_plain_count(assessment: dict[str, Answered]) -> None:
    """Count once more, the slow way, one requirement at a time."""
    value: dict[EffectiveState, float] = {"met": 2, "partly": 1}
    got = answered = every = looked_at = kept = 0.0
    has_score = False
    for judgement in judged(assessment):
        if judgement.state == "not_applicable":
            continue
        weight = judgement.requirement.weight
        got += weight * value.get(judgement.state, 0)
        every += 2 * weight
        kept += 1
        looked_at += judgement.state in {"met", "partly", "planned", "not_met"}
        has_score |= judgement.state not in {"not_assessed", "disputed"}
        answered += 2 * weight * (judgement.state != "not_assessed")
    result = scored(assessment)

    assert result.score == (float(100 * Fraction(got) / Fraction(answered)) if has_score else None)
    assert result.coverage == (float(100 * Fraction(looked_at) / Fraction(kept)) if kept else None)
    assert result.worst_case == (float(100 * Fraction(got) / Fraction(every)) if kept else None)


@given(assessments)
def test_every_requirement_that_applies_is_in_the_counts(assessment: dict[str, Answered]) -> None:
    found = judged(assessment)

    assert sum(scored(assessment).counts.values()) == len([j for j in found if not by_class(j)])


@given(assessments, st.randoms(use_true_random=False))
def test_the_order_of_judgements_changes_no_number(assessment: dict[str, Answered], random: object) -> None:
    found = list(judged(assessment))
    expected = shares(found)
    random.shuffle(found)  # type: ignore[attr-defined]  # hypothesis gives a Random

    assert shares(found) == expected


def test_nothing_answered_is_red_with_no_score() -> None:
    result = scored(all_of(None))

    assert (result.score, result.coverage, result.worst_case, result.level) == (None, 0.0, 0.0, "red")


def test_nothing_known_is_red_with_a_score_of_nought() -> None:
    result = scored(all_of("unknown"))

    assert (result.score, result.coverage, result.worst_case, result.level) == (0.0, 0.0, 0.0, "red")
    assert result.counts == {"unknown": 5}


def test_what_is_planned_is_worth_nothing_and_was_looked_at() -> None:
    result = scored(all_of("met") | {"UTS-07": ("planned", ())})

    assert result.score == result.worst_case == float(100 * Fraction(8, 11))
    assert (result.coverage, result.counts) == (100.0, {"met": 4, "planned": 1})


@given(assessments)
def test_an_accepted_risk_changes_no_number(assessment: dict[str, Answered]) -> None:
    accepted: dict[str, Any] = {"reason": "r", "approver": "Siv", "expires": date(2027, 6, 1)}
    plain = [answer(name, state) for name, (state, _) in assessment.items() if state in GRADES[:3]]
    with_it = [answer(name, state, **accepted) for name, (state, _) in assessment.items() if state in GRADES[:3]]

    found = judge(small(), EVERYTHING, with_it, [], TODAY)
    assert shares(found) == shares(judge(small(), EVERYTHING, plain, [], TODAY))
    assert all((one.accepted is None) == (one.answer is None) for one in found)


def test_everything_declared_not_relevant_is_red_with_no_numbers() -> None:
    result = scored(all_of("not_applicable"))

    assert (result.score, result.coverage, result.worst_case, result.level) == (None, None, None, "red")
    assert result.counts == {"not_applicable": 5}
    assert result.gates == ()


def test_nobody_reaches_green_by_declaring_requirements_away() -> None:
    few = scored(all_of("not_applicable") | {"LED-14": ("met", ())})

    assert (few.score, few.worst_case, few.level) == (100.0, 100.0, "red")
    assert "satt til ikke relevant" in few.level_reason.nb


def test_all_met_is_green_and_one_open_gate_is_not() -> None:
    assert scored(all_of("met")).level == "green"
    gates: tuple[Answered, ...] = ((None, ()), ("unknown", ()), ("planned", ()), ("met", (("contradicts", None),)))
    for state, roles in gates:
        result = scored(all_of("met") | {"DRF-10": (state, roles)})
        assert result.level == "yellow"
        assert [(gate.requirement, gate.met) for gate in result.gates] == [("DRF-07", True), ("DRF-10", False)]


def test_a_gate_that_was_declared_away_is_left_out_and_never_called_met() -> None:
    result = scored(all_of("met") | {"DRF-10": ("not_applicable", ())})

    assert [gate.requirement for gate in result.gates] == ["DRF-07"]
    assert result.level_reason.en == (
        "Level green. Every other gate is met, but one gate was set to not relevant and left out."
    )


def test_what_does_not_apply_by_class_is_in_no_number() -> None:
    clinic = replace(EVERYTHING, facts=frozenset({"ALL", "EHR"}))
    answers = [answer(name, "met") for name in NAMES]
    result = score(judge(small(), clinic, answers, [], TODAY), small())

    assert result.counts == {"met": 4}
    assert result.worst_case == 100


def test_the_score_names_the_checklist_it_counts(tmp_path: Path) -> None:
    result = scored(all_of("met"))

    assert (result.checklist_id, result.checklist_version, result.checklist_hash) == (
        "small",
        "2026.1",
        checklist(tmp_path).hash,
    )


def worked_example() -> list[tuple[str, int, bool, State | None, EffectiveState]]:
    """Read the table of docs/scoring.md: id, weight, gate, answer, where it stands."""
    rows = re.findall(
        r"^\| ([A-Z]{3}-\d\d) \| (\d) \| (yes|no) \| (\w+|–) \| [^|]* \| (\w+) \|",
        (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return [
        (name, int(weight), gate == "yes", None if state == "–" else state, stands)
        for name, weight, gate, state, stands in rows
    ]


def test_the_worked_example_of_the_documentation_comes_out(tmp_path: Path) -> None:
    rows = worked_example()
    chapters = {
        name: chapter(name, *(requirement(r[0], r[1], gate=r[2]) for r in rows if r[0].startswith(name)))
        for name in {row[0][:3] for row in rows}
    }
    gates = "".join(
        f"\n  - {{requirement: {row[0]}, lacking: {{nb: a, en: a}}, whether: {{nb: b, en: b}}}}"
        for row in rows
        if row[2]
    )
    levels = (ROOT / "checklists" / "normen" / "levels.yml").read_text(encoding="utf-8").partition("gates:")[0]
    base = write(tmp_path, levels=levels + "gates:" + gates, **{name.lower(): text for name, text in chapters.items()})
    loaded = load_checklist(base)
    answers = [excepted(r[0]) if r[3] == "not_applicable" else answer(r[0], r[3]) for r in rows if r[3]]
    seen = [evidence(r[0], "contradicts") for r in rows if r[4] == "disputed"]
    seen += [evidence(r[0], "caps", "partly") for r in rows if (r[3], r[4]) == ("met", "partly")]

    found = judge(loaded, EVERYTHING, answers, seen, TODAY)
    result = score(found, loaded)

    told = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
    assert {j.requirement.id: j.state for j in found} == {row[0]: row[4] for row in rows}
    for key in ("score", "coverage", "worst_case"):
        shown = re.search(rf"^\| {key} \| [^|]* \| (\d+)/(\d+) \| ([\d.]+) \|", told, re.MULTILINE)
        assert shown, key
        assert float(Fraction(int(shown[1]), int(shown[2])) * 100) == getattr(result, key)
        assert f"{getattr(result, key):.1f}" == shown[3]
    assert f"The level is **{result.level}**" in told


def test_a_checklist_that_nobody_was_given_to_answer_has_no_number(tmp_path: Path) -> None:
    small = checklist(tmp_path)
    found = unasked(score(judge(small, EVERYTHING, (), (), TODAY), small), small)

    assert (found.score, found.coverage, found.worst_case) == (None, None, None)
    assert found.level != "green"
    assert found.unasked
    assert (
        found.level_reason.nb == "Virksomheten har ikke oppgitt svar på «Liten». Derfor finnes verken tall eller nivå."
    )
    assert {gate.met for gate in found.gates} == {False}
