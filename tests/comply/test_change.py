from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.change import changes
from sentinel.comply.checklist import Checklist
from sentinel.comply.judge import judge
from sentinel.comply.migration import Carried
from sentinel.model.compliance import EffectiveState, Judgement, State
from sentinel.model.trend import Previous
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, evidence, excepted

NAMES = ("DRF-07", "DRF-10", "DRF-21", "LED-14", "UTS-07")
EFFECTIVE: tuple[EffectiveState, ...] = get_args(EffectiveState)


@cache
def small() -> Checklist:
    with TemporaryDirectory() as folder:
        return checklist(Path(folder))


def before(**states: EffectiveState) -> Previous:
    named = {name.replace("_", "-"): state for name, state in states.items()}
    return Previous(date(2025, 11, 20), named, dict.fromkeys(named, 1))


def now(**states: State) -> tuple[Judgement, ...]:
    given_answers = [
        excepted(name.replace("_", "-")) if state == "not_applicable" else answer(name.replace("_", "-"), state)
        for name, state in states.items()
    ]
    return judge(small(), EVERYTHING, given_answers, [], TODAY)


def told(previous: Previous, judgements: tuple[Judgement, ...]) -> list[tuple[str, str]]:
    return [(change.direction, change.what.nb) for change in changes(Carried(previous, {}), judgements)]


def test_better_and_worse_are_told_by_name_on_the_same_requirements() -> None:
    previous = before(DRF_07="not_met", DRF_10="met", DRF_21="met", LED_14="not_assessed", UTS_07="not_assessed")

    assert told(previous, now(DRF_07="partly", DRF_10="not_met", DRF_21="met")) == [
        ("down", "Målt på de samme 3 kravene: 50 → 42"),
        ("down", "title DRF-10: fra oppfylt til ikke oppfylt"),
        ("up", "title DRF-07: fra ikke oppfylt til delvis oppfylt"),
    ]


def test_an_answer_that_is_now_disputed_went_down() -> None:
    judgements = judge(small(), EVERYTHING, [answer("DRF-07", "met")], [evidence("DRF-07", "contradicts")], TODAY)

    assert told(before(DRF_07="met"), judgements)[:2] == [
        ("down", "Målt på det ene kravet som går igjen: 100 → 0"),
        ("down", "title DRF-07: fra oppfylt til omstridt"),
    ]


def test_first_answers_and_lost_answers_are_neither_better_nor_worse() -> None:
    previous = before(DRF_07="not_assessed", DRF_10="met", DRF_21="met", LED_14="not_assessed", UTS_07="unknown")

    assert told(previous, now(DRF_07="not_met", LED_14="met", DRF_21="met", DRF_10="unknown")) == [
        ("same", "Målt på det ene kravet som går igjen: 100 → 100"),
        ("same", "To krav er vurdert for første gang"),
        ("same", "Ett krav er ikke lenger vurdert"),
    ]


def test_changes_of_scope_are_told_apart() -> None:
    previous = before(DRF_07="met", DRF_10="not_met", DRF_21="met", UTS_07="met", LED_99="met", LED_98="met")
    clinic = replace(EVERYTHING, facts=frozenset({"ALL", "EHR"}))
    answers = [answer("DRF-07", "met"), excepted("DRF-10"), answer("DRF-21", "met"), answer("LED-14", "not_met")]

    assert told(previous, judge(small(), clinic, answers, [], TODAY)) == [
        ("same", "Målt på de samme 2 kravene: 100 → 100"),
        ("same", "Ett krav gjelder nå"),
        ("same", "Ett krav gjelder ikke lenger"),
        ("same", "Ett krav er satt til ikke relevant"),
        ("same", "To krav spørres det ikke lenger om"),
    ]


def test_a_new_weight_is_no_change() -> None:
    previous = Previous(date(2025, 1, 1), {"DRF-07": "met", "DRF-10": "not_met"}, {"DRF-07": 1, "DRF-10": 3})

    assert told(previous, now(DRF_07="met", DRF_10="not_met"))[0] == ("same", "Målt på de samme 2 kravene: 60 → 60")


@given(st.fixed_dictionaries({name: st.sampled_from(["met", "partly", "planned", "not_met"]) for name in NAMES}))
def test_the_same_assessment_again_is_no_change(states: dict[str, EffectiveState]) -> None:
    judgements = now(**{name.replace("-", "_"): state for name, state in states.items()})  # type: ignore[arg-type]  # both

    assert {change.direction for change in changes(Carried(Previous(TODAY, states, {}), {}), judgements)} == {"same"}


@given(
    st.dictionaries(st.sampled_from([*NAMES, "OLD-01"]), st.sampled_from(EFFECTIVE)),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(get_args(State))),
)
def test_ups_and_downs_are_only_told_of_what_was_counted_both_times(
    old: dict[str, EffectiveState], new: dict[str, State]
) -> None:
    judgements = now(**{name.replace("-", "_"): state for name, state in new.items()})
    counted = {"met", "partly", "planned", "not_met", "disputed"}
    both = {j.requirement.id for j in judgements if j.state in counted and old.get(j.requirement.id) in counted}
    found = changes(Carried(Previous(TODAY, old, {}), {}), judgements)
    named = [c for c in found if c.what.nb.startswith("title ")]

    assert len(named) <= len(both)
    assert all(c.what.nb.split(":")[0].removeprefix("title ") in both for c in named)
    assert all(c.direction in {"up", "down"} for c in named)
