from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from textwrap import dedent

import pytest

from sentinel.comply.actions import Proposal, actions, propose
from sentinel.comply.checklist import load_checklist
from sentinel.comply.judge import judge
from sentinel.comply.packs import load_packs
from sentinel.comply.plan import Plan, load_pack_plan, load_plan
from sentinel.comply.same_deed import Links, deeds, propose_beside, within_normen
from sentinel.model.compliance import Action, State
from sentinel.model.crosswalks import Crosswalk, Link, Relation
from sentinel.model.text import Text
from tests.comply.small import EVERYTHING, TODAY, answer, write
from tests.comply.small_packs import write_pack
from tests.comply.test_plan import PLAN

STEPS = dedent("""
    steps:
      - id: mend-first
        title: {nb: Rett det første, en: Mend the first}
        why: {nb: Det mangler., en: It is missing.}
        who: manager
        minutes: 60
        days: 10
        mends: [XA-01]
      - id: mend-second
        title: {nb: Rett det andre, en: Mend the second}
        why: {nb: Det mangler., en: It is missing.}
        who: manager
        minutes: 120
        money: low
        days: 20
        mends: [XA-02]
    """)
SAME: Links = {"XA-01": frozenset({"DRF-07"})}


def proposals(
    base: Path,
    normen: dict[str, State],
    pack: dict[str, State],
    links: Links = SAME,
    dropped: Collection[str] = (),
    taken: Collection[str] = (),
) -> tuple[list[Proposal], Plan]:
    write_pack(write(base, plan=PLAN))
    (base / "checklists" / "packs" / "law" / "actions.yml").write_text(STEPS, encoding="utf-8")
    checklist, law = load_checklist(base), load_packs(base)["law"].checklist
    plan = load_plan(base, checklist)
    own = load_pack_plan(base, law, plan)
    theirs = judge(checklist, EVERYTHING, [answer(name, state) for name, state in normen.items()], (), TODAY)
    ours = judge(law, EVERYTHING, [answer(name, state) for name, state in pack.items()], (), TODAY)
    done = deeds(propose(theirs, (), (), plan, {}), dropped)
    return propose_beside(ours, own, done, links, taken), own


def told(*given: object, **more: object) -> dict[str, Action]:
    found, plan = proposals(*given, **more)  # type: ignore[arg-type]  # passed on as it is
    return {action.id: action for action in actions(found, TODAY, plan)}


BOTH: dict[str, State] = {"XA-01": "not_met", "XA-02": "not_met"}


def test_a_gap_that_normen_has_too_is_referred_to_and_not_told_twice(tmp_path: Path) -> None:
    found = told(tmp_path, {"DRF-07": "not_met"}, BOTH)
    mending = next(name for name in found if name.startswith("law.normen."))

    assert set(found) == {mending, "law.mend-second"}
    assert found[mending].requirements == ("XA-01",)
    assert found[mending].same_as == mending.removeprefix("law.normen.")
    assert (found[mending].hours, found[mending].money) == (Text("", ""), Text("", "")), "counted there"
    assert found["law.mend-second"].money.nb == "litt"
    assert {action.pack for action in found.values()} == {"law"}


@pytest.mark.parametrize("normen", [{}, {"DRF-07": "met"}, {"DRF-07": "unknown"}])
def test_what_is_no_gap_in_normen_is_the_packs_own(tmp_path: Path, normen: dict[str, State]) -> None:
    assert set(told(tmp_path, normen, BOTH)) == {"law.mend-first", "law.mend-second"}


def test_what_was_dropped_in_normen_is_not_done_there(tmp_path: Path) -> None:
    deed = next(iter(told(tmp_path, {"DRF-07": "not_met"}, BOTH).values())).same_as

    assert set(told(tmp_path, {"DRF-07": "not_met"}, BOTH, dropped={deed})) == {"law.mend-first", "law.mend-second"}


def test_a_step_that_somebody_has_taken_stays_its_own(tmp_path: Path) -> None:
    found = told(tmp_path, {"DRF-07": "not_met"}, BOTH, taken={"law.mend-first"})

    assert set(found) == {"law.mend-first", "law.mend-second"}


def test_what_nobody_answered_is_asked_by_the_pack_itself(tmp_path: Path) -> None:
    found = told(tmp_path, {"DRF-07": "not_met"}, {})

    assert {name: action.requirements for name, action in found.items()} == {"law.answering": ("XA-01", "XA-02")}
    assert found["law.answering"].who.nb == "Lederen"


def test_no_gap_is_lost_whatever_is_linked_and_none_told_twice(tmp_path: Path) -> None:
    """For every state of both sides and every link: each open requirement stands in exactly one action."""
    states: tuple[State, ...] = ("met", "partly", "planned", "not_met", "unknown")
    for number, (theirs, ours) in enumerate((a, b) for a in states for b in states):
        for links in ({}, SAME, {"XA-01": frozenset({"DRF-07"}), "XA-02": frozenset({"DRF-10", "LED-14"})}):
            pack: dict[str, State] = {"XA-01": ours, "XA-02": theirs}
            found = told(tmp_path / str(number), {"DRF-07": theirs, "DRF-10": ours}, pack, links=links)
            listed = sorted(name for action in found.values() for name in action.requirements)
            assert listed == sorted(name for name, state in pack.items() if state != "met"), (theirs, ours, links)


def test_within_one_pack_the_order_is_that_of_normen(tmp_path: Path) -> None:
    found, _ = proposals(tmp_path, {"DRF-07": "not_met"}, BOTH)

    assert found == sorted(found, key=Proposal.urgency)
    assert found[0].mends[0].requirement.gate


@pytest.mark.parametrize(("relation", "within"), [("equal", True), ("narrower", True), ("broader", False)])
def test_only_what_is_equal_or_a_part_is_mended_there(relation: Relation, within: bool) -> None:
    link = Link("XA-01", "DRF-07", relation, "unverified")
    walk = Crosswalk("law-normen", "law", "normen", Text("", ""), "unverified", (link,))

    assert within_normen([walk], "law") == ({"XA-01": frozenset({"DRF-07"})} if within else {})
    assert within_normen([walk], "other") == {}
