"""A DPIA beside the ROS of one organisation: where they do not agree is told, whichever was taken from the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.risks import band_of, concerning, links
from sentinel.model.dpia import Dpia, RiskLink
from tests.comply.dpia.parts import AS_OF, PACK, estimate, file
from tests.comply.ros import small

LINK = {"risk": "snooping", "date": "2026-11-20", "matrix": "4x4", "assessed": "2026-11-10", "likelihood": 2}
LEVELS = {"consequence": {"patient_safety": 1, "person": 3}}
MEASURE = {"title": "Opplæring", "owner": "Kåre Nygård", "due": "2026-12-01", "state": "planned", "ros": "training"}
RISK: dict[str, Any] = {"before": small.judged(2, small.levels(person=3)), "measures": [small.measure()]}


def dpia(event: dict[str, Any] | None = None, measure: dict[str, Any] | None = None) -> Dpia:
    linked = {"title": "Snoking", "ros": {**LINK, **LEVELS}, "before": estimate(2, 3), "measures": ["training"]}
    made = file(events={"snooping": {**linked, **(event or {})}}, measures={"training": {**MEASURE, **(measure or {})}})
    return assess(made, PACK, AS_OF)


def link(folder: Path, risk: dict[str, Any], found: Dpia) -> RiskLink:
    ros = small.ros(folder, {"snooping": risk})
    return next(one for one in links(ros, found) if one.risk == "snooping")


def test_two_that_say_the_same_do_not_differ(tmp_path: Path) -> None:
    found = link(tmp_path, RISK, dpia())

    assert (found.event, found.band, found.differs) == ("snooping", "medium", ())


@pytest.mark.parametrize(
    ("risk", "event", "measure", "told"),
    [
        (
            {"before": small.judged(4, small.levels(person=4))},
            {},
            {},
            [
                "judged anew in the ROS since it was taken on 20 November 2026",
                "today it is high in the ROS and medium here",
            ],
        ),
        ({}, {"before": estimate(1, 1)}, {}, ["today it is medium in the ROS and low here"]),
        ({}, {"before": estimate(4, 4)}, {}, []),
        ({}, {}, {"state": "started"}, ["the measure “Opplæring” is planned in the ROS and started here"]),
        (
            {},
            {},
            {"due": "2026-12-24", "owner": "Siv"},
            [
                "the measure “Opplæring” is due 1 December 2026 in the ROS and 24 December 2026 here",
                "the measure “Opplæring” is Kåre Nygård's in the ROS and Siv's here",
            ],
        ),
        ({}, {}, {"due": "", "owner": ""}, ["1 December 2026 in the ROS and on no day here", "and nobody's here"]),
        ({"measures": [small.measure(state="dropped")]}, {}, {}, ["the measure “Opplæring” was dropped in the ROS"]),
        ({"measures": []}, {}, {}, ["the measure “Opplæring” is not with the risk in the ROS"]),
        ({}, {"measures": []}, {}, ["the measure “Train everyone before they get access” is not linked here"]),
        ({"before": small.judged(2, {"confidentiality": 2})}, {}, {}, ["judged anew", "nobody has judged it for the"]),
    ],
)
def test_what_does_not_agree_is_told(
    tmp_path: Path, risk: dict[str, Any], event: dict[str, Any], measure: dict[str, Any], told: list[str]
) -> None:
    found = [text.en for text in link(tmp_path, {**RISK, **risk}, dpia(event, measure)).differs]

    assert len(found) == len(told)
    assert all(part in whole for part, whole in zip(told, found, strict=True))


def test_what_is_hoped_for_is_not_laid_beside_what_is(tmp_path: Path) -> None:
    """A DPIA that hopes for low stands as it was before until the measures are done, and is compared as that."""
    hoped = dpia({"after": estimate(1, 1)})
    reached = dpia({"after": estimate(1, 1)}, {"state": "done", "done": "2026-11-15"})

    assert link(tmp_path, RISK, hoped).differs == ()
    done = {**RISK, "measures": [small.done()]}
    assert [text.nb for text in link(tmp_path, done, reached).differs] == ["i dag er den middels i ROS og lav her"]


def test_a_risk_that_is_not_relevant_or_gone_is_told_where_it_was_taken(tmp_path: Path) -> None:
    away = link(tmp_path, {"not_relevant": small.exempt()}, dpia())
    gone = next(one for one in links(small.ros(tmp_path, {}), dpia()) if one.risk == "snooping")

    assert "the ROS says that the risk is not relevant here" in [text.en for text in away.differs]
    assert [text.en for text in gone.differs] == ["snooping stands in the organisation's ROS no more"]


def test_risks_that_bear_on_persons_are_those_that_were_judged_so_and_those_nobody_judged(tmp_path: Path) -> None:
    harmless = {"before": small.judged(2, {**small.levels(), "person": 0, "patient_safety": 0}, because="Ingen data.")}
    ros = small.ros(tmp_path, {"phishing": harmless, "snooping": {}, "ransomware": {"not_relevant": small.exempt()}})
    names = {risk.id for risk in concerning(ros)}

    assert "snooping" in names
    assert not names & {"phishing", "ransomware"}


def test_a_judgement_that_is_too_old_is_none(tmp_path: Path) -> None:
    criteria = {**small.document({})["criteria"], "date": date(2024, 1, 1)}
    old = small.judged(2, small.levels(person=3), date=date(2025, 1, 1))
    ros = small.ros(tmp_path, {"snooping": {"before": old}}, criteria=criteria)

    assert next(band_of(risk) for risk in ros.risks if risk.id == "snooping") is None


def test_a_risk_that_was_taken_from_the_assessment_is_linked_by_its_own_key(tmp_path: Path) -> None:
    taken = {"case": "prove", "event": "access", "date": date(2026, 11, 20), "likelihood": 2, "severity": 3}
    own = {"title": "Snoking", "text": "Noen ser.", "threatens": ["person"], "dpia": taken}
    line = small.measure("own-lock", title="Lås")
    ros = small.ros(tmp_path, {"dpia-access": {**own, "measures": [line]}})
    made = DpiaFile.model_validate(
        {
            "schema": "sentinel.dpiacase/1",
            "case": "prove",
            "events": {"access": {"before": estimate(2, 3), "measures": ["own-lock"]}},
            "measures": {"own-lock": {"title": "Lås", "owner": "Kåre Nygård", "due": "2026-12-01", "state": "started"}},
        }
    )
    found = next(one for one in links(ros, assess(made, PACK, AS_OF)) if one.event == "access")

    assert found.risk == "dpia-access"
    assert [text.en for text in found.differs] == [
        "nobody has judged it for the persons in the ROS",
        "the measure “Lås” is planned in the ROS and started here",
    ]
