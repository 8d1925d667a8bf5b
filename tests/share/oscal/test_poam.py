from __future__ import annotations

from dataclasses import replace

from sentinel.share.oscal.poam import GAPS, poam
from tests.share.oscal.sample import dossier


def test_every_action_is_an_item_with_who_effort_and_day() -> None:
    made = poam(dossier())
    assert made is not None
    items = made["plan-of-action-and-milestones"]["poam-items"]

    planned = [item["title"] for item in items if "due" in {prop["name"] for prop in item["props"]}]
    assert planned == [action.title.nb for action in dossier().actions]
    told = {prop["name"]: prop["value"] for prop in items[0]["props"]}
    first = dossier().actions[0]
    assert (told["who"], told["effort"], told["due"]) == (first.who.nb, first.effort.nb, first.due.isoformat())


def test_every_finding_that_an_item_names_is_in_the_plan() -> None:
    made = poam(dossier())
    assert made is not None
    body = made["plan-of-action-and-milestones"]
    there = {one["uuid"] for one in body["findings"]}
    meant = {link["finding-uuid"] for item in body["poam-items"] for link in item.get("related-findings", ())}
    seen = {one["uuid"] for one in body["observations"]}

    assert meant == there
    related = [link for one in body["findings"] for link in one.get("related-observations", ())]
    assert {link["observation-uuid"] for link in related} == seen


def test_a_gap_that_no_action_mends_is_an_item_with_no_day_and_no_name() -> None:
    made = poam(replace(dossier(), actions=dossier().actions[1:]))
    assert made is not None
    items = made["plan-of-action-and-milestones"]["poam-items"]

    told = [{prop["name"]: prop["value"] for prop in item["props"]} for item in items]
    alone = [item for item in told if item["action-state"] == "none"]
    mended = {name for action in dossier().actions[1:] for name in action.requirements}
    assert {item["requirement"] for item in alone} == set(dossier().actions[0].requirements) - mended
    assert alone
    assert not any({"due", "owner", "who"} & set(item) for item in alone)


def test_no_gap_is_left_out_whoever_plans_what() -> None:
    open_ = {one.requirement.id for one in dossier().judgements if one.state in GAPS}
    for actions in ((), dossier().actions, dossier().actions[::2]):
        made = poam(replace(dossier(), actions=actions))
        assert made is not None
        items = made["plan-of-action-and-milestones"]["poam-items"]
        named = {prop["value"] for item in items for prop in item["props"] if prop["name"] == "requirement"}
        assert open_ <= named


def test_where_nothing_is_to_be_done_there_is_no_plan_which_oscal_would_not_take() -> None:
    met = tuple(one for one in dossier().judgements if one.state not in GAPS)

    assert poam(replace(dossier(), actions=(), judgements=met)) is None
