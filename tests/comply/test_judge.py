from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from sentinel.comply.judge import acceptance, by_class, effective_state, judge
from sentinel.model.compliance import Acceptance, Answer, EffectiveState, Evidence, Judgement, Organisation, Role, State
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, evidence, excepted, signal


def one(base: Path, *answers: Answer, seen: tuple[Evidence, ...] = (), name: str = "DRF-07") -> Judgement:
    judged = judge(checklist(base), EVERYTHING, answers, seen, TODAY)
    return next(judgement for judgement in judged if judgement.requirement.id == name)


# state answered, roles of the evidence (caps: what it leaves) → where the requirement stands
TABLE: list[tuple[State | None, list[tuple[Role, State | None]], EffectiveState]] = [
    (None, [], "not_assessed"),
    (None, [("supports", None)], "not_assessed"),
    (None, [("contradicts", None)], "not_assessed"),
    ("unknown", [], "unknown"),
    ("unknown", [("supports", None)], "unknown"),
    ("unknown", [("contradicts", None)], "unknown"),
    ("planned", [], "planned"),
    ("planned", [("supports", None)], "planned"),
    ("planned", [("contradicts", None)], "planned"),
    ("planned", [("caps", "not_met")], "planned"),
    ("met", [], "met"),
    ("met", [("supports", None), ("informs", None)], "met"),
    ("met", [("caps", "partly")], "partly"),
    ("met", [("caps", "not_met")], "not_met"),
    ("met", [("caps", "partly"), ("caps", "not_met")], "not_met"),
    ("met", [("contradicts", None)], "disputed"),
    ("met", [("caps", "partly"), ("contradicts", None)], "disputed"),
    ("met", [("supports", None), ("contradicts", None)], "disputed"),
    ("partly", [], "partly"),
    ("partly", [("caps", "partly")], "partly"),
    ("partly", [("caps", "not_met")], "not_met"),
    ("partly", [("contradicts", None)], "disputed"),
    ("not_met", [], "not_met"),
    ("not_met", [("supports", None)], "not_met"),
    ("not_met", [("contradicts", None)], "not_met"),
    ("not_met", [("caps", "partly")], "not_met"),
]


