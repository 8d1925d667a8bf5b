from __future__ import annotations

import json
from typing import Any

from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.cnil_out import moment, number, titles_of, to_cnil
from sentinel.comply.dpia.reading import read_dpia
from tests.comply.dpia.parts import AS_OF, EXAMPLE, PACK, estimate, file

NUMBERS = {*(111, 112, 113, 121, 122, 123), *range(211, 216), *range(221, 228)} | {
    n for section in (2, 3, 4) for n in range(number(section, 1), number(section, 6) + 1)
}
"""The 36 answer slots of the tool."""


def exported(made: DpiaFile) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = to_cnil(made, PACK, AS_OF, "nb")
    return json.loads(found.text), found.left


def test_every_number_is_one_of_the_tools_and_none_is_given_twice() -> None:
    read, _ = read_dpia(EXAMPLE, PACK, AS_OF)
    body, _ = exported(read)
    numbers = [answer["reference_to"] for answer in body["answers"]]

    assert len(NUMBERS) == 36
    assert set(numbers) <= NUMBERS
    assert len(numbers) == len(set(numbers))
    assert NUMBERS - set(numbers) == {222, 227}


def test_gauges_and_evaluations_stand_where_the_tool_looks_for_them() -> None:
    rests = {"before": estimate(3, 4), "measures": ["lock"], "after": estimate(1, 2, "Bedre.")}
    lock = {"title": "Lås", "text": "På døra.", "owner": "Leder", "due": "2026-12-01"}
    body, _ = exported(file(events={"access": rests}, measures={"lock": lock}))
    answers = {answer["reference_to"]: answer["data"] for answer in body["answers"]}

    assert (answers[325]["gauge"], answers[326]["gauge"], answers[324]["list"]) == (4, 3, ["Lås"])
    after, measure = body["evaluations"]
    assert (after["reference_to"], after["gauges"]) == ("3.2", {"x": 2, "y": 1})
    assert (measure["reference_to"], measure["person_in_charge"]) == ("3.1.1", "Leder")
    assert measure["estimated_implementation_date"] == "2026-12-01T00:00:00.000Z"
    assert body["measures"][0]["content"] == "<div>På døra.</div>"


def test_what_the_other_tool_cannot_hold_is_told() -> None:
    read, _ = read_dpia(EXAMPLE, PACK, AS_OF)
    own = read.model_copy(update={"events": {**read.events, "shame": read.events["loss"]}})

    assert exported(file())[1] == ()
    assert exported(own)[1] == (
        "the screening",
        "organisation number and contact",
        "events of your own: shame",
        "what has become of measures: two-factor, one-time-code, paper-and-phone",
        "day of the officer's advice, and whether it was followed",
        "day of the next review",
        "points that are not relevant or not finished",
    )


def test_measures_of_one_title_are_told_apart_and_one_without_has_its_name() -> None:
    made = file(measures={"a": {"title": "Lås"}, "b": {"title": "Lås"}, "c": {}})

    assert titles_of(made) == {"a": "Lås (a)", "b": "Lås (b)", "c": "c"}
    assert moment(AS_OF) == "2026-11-21T00:00:00.000Z"
