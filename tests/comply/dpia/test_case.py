from __future__ import annotations

import pytest
from pydantic import ValidationError

from sentinel.comply.dpia.case import DpiaFile, open_day
from tests.comply.dpia.parts import file


def test_words_of_yaml_become_answers_and_days_left_open_are_none() -> None:
    made = file(screening={"answers": {"similar": True, "unchanged": False}}, made="", review=None)

    assert made.screening.answers == {"similar": "yes", "unchanged": "no"}
    assert (made.made, made.review, open_day("2026-11-21")) == (None, None, "2026-11-21")


def test_what_is_told_is_found_by_its_field() -> None:
    assert file(rights={"access": "På døra."}).told("rights.access") == "På døra."


@pytest.mark.parametrize(
    "wrong",
    [
        {"case": "Med Mellomrom"},
        {"made": "i går"},
        {"made": 20261121},
        {"screening": {"answers": {"similar": "maybe"}}},
        {"events": {"access": {"before": {"likelihood": 0, "severity": 1}}}},
        {"events": {"access": {"before": {"likelihood": 2.5, "severity": 1}}}},
        {"not_relevant": {"transfers": "nei"}},
        {"rights": {"access": "a" * 20_001}},
    ],
)
def test_what_is_no_answer_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DpiaFile.model_validate({"schema": "sentinel.dpiacase/1", "case": "prove", **wrong})