@pytest.mark.parametrize(("state", "roles", "expected"), TABLE)
def test_where_a_requirement_stands(
    state: State | None, roles: list[tuple[Role, State | None]], expected: EffectiveState
) -> None:
    given = None if state is None else answer("DRF-07", state)
    seen = [evidence("DRF-07", role, cap) for role, cap in roles]

    assert effective_state(given, seen, TODAY) == expected


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (date(2026, 11, 22), "not_applicable"),
        (TODAY, "not_applicable"),
        (date(2026, 11, 20), "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_not_relevant_counts_to_the_end_of_its_last_day(expires: date | None, expected: EffectiveState) -> None:
    assert effective_state(excepted("DRF-07", expires), [], TODAY) == expected


def test_a_measurement_against_not_relevant_makes_it_disputed() -> None:
    assert effective_state(excepted("DRF-07"), [evidence("DRF-07", "contradicts")], TODAY) == "disputed"
    assert effective_state(excepted("DRF-07"), [evidence("DRF-07", "caps", "partly")], TODAY) == "not_applicable"


def test_what_is_measured_and_what_an_own_assessment_says_are_told_apart(tmp_path: Path) -> None:
    read = evidence("DRF-07", "caps", "partly", seen=signal("dpia-unfinished", kind="document"))
    found = one(tmp_path, answer("DRF-07", "met"), seen=(evidence("DRF-07", "informs"), read))

    assert found.state == "partly"
    assert "Egen vurdering setter en grense: " in found.reason.nb
    assert "Måling" not in found.reason.nb
    assert "Målt: LV-DC01: serveren får ikke oppdateringer." in found.reason.nb
    unclaimed = one(tmp_path, answer("DRF-07", "not_met"), seen=(read,))
    assert "An assessment of your own: " in unclaimed.reason.en


def test_every_requirement_is_judged_once_in_the_order_of_the_checklist(tmp_path: Path) -> None:
    judged = judge(checklist(tmp_path), EVERYTHING, [], [], TODAY)

    assert [j.requirement.id for j in judged] == [r.id for r in checklist(tmp_path).requirements]


def test_out_by_class_is_told_apart_from_declared_not_relevant(tmp_path: Path) -> None:
    small_clinic = Organisation("Fjæra", "0", "general_practice", frozenset({"ALL", "EHR"}))
    answers = [answer("UTS-07", "met"), excepted("LED-14")]
    judged = {j.requirement.id: j for j in judge(checklist(tmp_path), small_clinic, answers, [], TODAY)}

    assert judged["UTS-07"].state == judged["LED-14"].state == "not_applicable"
    assert by_class(judged["UTS-07"])
    assert not by_class(judged["LED-14"])
    assert judged["UTS-07"].reason.nb == "Gjelder ikke: ikke noe utstyr her. Svaret som er gitt, er ikke brukt."
    assert judged["LED-14"].reason.nb == (
        "Ikke relevant: Vi har ikke dette. Godkjent av Åse Lyngvik, gjelder til 1. juni 2027."
    )


@pytest.mark.parametrize(
    ("given", "seen", "nb", "en"),
    [
        (None, (), "Ingen har svart.", "Nobody has answered."),
        (
            None,
            (evidence("DRF-07", "contradicts"),),
            "Ingen har svart. Målt: LV-DC01: serveren får ikke oppdateringer. Det er målt.",
            "Nobody has answered. Measured: LV-DC01: the server gets no updates. It was measured.",
        ),
        (
            answer("DRF-07", "unknown"),
            (),
            "Åse Lyngvik svarte «vet ikke» 21. november 2026.",
            "Åse Lyngvik answered “do not know” on 21 November 2026.",
        ),
        (
            answer("DRF-07", "met"),
            (evidence("DRF-07", "contradicts"), evidence("DRF-07", "informs", seen=signal(subject="LV-WEB"))),
            (
                "Åse Lyngvik svarte «oppfylt» 21. november 2026. Måling sier noe annet: LV-DC01: serveren "
                "får ikke oppdateringer. Det er målt. Målt: LV-WEB: serveren får ikke oppdateringer. Det er målt."
            ),
            (
                "Åse Lyngvik answered “met” on 21 November 2026. A measurement says otherwise: LV-DC01: the server "
                "gets no updates. It was measured. Measured: LV-WEB: the server gets no updates. It was measured."
            ),
        ),
        (
            answer("DRF-07", "planned", note="Ny server i 2027", reason="r", approver="Siv", expires=date(2027, 3, 1)),
            (),
            (
                "Åse Lyngvik svarte «planlagt, ikke finansiert» 21. november 2026. "
                "Risikoen er akseptert av Siv til 1. mars 2027."
            ),
            (
                "Åse Lyngvik answered “planned, not funded” on 21 November 2026. "
                "The risk is accepted by Siv until 1 March 2027."
            ),
        ),
        (
            answer("DRF-07", "not_met", reason="r", approver="Siv", expires=date(2026, 11, 20)),
            (),
            "Åse Lyngvik svarte «ikke oppfylt» 21. november 2026. Aksepten gikk ut 20. november 2026.",
            "Åse Lyngvik answered “not met” on 21 November 2026. The acceptance ended on 20 November 2026.",
        ),
        (
            excepted("DRF-07", date(2026, 11, 20)),
            (),
            "«Ikke relevant» gikk ut 20. november 2026. Kravet må vurderes på nytt.",
            "“Not relevant” ended on 20 November 2026. The requirement has to be assessed again.",
        ),
        (
            excepted("DRF-07", None),
            (),
            "«Ikke relevant» uten sluttdato teller ikke.",
            "“Not relevant” without an end does not count.",
        ),
    ],
)
def test_the_reason_is_a_sentence_in_both_languages(
    tmp_path: Path, given: Answer | None, seen: tuple[Evidence, ...], nb: str, en: str
) -> None:
    judgement = one(tmp_path, *([given] if given else []), seen=seen)

    assert judgement.reason.nb == nb
    assert judgement.reason.en == en


@pytest.mark.parametrize(
    ("state", "expires", "ended"),
    [
        ("not_met", TODAY, False),
        ("partly", date(2026, 11, 20), True),
        ("planned", date(2027, 1, 1), False),
        ("not_met", None, None),
        ("met", date(2027, 1, 1), None),
        ("not_applicable", date(2027, 1, 1), None),
    ],
)
def test_an_accepted_risk_is_told_to_the_end_of_its_last_day(
    state: State, expires: date | None, ended: bool | None
) -> None:
    found = acceptance(answer("DRF-07", state, reason="r", approver="Siv", expires=expires), TODAY)

    assert found == (None if ended is None or expires is None else Acceptance(expires, "Siv", "r", ended))


def test_the_last_answer_counts_and_the_order_of_answers_never_does(tmp_path: Path) -> None:
    answers = [
        answer("DRF-07", "not_met", date(2026, 3, 1)),
        answer("DRF-07", "met", date(2026, 10, 1)),
        answer("DRF-07", "partly", date(2026, 10, 1)),
        answer("LED-14", "met"),
        answer("UTS-07", "unknown"),
    ]
    expected = judge(checklist(tmp_path), EVERYTHING, answers, [], TODAY)
    random.Random(5).shuffle(answers)

    assert judge(checklist(tmp_path), EVERYTHING, answers, [], TODAY) == expected
    assert one(tmp_path, *answers).state == "partly"
