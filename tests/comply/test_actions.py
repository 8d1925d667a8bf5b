from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.actions import actions, decisions, propose
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.judge import judge
from sentinel.comply.plan import Plan, load_plan
from sentinel.model.alerts import Alert, RuleRef
from sentinel.model.assets import Finding, Impact
from sentinel.model.compliance import Action, Answer, Evidence, Judgement, State
from sentinel.model.severity import Severity
from sentinel.model.text import Text
from tests.comply.small import EVERYTHING, TODAY, answer, evidence, excepted, signal, write
from tests.comply.test_plan import PLAN

NAMES = ("DRF-07", "DRF-10", "DRF-21", "LED-14", "UTS-07")
STEMS = {"a1": "remote_logon"}


@cache
def content() -> tuple[Checklist, Plan]:
    with TemporaryDirectory() as folder:
        base = write(Path(folder), plan=PLAN)
        checklist = load_checklist(base)
        return checklist, load_plan(base, checklist)


def judged(states: dict[str, State] | Sequence[Answer], *seen: Evidence) -> tuple[Judgement, ...]:
    answers = [answer(n, s) for n, s in states.items()] if isinstance(states, dict) else list(states)
    return judge(content()[0], EVERYTHING, answers, seen, TODAY)


def met(**but: State) -> dict[str, State]:
    states: dict[str, State] = dict.fromkeys(NAMES, "met")
    return states | {name.replace("_", "-"): state for name, state in but.items()}


def finding(asset: str = "LV-DC01", severity: Severity = Severity.HIGH, **more: Any) -> Finding:  # noqa: ANN401 — passed on as it is
    text = Text("får ikke oppdateringer", "gets no updates")
    found = Finding(
        id=f"{asset}-x",
        asset=asset,
        asset_name=asset,
        check="product-unsupported",
        claim="sure",
        severity=severity,
        impact=Impact(),
        title=text,
        advice=text,
        evidence=text,
        knowledge_date=TODAY,
        seen=None,
    )
    return replace(found, **more)


def alert(level: Severity = Severity.CRITICAL, time: datetime | None = None) -> Alert:
    rule = RuleRef("a1", "Logon from outside", level, "0" * 64, "Sentinel")
    return Alert("x", rule, "e", time, "lv-epj-security", "1", (), {})


def proposed(
    judgements: Sequence[Judgement], findings: Sequence[Finding] = (), alerts: Sequence[Alert] = ()
) -> list[Action]:
    return list(actions(propose(judgements, findings, alerts, content()[1], STEMS), TODAY, content()[1]))


def titles(found: Sequence[Action]) -> list[str]:
    return [action.title.nb for action in found]


def test_where_all_is_met_there_is_nothing_to_do() -> None:
    assert proposed(judged(met())) == []


def test_every_gap_has_something_to_do_and_one_step_mends_many() -> None:
    found = proposed(judged(met(DRF_07="not_met", DRF_21="partly", UTS_07="not_met", LED_14="partly")))

    assert {action.title.nb: action.requirements for action in found} == {
        "Ta sikkerhetskopi": ("DRF-07",),
        "Rydd opp": ("DRF-21", "UTS-07"),
        "Begynn en liste": ("LED-14",),
    }


def test_an_action_says_why_who_how_long_and_by_when() -> None:
    (action,) = proposed(judged(met(LED_14="not_met")))

    assert action == Action(
        title=Text("Begynn en liste", "Begin a list"),
        why=Text("Små feil hindrer store.", "Small mistakes prevent big ones."),
        who=Text("Daglig leder", "General manager"),
        effort=Text("30 minutter", "30 minutes"),
        due=date(2026, 12, 21),
        requirements=("LED-14",),
        id="keep-list",
        reduces=2.0,
        hours=Text("en time", "an hour"),
        money=Text("egen tid", "own time"),
    )


def test_what_nobody_assessed_is_one_action() -> None:
    (many,) = proposed(judged(dict.fromkeys(NAMES[:2], "met")))
    (one,) = proposed(judged(dict.fromkeys(NAMES[:3] + NAMES[4:], "met")))

    assert (many.title.nb, many.requirements) == ("Svar på de 3 kravene", ("DRF-21", "LED-14", "UTS-07"))
    assert (one.title.nb, one.effort.nb) == ("Svar på det ene kravet", "3 minutter")


def test_what_nobody_knows_is_one_action_that_names_who_knows_it() -> None:
    (many,) = proposed(judged(met(LED_14="unknown", DRF_07="unknown")))
    (one,) = proposed(judged(met(LED_14="unknown")))

    assert many == Action(
        title=Text("Finn svaret på de 2 kravene", "Find out about the 2 requirements"),
        why=Text("De vet det: lederen (DRF-07 og LED-14).", "They know: the manager (DRF-07 and LED-14)."),
        who=Text("Lederen", "The manager"),
        effort=Text("30 minutter", "30 minutes"),
        due=date(2026, 12, 21),
        requirements=("DRF-07", "LED-14"),
        id="finding-out",
        reduces=5.0,
        hours=Text("en time", "an hour"),
        money=Text("egen tid", "own time"),
    )
    assert (one.title.nb, one.effort.nb) == ("Finn svaret på det ene kravet", "15 minutter")


def test_a_finding_takes_the_place_of_the_general_step_and_names_the_machines() -> None:
    found = proposed(judged(met(DRF_21="not_met")), [finding(), finding("LV-WEB", Severity.CRITICAL)])

    assert titles(found) == ["Bytt ut LV-WEB og LV-DC01"]
    assert found[0].why.nb == "Den får ingen rettelser. Målt: LV-WEB: får ikke oppdateringer (og 1 til)."
    assert found[0].why.en == "It gets no corrections. Measured: LV-WEB: gets no updates (and 1 more)."


