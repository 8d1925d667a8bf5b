from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.dpia.completeness import CHECKS, Looked, items_of
from sentinel.comply.dpia.events import events_of
from sentinel.model.dpia import Item
from tests.comply.dpia.parts import AS_OF, PACK, estimate, file

ALWAYS = ("access", "change", "loss")
OPEN = {"missing", "partly"}


def looked(**changed: Any) -> dict[str, Item]:  # noqa: ANN401 -- what a file may hold
    made = file(**changed)
    return {item.id: item for item in items_of(Looked(made, events_of(made, PACK), PACK, AS_OF))}


def state(name: str, **changed: Any) -> str:  # noqa: ANN401 -- what a file may hold
    return looked(**changed)[name].state


def events(**one: Any) -> dict[str, Any]:  # noqa: ANN401 -- what an event may hold
    return {"events": dict.fromkeys(ALWAYS, one)}


def test_of_an_empty_file_every_item_is_missing() -> None:
    found = looked()

    assert {item.state for item in found.values()} == {"missing"}
    assert len(found) == 27


def test_several_fields_are_partly_there_until_all_are() -> None:
    some = {"nature": "a", "scope": "b"}

    item = looked(description=some)["nature-and-purposes"]
    assert (item.state, item.because.en) == ("partly", "This is missing: context and purposes.")
    assert state("nature-and-purposes", description=some | {"context": "c", "purposes": "d"}) == "met"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([], "missing"),
        ([{"recipients": "alle"}], "missing"),
        ([{"what": "navn", "recipients": "vi", "retention": "ti år"}, {"what": "bilder"}], "partly"),
        ([{"what": "navn", "recipients": "vi", "retention": "ti år"}], "met"),
    ],
)
def test_each_kind_of_data_needs_who_gets_it_and_how_long(data: list[dict[str, str]], found: str) -> None:
    assert state("data-and-recipients", description={"data": data}) == found


@pytest.mark.parametrize(
    ("dpo", "found"),
    [
        ({}, "missing"),
        ({"designated": "no"}, "missing"),
        ({"designated": "no", "because": "Liten virksomhet."}, "not_relevant"),
        ({"designated": "yes", "followed": "yes"}, "missing"),
        ({"designated": "yes", "advice": "Vent.", "followed": "yes"}, "partly"),
        ({"designated": "yes", "advice": "Vent.", "date": "2026-11-01"}, "partly"),
        ({"designated": "yes", "advice": "Vent.", "date": "2026-11-01", "followed": "no"}, "partly"),
        ({"advice": "Vent.", "date": "2026-11-01", "followed": "no", "because": "Fordi."}, "met"),
        ({"designated": "yes", "advice": "Vent.", "date": "2026-11-01", "followed": "yes"}, "met"),
    ],
)
def test_the_officers_advice_is_there_only_with_what_became_of_it(dpo: dict[str, str], found: str) -> None:
    assert state("dpo-advice", dpo=dpo) == found


@pytest.mark.parametrize(
    ("views", "found"),
    [
        ({}, "missing"),
        ({"asked": "no"}, "missing"),
        ({"asked": "doubt", "because": "x"}, "missing"),
        ({"asked": "no", "because": "Det ville røpe dem."}, "met"),
        ({"asked": "yes", "who": "Brukerrådet"}, "partly"),
        ({"asked": "yes", "who": "Brukerrådet", "views": "De vil."}, "met"),
    ],
)
def test_those_concerned_are_asked_or_it_is_said_why_not(views: dict[str, str], found: str) -> None:
    assert state("views", views=views) == found


HIGH = events(before=estimate(3, 3))
ACCEPTED = {"by": "Åse", "role": "Leder", "date": "2026-11-10", "because": "Nytten er større."}


def test_a_high_risk_that_nobody_accepted_is_missing_and_one_accepted_asks_for_datatilsynet() -> None:
    assert state("residual", **HIGH) == "missing"
    assert state("consultation", **HIGH) == "missing"

    given_ = events(before=estimate(3, 3), accepted=ACCEPTED)
    assert state("residual", **given_) == "met"
    assert state("consultation", **given_) == "missing"
    sent = {"sent": "2026-11-01"}
    assert state("consultation", **given_, consultation=sent) == "partly"
    answered = sent | {"answered": "2026-11-20"}
    assert state("consultation", **given_, consultation=answered) == "partly"
    assert state("consultation", **given_, consultation=answered | {"outcome": "Kan starte."}) == "met"


