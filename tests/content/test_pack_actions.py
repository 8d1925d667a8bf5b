"""Walks what there is to do about each pack: every gap has one step, done by somebody the pack knows."""

from __future__ import annotations

from functools import cache

import pytest

from sentinel.comply.actions import actions, propose
from sentinel.comply.checklist import load_checklist
from sentinel.comply.judge import judge
from sentinel.comply.packs import load_packs
from sentinel.comply.plan import Plan, load_pack_plan, load_plan
from sentinel.model.compliance import Answer, Organisation
from tests.content.test_packs import TODAY
from tests.shared import ROOT

STEPS = {
    "ai-act": 8,
    "ai-use": 7,
    "cloud": 11,
    "digitalsikkerhetsloven": 9,
    "ehds": 10,
    "gdpr": 37,
    "nis2": 13,
    "prop-152-l": 4,
    "research": 9,
    "supplier": 16,
    "welfare-technology": 12,
}


@cache
def plans() -> dict[str, Plan]:
    normen = load_plan(ROOT, load_checklist(ROOT))
    return {name: load_pack_plan(ROOT, pack.checklist, normen) for name, pack in load_packs(ROOT).items()}


def test_each_pack_has_its_steps() -> None:
    assert {name: len(plan.steps) for name, plan in plans().items()} == STEPS


@pytest.mark.parametrize("name", sorted(STEPS))
def test_no_gap_is_left_without_something_to_do_and_none_has_two(name: str) -> None:
    pack, plan = load_packs(ROOT)[name], plans()[name]
    who = Organisation("Fjellvik", "000000002", "unspecified", frozenset(pack.checklist.classes))
    answers = [Answer(one.id, "not_met", "Åse", TODAY) for one in pack.checklist.requirements]
    found = actions(propose(judge(pack.checklist, who, answers, (), TODAY), (), (), plan, {}), TODAY, plan)

    assert sorted(one for action in found for one in action.requirements) == sorted(pack.checklist.known())
    assert all(action.id.startswith(f"{name}.") and action.pack == name for action in found)
    assert all(action.due >= TODAY and action.hours.nb and action.money.nb and action.who.nb for action in found)


def test_a_step_is_one_piece_of_work_and_its_id_no_other_has() -> None:
    every = [step for plan in plans().values() for step in plan.steps]

    assert [step.id for step in every if len(step.mends) > 4] == []
    assert len({step.id for step in every}) == len(every) == sum(STEPS.values())


def test_what_binds_nobody_yet_hurries_nobody() -> None:
    """What is only proposed gets a month at least, and nothing about it is urgent."""
    proposed = [name for name, pack in load_packs(ROOT).items() if pack.validity.status == "proposed"]

    assert [step.id for name in proposed for step in plans()[name].steps if step.days < 30 or step.urgent] == []
