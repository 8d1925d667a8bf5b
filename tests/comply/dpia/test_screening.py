from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.dpia.case import ScaleEntry, ScreeningEntry
from sentinel.comply.dpia.screening import large_scale, screen
from tests.comply.dpia.parts import DENTIST, DENTIST_WHY, ENTRIES, PACK, SMALL, TESTS, entry, screened

KINDS = ["list", "article", "criterion", "exit", "own"]


def test_a_lone_dentists_record_meets_two_criteria_and_needs_none() -> None:
    found = screened(DENTIST, why=DENTIST_WHY)

    assert (found.need, found.rule) == ("not_needed", "one-practitioner")
    assert "Fortalepunkt 91" in found.because.nb
    assert "Én tannlege alene med egne pasienter" in found.because.nb
    assert [test.id for test in found.tests if test.effect == "counts"] == ["sensitive", "vulnerable"]


@pytest.mark.parametrize(
    ("answers", "scale", "rule"),
    [
        ({"innovative": "yes"}, SMALL, "three-criteria"),
        ({"matching": "unknown"}, SMALL, "three-criteria"),
        ({"biometric": "yes"}, SMALL, "listed"),
        ({"genetic": "yes"}, SMALL, "listed-doubt"),
        ({"high-risk": "yes"}, SMALL, "own-yes"),
        ({"high-risk": "doubt"}, SMALL, "own-doubt"),
        ({"one-practitioner": "doubt"}, SMALL, "two-criteria"),
        ({}, SMALL | {"persons": "large"}, "article"),
    ],
)
def test_the_way_out_of_a_lone_practitioner_is_closed_by_anything_else(
    answers: dict[str, str], scale: dict[str, str], rule: str
) -> None:
    found = screened(DENTIST | answers, scale, DENTIST_WHY)

    assert (found.need, found.rule) == ("needed", rule)


def test_a_way_out_without_a_reason_leads_nowhere() -> None:
    assert screened(DENTIST).rule == "two-criteria"
    assert [test.because.en for test in screened(DENTIST).tests if test.id == "one-practitioner"] == [
        "Yes, but without a reason, and then it does not count."
    ]


@pytest.mark.parametrize(
    ("answers", "why", "outcome"),
    [
        ({}, {}, ("not_needed", "below-two")),
        ({"sensitive": "yes"}, {}, ("not_needed", "below-two")),
        ({"sensitive": "yes", "vulnerable": "yes"}, {}, ("needed", "two-criteria")),
        ({"sensitive": "yes", "vulnerable": "yes"}, {"two-criteria": "Bare navn."}, ("not_needed", "two-reasoned")),
        (
            {"sensitive": "yes", "vulnerable": "yes", "innovative": "yes"},
            {"two-criteria": "Bare navn."},
            ("needed", "three-criteria"),
        ),
        ({"sensitive": "yes", "vulnerable": "unknown"}, {}, ("unknown", "open")),
        ({"sensitive": "doubt", "vulnerable": "doubt"}, {}, ("needed", "two-criteria")),
        ({"location": "yes"}, {}, ("not_needed", "below-two")),
        ({"location": "yes", "sensitive": "yes"}, {}, ("needed", "listed")),
        ({"location": "doubt", "sensitive": "yes"}, {}, ("needed", "listed-doubt")),
        ({"location": "yes", "sensitive": "unknown"}, {}, ("unknown", "open")),
        ({"biometric": "yes"}, {}, ("needed", "listed-doubt")),
        ({"biometric": "yes", "sensitive": "yes"}, {}, ("needed", "listed-doubt")),
        ({"employees-watched": "yes"}, {}, ("needed", "listed")),
        ({"training-algorithms": "yes"}, {}, ("needed", "listed-doubt")),
        ({"connected-devices": "yes"}, {}, ("needed", "listed-doubt")),
        ({"welfare-technology": "yes"}, {}, ("needed", "listed-doubt")),
        ({"art-evaluation": "yes"}, {}, ("needed", "article")),
        ({"art-special-data": "yes"}, {}, ("not_needed", "below-two")),
        ({"high-risk": "unknown"}, {}, ("unknown", "open")),
        ({"biometric": "yes", "similar": "yes"}, {"similar": "Dekket av den fra 2025."}, ("not_needed", "similar")),
        ({"unchanged": "yes"}, {"unchanged": "Vurdert 2024."}, ("not_needed", "unchanged")),
        ({"law-assessed": "yes"}, {"law-assessed": "Utredet i proposisjonen."}, ("not_needed", "law-assessed")),
        ({"law-assessed": "yes", "biometric": "yes"}, {}, ("needed", "listed-doubt")),
    ],
)
def test_the_table_decides_as_it_was_worked_out_by_hand(
    answers: dict[str, str], why: dict[str, str], outcome: tuple[str, str]
) -> None:
    found = screened(answers, why=why)

    assert (found.need, found.rule) == outcome