def test_no_high_risk_needs_no_consultation_but_only_once_every_event_is_judged() -> None:
    low = {"before": estimate(1, 1)}

    assert state("consultation", **events(**low)) == "not_relevant"
    assert state("residual", **events(**low)) == "met"
    assert state("consultation", events={"access": low, "change": low}) == "missing"
    assert state("residual", events={"access": low, "change": low}) == "missing"


def test_a_measure_counts_with_title_owner_and_day() -> None:
    rests = events(measures=["lock"])
    whole = {"title": "Lås", "owner": "Leder", "due": "2026-12-01"}

    assert state("risk-measures", **rests, measures={"lock": whole}) == "met"
    assert state("risk-measures", **rests, measures={"lock": {"title": "Lås", "owner": "Leder"}}) == "missing"
    one = {"events": {"access": {"measures": ["lock"]}}, "measures": {"lock": whole}}
    assert state("risk-measures", **one) == "partly"


def test_management_decides_after_the_advice_it_decides_upon() -> None:
    decided = {"by": "Åse", "role": "Leder", "date": "2026-11-10", "decision": "Vi starter."}

    assert state("approval", approval={"by": "Åse"}) == "partly"
    assert state("approval", approval=decided) == "met"
    assert state("approval", approval=decided, dpo={"advice": "Vent.", "date": "2026-11-09"}) == "met"
    early = looked(approval=decided, dpo={"advice": "Vent.", "date": "2026-11-11"})["approval"]
    assert early.state == "partly"
    assert "before there was the advice of the data protection officer" in early.because.en


def test_a_review_that_has_passed_is_not_met() -> None:
    assert state("review", review="2026-11-21") == "met"
    assert state("review", review="2026-11-20") == "partly"


def test_what_is_left_out_or_unfinished_says_so() -> None:
    left = {"transfers": "Ingen utenfor EØS har tilgang."}

    assert state("transfers", not_relevant=left) == "not_relevant"
    assert state("transfers", not_relevant=left, rights={"transfers": "USA"}) == "met"
    assert state("lifecycle", not_relevant={"lifecycle": "Vi vet det ikke ennå."}) == "missing"
    assert state("lifecycle", description={"lifecycle": "a"}, unfinished={"lifecycle": "Sletting"}) == "partly"
    assert state("lifecycle", unfinished={"lifecycle": "Sletting"}) == "missing"


def test_every_check_belongs_to_an_item_and_every_item_has_one() -> None:
    assert {entry.check for entry in PACK.items if entry.check} == set(CHECKS)


WORDS = st.sampled_from(["", "Noe."])
PARTS = {
    "description": ("nature", "scope", "context", "purposes", "codes", "lifecycle", "systems"),
    "necessity": ("purpose", "basis", "minimisation", "accuracy", "retention"),
    "rights": ("information", "access", "correction", "objection", "processors", "transfers"),
}
ESTIMATES = st.none() | st.builds(estimate, st.integers(1, 4), st.integers(1, 4))
EVENTS = st.fixed_dictionaries(
    {
        "sources": st.lists(WORDS, max_size=2),
        "threats": st.lists(WORDS, max_size=2),
        "impacts": st.lists(WORDS, max_size=2),
        "before": ESTIMATES,
        "after": ESTIMATES,
        "accepted": st.none() | st.just(ACCEPTED),
    }
)
FILES = st.fixed_dictionaries(
    {
        **{part: st.fixed_dictionaries(dict.fromkeys(names, WORDS)) for part, names in PARTS.items()},
        "events": st.fixed_dictionaries(dict.fromkeys(ALWAYS, EVENTS)),
        "review": st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)).map(date.isoformat),
    }
)


@given(FILES, st.data())
def test_a_text_taken_away_never_makes_an_item_better(whole: dict[str, Any], data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(PARTS)))
    name = data.draw(st.sampled_from(PARTS[part]))
    less = {**whole, part: {**whole[part], name: ""}}
    before, after = looked(**whole), looked(**less)

    rank = {"met": 2, "partly": 1, "missing": 0}
    assert all(
        rank[after[one].state] <= rank[before[one].state]
        for one in before
        if before[one].state in rank and after[one].state in rank
    )


@given(FILES, st.sampled_from(ALWAYS))
def test_an_event_taken_away_never_makes_an_item_better(whole: dict[str, Any], name: str) -> None:
    less = {**whole, "events": {key: value for key, value in whole["events"].items() if key != name}}
    before, after = looked(**whole), looked(**less)

    assert [one for one in before if before[one].state in OPEN and after[one].state not in OPEN] == []
