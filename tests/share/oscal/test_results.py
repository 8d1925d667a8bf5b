from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, get_args

import pytest

from sentinel.model.compliance import EffectiveState, SignalKind
from sentinel.share.oscal.common import text_of
from sentinel.share.oscal.results import METHODS, STANDINGS, findings, observations, results
from tests.share.oscal.sample import UNUSED, dossier


def of(requirement: str) -> dict[str, Any]:
    return next(one for one in findings(dossier()) if one["title"].startswith(requirement))


def own(node: dict[str, Any]) -> dict[str, str]:
    return {prop["name"]: prop.get("remarks") or prop["value"] for prop in node["props"]}


def test_only_what_is_met_is_satisfied() -> None:
    assert {state for state, standing in STANDINGS.items() if standing.state == "satisfied"} == {"met"}


def test_every_state_has_a_standing() -> None:
    assert set(get_args(EffectiveState)) - set(STANDINGS) == set()


def test_findings_are_satisfied_exactly_where_the_judgement_is_met() -> None:
    targets = [one["target"] for one in findings(dossier())]
    told = {target["target-id"].removesuffix("_obj"): target["status"]["state"] for target in targets}

    assert {name for name, state in told.items() if state == "satisfied"} == {
        judgement.requirement.id for judgement in dossier().judgements if judgement.state == "met"
    }
    assert set(told.values()) == {"satisfied", "not-satisfied"}


def test_a_finding_keeps_our_state_and_the_whole_answer() -> None:
    found = own(of("DRF-05"))

    assert (found["state"], found["answer-state"], found["answer-by"], found["answer-date"]) == (
        "disputed",
        "met",
        "Åse Lyngvik",
        "2026-11-09",
    )


def test_what_nobody_answered_is_a_finding_that_is_not_satisfied() -> None:
    left = [one for one in findings(dossier()) if own(one)["state"] == "not_assessed"]

    assert len(left) > 10
    assert all(one["target"]["status"] == {"state": "not-satisfied", "reason": "other"} for one in left)
    assert {own(one).get("answer-state", "unknown") for one in left} == {"unknown"}


def test_an_answer_to_what_is_not_asked_is_not_lost() -> None:
    found = own(of("DSL-02"))

    assert (found["answer-unused"], found["answer-state"]) == ("yes", "met")
    assert found["answer-note"] == UNUSED.note


def test_answers_are_interviews_devices_are_tested_and_logs_examined() -> None:
    told = Counter(one["methods"][0] for one in observations(dossier()))

    assert told == {"INTERVIEW": len(dossier().answers), "TEST": 2, "EXAMINE": 1}
    assert set(METHODS) == set(get_args(SignalKind))


def test_every_reference_leads_somewhere() -> None:
    made = results(dossier())["assessment-results"]
    (result,) = made["results"]
    there = {one["uuid"] for one in result["observations"]}
    actors = {party["uuid"] for party in made["metadata"]["parties"]}
    actors |= {tool["uuid"] for tool in result["local-definitions"]["assessment-assets"]["components"]}
    meant = {link["observation-uuid"] for one in result["findings"] for link in one.get("related-observations", ())}

    assert meant <= there
    assert {actor["actor-uuid"] for one in result["observations"] for actor in one["origins"][0]["actors"]} <= actors
    assert {one["subject-uuid"] for node in result["observations"] for one in node["subjects"]} <= actors


def test_the_three_numbers_stand_together() -> None:
    (result,) = results(dossier())["assessment-results"]["results"]
    told, score = own(result), dossier().score

    assert [told[name] for name in ("score", "coverage", "worst-case", "level")] == [
        repr(score.score),
        repr(score.coverage),
        repr(score.worst_case),
        score.level,
    ]


def test_no_number_is_written_as_none_at_all() -> None:
    nothing = replace(dossier(), score=replace(dossier().score, score=None, coverage=None, worst_case=None))
    (result,) = results(nothing)["assessment-results"]["results"]

    assert [own(result)[name] for name in ("score", "coverage", "worst-case")] == ["none"] * 3


def test_the_same_dossier_gives_the_same_bytes_and_another_another_name() -> None:
    first, again = results(dossier()), results(dossier())
    other = results(replace(dossier(), measured="another.json"))

    assert text_of(first) == text_of(again)
    assert first["assessment-results"]["uuid"] != other["assessment-results"]["uuid"]
    assert first["assessment-results"]["results"][0]["uuid"] == other["assessment-results"]["results"][0]["uuid"]


@pytest.mark.parametrize("word", ["godkjent av", "Normen-godkjent", "certified", "sertifisert"])
def test_nothing_is_called_approved(word: str) -> None:
    answers = " ".join(answer.note for answer in dossier().answers)

    assert word.casefold() not in text_of(results(replace(dossier(), answers=(), judgements=(), ros=None))).casefold()
    assert "Normen-godkjent" not in answers