def test_a_finding_sets_off_its_step_also_where_nothing_was_answered_against_it() -> None:
    assert titles(proposed(judged(met()), [finding()])) == ["Bytt ut LV-DC01"]


def test_what_is_only_possible_sets_off_nothing_that_is_sure() -> None:
    assert proposed(judged(met()), [finding(claim="possible")]) == []


def test_the_words_of_a_signal_are_preferred() -> None:
    seen = evidence("DRF-21", "contradicts", seen=signal("product-unsupported"))
    (action,) = proposed(judged(met(), seen), [finding()])

    assert action.why.nb == "Den får ingen rettelser. Målt: LV-DC01: serveren får ikke oppdateringer."
    assert action.requirements == ("DRF-21",)


def test_an_alert_is_told_with_its_day_and_is_urgent() -> None:
    found = proposed(
        judged(met(DRF_07="not_met")), [finding()], [alert(time=datetime(2026, 10, 13, 23, 41, tzinfo=UTC))]
    )

    assert titles(found) == ["Undersøk innbruddet", "Ta sikkerhetskopi", "Bytt ut LV-DC01"]
    assert found[0].due == TODAY
    assert found[0].why.nb == "Fristen løper. Målt: Logon from outside, 14. oktober 2026."


def test_a_missing_log_is_followed_up_but_one_that_came_is_not() -> None:
    gap = evidence("DRF-10", "caps", "partly", signal("epj", kind="log", present=False, subject="epj"))
    came = evidence("DRF-10", "supports", seen=signal("epj", kind="log", subject="epj"))

    assert titles(proposed(judged(met(), gap))) == ["Finn loggen"]
    assert proposed(judged(met(), came)) == []


def test_gates_come_first_then_contradictions_then_severity_then_weight_for_the_work() -> None:
    gate_only = proposed(judged(met(DRF_07="not_met", LED_14="not_met")))
    contradicted = proposed(judged(met(LED_14="not_met"), evidence("UTS-07", "contradicts")))
    worse = proposed(judged(met(LED_14="not_met")), [finding(severity=Severity.LOW)])
    cheaper = proposed(judged(met(LED_14="not_met", DRF_21="not_met")))
    both = proposed(judged(met(DRF_07="not_met"), evidence("UTS-07", "contradicts")))
    grave = proposed(judged(met(), evidence("UTS-07", "contradicts")), [finding(severity=Severity.CRITICAL)])

    assert titles(both) == ["Ta sikkerhetskopi", "Rydd opp"]
    assert titles(grave) == ["Rydd opp", "Bytt ut LV-DC01"]
    assert titles(gate_only) == ["Ta sikkerhetskopi", "Begynn en liste"]
    assert titles(contradicted) == ["Rydd opp", "Begynn en liste"]
    assert titles(worse) == ["Bytt ut LV-DC01", "Begynn en liste"]
    assert titles(cheaper) == ["Begynn en liste", "Rydd opp"]


@given(
    st.fixed_dictionaries({name: st.sampled_from(["met", "partly", "planned", "not_met", "unknown"]) for name in NAMES})
)
def test_every_requirement_that_is_not_met_is_in_an_action_and_no_other(states: dict[str, State]) -> None:
    judgements = judged(states)
    found = proposed(judgements, [finding()], [alert()])

    open_ones = {j.requirement.id for j in judgements if j.state != "met"}
    assert {name for action in found for name in action.requirements} == open_ones
    assert all(action.title.nb and action.title.en and "{" not in action.title.nb for action in found)


def asked(answers: Sequence[Answer], findings: Sequence[Finding] = ()) -> list[str]:
    judgements, plan = judged(answers), content()[1]
    found = decisions(propose(judgements, findings, (), plan, STEMS), judgements, TODAY, plan)
    return [text.nb for text in found]


@pytest.mark.parametrize(
    ("given_answer", "expected"),
    [
        (excepted("LED-14", TODAY + timedelta(days=90)), ["Unntak «title LED-14» til 19. februar 2027"]),
        (excepted("LED-14", TODAY + timedelta(days=91)), []),
        (excepted("LED-14", TODAY - timedelta(days=1)), ["Unntak «title LED-14» gikk ut 20. november 2026"]),
        (
            answer("LED-14", "not_met", reason="r", approver="Å", expires=TODAY),
            ["Risiko «title LED-14» til 21. november 2026"],
        ),
        (
            answer("LED-14", "partly", reason="r", approver="Å", expires=date(2026, 3, 1)),
            ["Risiko «title LED-14» gikk ut 1. mars 2026"],
        ),
        (
            answer("LED-14", "not_met", reason="Ikke satt av penger."),
            ["Penger til «title LED-14» (Ikke satt av penger)"],
        ),
        (answer("LED-14", "met", reason="r"), []),
        (answer("LED-14", "planned", note="Ny server"), ["Penger til planen for «title LED-14»"]),
        (answer("LED-14", "unknown", reason="r"), []),
        (answer("LED-14", "not_met"), []),
    ],
)
def test_management_is_asked_about_what_ends_and_what_has_no_money(given_answer: Answer, expected: list[str]) -> None:
    assert asked([given_answer]) == expected


def test_management_is_asked_what_the_actions_need_first() -> None:
    both = asked([excepted("LED-14", TODAY)], [finding()])

    assert both == ["Hva LV-DC01 får koste", "Unntak «title LED-14» til 21. november 2026"]
