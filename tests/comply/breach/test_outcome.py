from __future__ import annotations

import pytest
from hypothesis import given

from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.outcome import decide, outcome_of
from sentinel.model.breach import OUTCOMES, Outcome
from tests.comply.breach.parts import PACK, a_case, cases, less_known

HEALTH = {"data": [{"type": "sensitive"}]}
LATER = {"ground": "later-measures", "reason": "Alt er slettet igjen."}


def of(case: CaseFile) -> Outcome:
    return outcome_of(case, PACK.table, PACK.wording)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "document"),
        ({"unlikely_risk": ""}, "notify"),  # nobody has written why
        ({"patient_safety": "possible"}, "notify"),
        ({"patient_safety": "harmed"}, "tell"),
        ({"patient_safety": "unknown"}, "tell"),
        ({**HEALTH, "identification": "limited"}, "notify"),  # 2: medium, and a reason does not help
        ({**HEALTH, "identification": "significant"}, "tell"),  # 3: high
        (HEALTH, "tell"),
        ({**HEALTH, "unreadable": "yes"}, "document"),
        ({**HEALTH, "unreadable": "unknown"}, "tell"),
        ({**HEALTH, "unreadable": "yes", "unlikely_risk": ""}, "notify"),
        (  # nobody could read them, but they are gone
            {
                **HEALTH,
                "unreadable": "yes",
                "kinds": ["confidentiality", "availability"],
                "circumstances": {"confidentiality": "exposed", "availability": "lost", "malicious": "no"},
            },
            "tell",
        ),
        ({**HEALTH, "no_telling": LATER}, "notify"),
        ({"no_telling": LATER}, "document"),
    ],
)
def test_what_follows(changes: dict[str, object], outcome: Outcome) -> None:
    assert of(a_case(**changes)) == outcome


@given(cases())
def test_no_answer_made_unknown_lowers_the_outcome(case: CaseFile) -> None:
    lowest = OUTCOMES.index(of(case))

    assert all(OUTCOMES.index(of(other)) >= lowest for other in less_known(case))


@given(cases())
def test_without_a_written_reason_nothing_is_kept_from_the_authority(case: CaseFile) -> None:
    assert case.unlikely_risk or of(case) != "document"


@given(cases())
def test_the_highest_ground_is_the_outcome_and_each_has_its_source(case: CaseFile) -> None:
    found = decide(case, PACK.table, PACK.wording)

    assert found.outcome == max((ground.outcome for ground in found.grounds), key=OUTCOMES.index)
    assert all(ground.why.nb and ground.why.en and ground.source.place for ground in found.grounds)
    assert found.grounds[0].source.place == "art. 33(5)"  # the register, always


@given(cases())
def test_a_harm_is_never_only_documented(case: CaseFile) -> None:
    harmed = case.model_copy(update={"patient_safety": "harmed", "no_telling": None})

    assert of(harmed) == "tell"


@pytest.mark.parametrize(("changes", "spared"), [({}, ""), (HEALTH, "later-measures")])
def test_a_ground_spares_only_a_letter_that_was_due(changes: dict[str, object], spared: str) -> None:
    assert decide(a_case(**changes, no_telling=LATER), PACK.table, PACK.wording).spared == spared


def test_what_would_change_it_does() -> None:
    found = decide(a_case(**HEALTH, unlikely_risk=""), PACK.table, PACK.wording)
    told = {(change.question, change.answer): change.outcome for change in found.would_change}

    assert told == {
        ("data.0.context", "little"): "notify",
        ("data.0.context", "general"): "notify",
        ("identification", "negligible"): "notify",
        ("identification", "limited"): "notify",
        ("unreadable", "yes"): "notify",
    }
    assert of(a_case(**HEALTH, unlikely_risk="", identification="limited")) == "notify"


@given(cases())
def test_what_would_change_it_never_repeats_the_outcome_or_an_answer_that_stands(case: CaseFile) -> None:
    found = decide(case, PACK.table, PACK.wording)

    assert all(change.outcome != found.outcome for change in found.would_change)
    assert len({(change.question, change.answer) for change in found.would_change}) == len(found.would_change)
