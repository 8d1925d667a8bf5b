from __future__ import annotations

from dataclasses import replace

from sentinel.share.oscal.poam import poam
from tests.share.oscal.sample import dossier


def test_every_action_is_an_item_with_who_effort_and_day() -> None:
    made = poam(dossier())
    assert made is not None
    items = made["plan-of-action-and-milestones"]["poam-items"]

    assert [item["title"] for item in items] == [action.title.nb for action in dossier().actions]
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


def test_without_actions_there_is_no_plan_which_oscal_would_not_take() -> None:
    assert poam(replace(dossier(), actions=())) is None