def test_nothing_answered_is_cannot_be_said_yet() -> None:
    found = screen(ScreeningEntry(), PACK)

    assert (found.need, found.rule) == ("unknown", "open")
    assert {test.effect for test in found.tests} == {"open"}


def test_tests_stand_in_datatilsynets_order_and_every_one_says_why() -> None:
    found = screened({})

    assert list(dict.fromkeys(test.kind for test in found.tests)) == KINDS
    assert len(found.tests) == len(TESTS) + 1
    assert all(test.because.nb and test.because.en and test.source.source for test in found.tests)


@given(ENTRIES, st.data())
def test_an_answer_taken_away_never_makes_an_assessment_unnecessary(
    answered: ScreeningEntry, data: st.DataObject
) -> None:
    before = screen(answered, PACK)
    name = data.draw(st.sampled_from(sorted(answered.answers)))
    less = answered.model_copy(update={"answers": answered.answers | {name: "unknown"}})
    gone = answered.model_copy(update={"answers": {k: v for k, v in answered.answers.items() if k != name}})

    assert screen(less, PACK) == screen(gone, PACK)
    if before.need != "not_needed":
        assert screen(less, PACK).need != "not_needed"


@given(ENTRIES, st.sampled_from([*SMALL, "judged"]))
def test_a_size_taken_away_never_does_either(answered: ScreeningEntry, matter: str) -> None:
    less = answered.model_copy(update={"scale": answered.scale.model_copy(update={matter: "unknown"})})

    if screen(answered, PACK).need != "not_needed":
        assert screen(less, PACK).need != "not_needed"


@given(ENTRIES, st.data())
def test_a_reason_taken_away_never_does_either(answered: ScreeningEntry, data: st.DataObject) -> None:
    if answered.why:
        name = data.draw(st.sampled_from(sorted(answered.why)))
        less = answered.model_copy(update={"why": {k: v for k, v in answered.why.items() if k != name}})
        if screen(answered, PACK).need != "not_needed":
            assert screen(less, PACK).need != "not_needed"


@given(
    ENTRIES,
    st.sampled_from([n for n in TESTS if n not in {"law-assessed", "unchanged", "similar", "one-practitioner"}]),
)
def test_doubt_and_yes_never_lead_out_where_no_did_not(answered: ScreeningEntry, name: str) -> None:
    no, doubt = (answered.model_copy(update={"answers": answered.answers | {name: one}}) for one in ("no", "doubt"))

    if screen(no, PACK).need != "not_needed":
        assert screen(doubt, PACK).need != "not_needed"


@given(ENTRIES)
def test_no_outcome_is_without_its_reason(answered: ScreeningEntry) -> None:
    found = screen(answered, PACK)

    assert found.because.nb.endswith((".", "…"))
    assert "{" not in found.because.nb + found.because.en
    deciding = [test.id for test in found.tests if test.effect == "decides"]
    if found.rule in {"law-assessed", "unchanged", "similar", "one-practitioner", "listed", "listed-doubt", "article"}:
        assert deciding


@pytest.mark.parametrize(
    ("sizes", "judged", "large"),
    [
        ("small small small small", "unknown", "no"),
        ("large small small small", "no", "yes"),
        ("small large small large", "no", "yes"),
        ("small large small small", "no", "no"),
        ("some some some some", "unknown", "unknown"),
        ("some some some some", "doubt", "doubt"),
        ("small small small unknown", "no", "unknown"),
        ("large unknown unknown unknown", "unknown", "yes"),
    ],
)
def test_large_is_told_by_anchors_and_judged_only_in_between(sizes: str, judged: str, large: str) -> None:
    names = ("persons", "volume", "duration", "geography")
    scale = ScaleEntry.model_validate({**dict(zip(names, sizes.split(), strict=True)), "judged": judged})

    assert large_scale(scale) == large


def test_what_an_answer_says_does_not_hang_on_the_order_of_the_file() -> None:
    one = entry(DENTIST, why=DENTIST_WHY)
    other = one.model_copy(update={"answers": dict(reversed(one.answers.items()))})

    assert screen(one, PACK) == screen(other, PACK)
