from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given

from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.duties import duties_of, load_duties
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.breach import Decision, Duty, Outcome
from tests.comply.breach.parts import NOW, PACK, a_case, cases

KNOWN = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


def of(case: CaseFile, outcome: Outcome = "tell", now: datetime = NOW) -> dict[str, Duty]:
    return {duty.id: duty for duty in duties_of(case, Decision(outcome, "", (), ()), PACK.duties, PACK.clocks, now)}


def test_the_outcome_says_who_is_told() -> None:
    told = {
        outcome: [duty.id for duty in of(a_case(), outcome).values() if duty.applies == "yes"]
        for outcome in ("document", "notify", "tell")
    }

    assert told == {
        "document": ["register"],
        "notify": ["register", "datatilsynet"],
        "tell": ["register", "datatilsynet", "persons"],
    }


def test_the_clock_of_the_authority_starts_when_the_controller_knew() -> None:
    duty = of(a_case())["datatilsynet"]

    assert duty.deadline is not None
    assert duty.deadline.due == KNOWN + timedelta(hours=72)
    assert (duty.state, duty.hours_left) == ("running", 70.08)


def test_where_it_is_not_sure_what_starts_a_clock_the_earlier_moment_does() -> None:
    duty = of(a_case(essential_service="yes"))["nsm"]

    assert duty.deadline is not None
    assert duty.deadline.start == datetime(2026, 11, 20, 7, tzinfo=UTC)  # found at 08:00, known at 14:05
    assert (duty.state, duty.hours_left) == ("running", 16.0)


def test_what_is_not_known_to_apply_has_its_clock_running() -> None:
    duty = of(a_case(essential_service="unknown"))["nsm"]

    assert (duty.applies, duty.state) == ("unknown", "running")
    assert of(a_case())["nsm"].deadline is None


def test_a_processor_tells_the_controller_and_not_the_authority() -> None:
    assert {"register", "datatilsynet", "persons"}.isdisjoint(of(a_case(role="processor")))
    assert of(a_case(role="processor"))["controller"].applies == "yes"
    assert "controller" not in of(a_case())


@pytest.mark.parametrize(
    ("done", "hours", "state"),
    [({}, 50, "near"), ({}, 73, "passed"), ({"datatilsynet": 71}, 99, "done"), ({"datatilsynet": 73}, 99, "done_late")],
)
def test_a_duty_stands_as_its_deadline_does(done: dict[str, int], hours: int, state: str) -> None:
    when = {name: (KNOWN + timedelta(hours=after)).isoformat() for name, after in done.items()}
    duty = of(a_case(done=when), now=KNOWN + timedelta(hours=hours))["datatilsynet"]

    assert duty.state == state
    assert (duty.hours_left is None) == bool(done)


def test_a_duty_without_hours_is_done_when_it_is() -> None:
    assert of(a_case())["persons"].state is None
    assert of(a_case(done={"persons": KNOWN.isoformat()}))["persons"].state == "done"


def test_where_telling_each_is_too_much_it_is_made_public() -> None:
    letters = Decision("tell", "", (), ())
    public = Decision("notify", "disproportionate", (), ())
    told = {
        decision.outcome: [
            duty.id
            for duty in duties_of(a_case(), decision, PACK.duties, PACK.clocks, NOW)
            if duty.applies == "yes" and duty.id in {"persons", "public"}
        ]
        for decision in (letters, public)
    }

    assert told == {"tell": ["persons"], "notify": ["public"]}


def test_a_law_is_none_before_its_day() -> None:
    early = {key: f"2025-09-30T{hour}:00" for key, hour in (("began", 10), ("ended", 11), ("found", 12), ("known", 13))}

    assert "nsm" not in of(a_case(times=early, essential_service="yes"))


def test_nothing_that_could_not_be_confirmed_is_shown_as_more() -> None:
    sure = {entry.id: entry.law.confidence for entry in PACK.duties}

    assert {name for name, confidence in sure.items() if confidence == "confirmed"} == {"nsm"}
    assert {name for name, confidence in sure.items() if confidence == "unverified"} == {
        "nhn",
        "patient-safety",
        "device",
        "police",
    }
    assert all("ikke" in e.what.nb and "not" in e.what.en for e in PACK.duties if e.law.confidence == "unverified")


@given(cases())
def test_a_duty_that_does_not_apply_has_no_deadline_and_every_one_is_told(case: CaseFile) -> None:
    found = of(case)

    assert all(duty.deadline is None for duty in found.values() if duty.applies == "no")
    assert set(found) == {entry.id for entry in PACK.duties if case.role in entry.roles}


def test_a_clock_that_is_not_there_and_a_duty_twice_are_faults(tmp_path: Path) -> None:
    text = (root() / "checklists" / "breach" / "duties.yml").read_text(encoding="utf-8")
    (tmp_path / "checklists" / "breach").mkdir(parents=True)
    (tmp_path / "checklists" / "breach" / "duties.yml").write_text(
        text.replace("clock: gdpr-33", "clock: gdpr-34")
        .replace("id: police", "id: device")
        .replace("2021-05-26", "2018-07-20")
    )

    with pytest.raises(ContentError) as caught:
        load_duties(tmp_path, PACK.clocks)

    assert [str(fault).partition(": ")[2] for fault in caught.value.faults] == [
        "unknown clock 'gdpr-34', did you mean gdpr-36 or gdpr-33?",
        "duty device is written twice for one day",
    ]
