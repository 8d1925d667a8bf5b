"""What others answered, beside one's own: the tables of docs/groups.md, and what holds whatever is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import Checklist
from sentinel.comply.delivery import Delivery, Part
from sentinel.comply.inherit import Accepted, Consent, Laid, Place, lay, tell
from sentinel.comply.inheritance import Inheritance, load_inheritance
from sentinel.comply.judge import effective_state, judge
from sentinel.comply.levels import RANK
from sentinel.comply.score import score, shares
from sentinel.model.compliance import Answer, EffectiveState, Giver, InheritedState, Judgement, State
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, excepted

UNIT = EVERYTHING.number
NAMES = ("DRF-07", "DRF-10", "DRF-21")
RANKED: list[EffectiveState] = ["met", "partly", "planned", "not_met", "unknown", "not_assessed"]
"""Best first; what nobody assessed is never better than what is known to be missing."""
OPEN_END = date(2027, 12, 31)
ACCEPTANCE = Consent("Åse Lyngvik", date(2026, 9, 10), date(2026, 12, 31))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def known(base: Path) -> Checklist:
    return checklist(base)


@pytest.fixture(scope="module")
def inheritance(base: Path, known: Checklist) -> Inheritance:
    return load_inheritance(base, known)


def delivery(
    *answers: Answer, name: str = "Tareskjær IKT IKS", giver: Giver = "operator", until: date = OPEN_END
) -> Delivery:
    return Delivery(
        giver=giver,
        name=name,
        number="000000200",
        source=f"{name}.yml",
        serves={UNIT: (date(2026, 1, 1), until)},
        parts={one: Part(f"gjør {one}", f"enheten har {one}") for one in NAMES},
        answers={one.requirement: one for one in answers},
    )


def accepted(given: Delivery, names: Iterable[str] = NAMES, acceptance: Consent = ACCEPTANCE) -> Accepted:
    return Accepted(given, dict.fromkeys(names, acceptance))


def one(inheritance: Inheritance, own: list[Answer], *others: Accepted, as_of: date = TODAY) -> Laid:
    return lay(Place(UNIT, as_of, inheritance), own, others)


def state_of(laid: Laid, name: str) -> EffectiveState:
    found = [given for given in laid.answers if given.requirement == name]
    return effective_state(found[0] if found else None, (), TODAY)


@pytest.mark.parametrize(
    ("name", "theirs", "own", "stands", "worth"),
    [
        ("DRF-07", "met", None, "met", "stands"),
        ("DRF-07", "not_met", None, "not_met", "stands"),
        ("DRF-07", "met", "partly", "partly", "stands"),
        ("DRF-07", "partly", "met", "partly", "stands"),
        ("DRF-07", "not_met", "met", "not_met", "stands"),
        ("DRF-07", None, "met", "not_assessed", "unanswered"),
        ("DRF-07", "unknown", "met", "unknown", "stands"),
        ("DRF-07", "met", "unknown", "unknown", "stands"),
        ("DRF-07", "planned", "met", "planned", "stands"),
        ("DRF-07", "not_met", "planned", "not_met", "stands"),
        ("DRF-21", "met", None, "not_assessed", "own_missing"),
        ("DRF-21", "not_met", None, "not_assessed", "own_missing"),
        ("DRF-21", "met", "met", "met", "stands"),
        ("DRF-21", "partly", "not_met", "not_met", "stands"),
    ],
)
def test_the_worse_counts_and_what_is_missing_is_not_assessed(
    inheritance: Inheritance,
    name: str,
    theirs: State | None,
    own: State | None,
    stands: EffectiveState,
    worth: InheritedState,
) -> None:
    laid = one(
        inheritance,
        [answer(name, own)] if own else [],
        accepted(delivery(*([answer(name, theirs)] if theirs else [])), [name]),
    )

    assert (state_of(laid, name), laid.inherited[name][0].state) == (stands, worth)


def test_nobody_can_say_for_another_that_something_is_not_relevant(inheritance: Inheritance) -> None:
    theirs = one(inheritance, [], accepted(delivery(excepted("DRF-07"))))
    own = one(inheritance, [excepted("DRF-07")], accepted(delivery(answer("DRF-07", "met"))))

    assert (state_of(theirs, "DRF-07"), theirs.inherited["DRF-07"][0].state) == ("not_assessed", "unanswered")
    assert (state_of(own, "DRF-07"), own.inherited["DRF-07"][0].state) == ("not_assessed", "unsettled")


def test_what_nobody_accepted_helps_nobody_and_still_counts_against(inheritance: Inheritance) -> None:
    alone = one(inheritance, [], accepted(delivery(answer("DRF-07", "met")), ()))
    worse = one(inheritance, [answer("DRF-07", "met")], accepted(delivery(answer("DRF-07", "not_met")), ()))

    assert (state_of(alone, "DRF-07"), alone.inherited["DRF-07"][0].state) == ("not_assessed", "not_accepted")
    assert state_of(worse, "DRF-07") == "not_met"


@pytest.mark.parametrize(
    ("until", "expires"), [(TODAY - timedelta(days=1), OPEN_END), (OPEN_END, TODAY - timedelta(days=1))]
)
def test_an_end_ends_it_until_the_unit_answers_anew(inheritance: Inheritance, until: date, expires: date) -> None:
    ended = accepted(delivery(answer("DRF-07", "met"), until=until), ["DRF-07"], replace(ACCEPTANCE, expires=expires))
    before, after = answer("DRF-07", "met", TODAY - timedelta(days=9)), answer("DRF-07", "partly", TODAY)

    assert one(inheritance, [], ended).inherited["DRF-07"][0].state == "ended"
    assert state_of(one(inheritance, [], ended), "DRF-07") == "not_assessed"
    assert state_of(one(inheritance, [before], ended), "DRF-07") == "not_assessed"
    assert state_of(one(inheritance, [after], ended), "DRF-07") == "partly"


def test_the_last_day_still_counts(inheritance: Inheritance) -> None:
    last = accepted(delivery(answer("DRF-07", "met"), until=TODAY), acceptance=replace(ACCEPTANCE, expires=TODAY))

    assert state_of(one(inheritance, [], last), "DRF-07") == "met"


def test_a_unit_that_is_not_served_and_accepts_nothing_inherits_nothing(inheritance: Inheritance) -> None:
    found = lay(Place("000000009", TODAY, inheritance), [answer("DRF-07", "met")], [accepted(delivery(), ())])

    assert found.inherited == {}
    assert [given.state for given in found.answers] == ["met"]


def told(known: Checklist, laid: Laid) -> dict[str, Judgement]:
    judged = judge(known, EVERYTHING, laid.answers, (), TODAY)
    return {item.requirement.id: item for item in tell(judged, laid.inherited)}


def test_the_reason_says_who_from_where_until_when_and_what_stays(known: Checklist, inheritance: Inheritance) -> None:
    found = told(known, one(inheritance, [], accepted(delivery(answer("DRF-07", "met")))))

    assert found["DRF-07"].reason.nb == (
        "Åse Lyngvik svarte «oppfylt» 21. november 2026. Arvet fra Tareskjær IKT IKS, som svarte «oppfylt»; godtatt av "
        "Åse Lyngvik, gjelder til 31. desember 2026. Hos Tareskjær IKT IKS: "
        "Gjør DRF-07. Hos enheten: Enheten har DRF-07."
    )
    assert found["DRF-10"].reason.en.startswith("Tareskjær IKT IKS does a part of this and has not answered.")
    assert found["LED-14"].inherited == ()


def test_both_answers_are_shown_where_both_are_given(known: Checklist, inheritance: Inheritance) -> None:
    found = told(known, one(inheritance, [answer("DRF-07", "partly")], accepted(delivery(answer("DRF-07", "met")))))[
        "DRF-07"
    ]

    assert (found.state, found.answer) == ("partly", answer("DRF-07", "partly"))
    assert found.inherited[0].answer == answer("DRF-07", "met")
    assert "Det dårligste av svarene teller." in found.reason.nb


def test_what_does_not_apply_is_left_as_it_is(known: Checklist, inheritance: Inheritance) -> None:
    laid = one(inheritance, [], accepted(delivery(answer("DRF-10", "met"))))
    nobody = replace(EVERYTHING, facts=frozenset({"ALL"}))
    judged = judge(known, nobody, laid.answers, (), TODAY)

    assert [item for item in tell(judged, laid.inherited) if item.requirement.id == "DRF-10"] == [
        item for item in judged if item.requirement.id == "DRF-10"
    ]


STATES: list[State] = ["met", "partly", "planned", "not_met", "unknown"]
SOME = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(STATES))
NAMED = st.frozensets(st.sampled_from(NAMES))
OPERATOR = st.tuples(SOME, NAMED)


def made(states: dict[str, State]) -> list[Answer]:
    return [answer(name, state) for name, state in states.items()]


def several(operators: list[tuple[dict[str, State], frozenset[str]]]) -> list[Accepted]:
    return [
        accepted(delivery(*made(states), name=f"Drift {index}"), names)
        for index, (states, names) in enumerate(operators)
    ]


def standing(known: Checklist, laid: Laid) -> tuple[float, int]:
    judged = judge(known, EVERYTHING, laid.answers, (), TODAY)
    return float(shares(judged).worst_case or 0), RANK[score(judged, known).level]


@given(SOME, st.lists(OPERATOR, min_size=1, max_size=3))
def test_a_unit_is_never_better_than_its_operators_nor_than_its_own_answer(
    inheritance: Inheritance, own: dict[str, State], operators: list[tuple[dict[str, State], frozenset[str]]]
) -> None:
    laid = one(inheritance, made(own), *several(operators))

    for name in NAMES:
        here = RANKED.index(state_of(laid, name))
        for states, names in operators:
            if name in names or name in own:
                theirs = effective_state(answer(name, states[name]) if name in states else None, (), TODAY)
                assert here >= RANKED.index(theirs)
        if name in own:
            assert here >= RANKED.index(effective_state(answer(name, own[name]), (), TODAY))


@given(SOME, st.lists(OPERATOR, max_size=3))
def test_the_order_of_answers_and_deliveries_is_irrelevant(
    inheritance: Inheritance,
    own: dict[str, State],
    operators: list[tuple[dict[str, State], frozenset[str]]],
) -> None:
    answers, others = made(own), several(operators)
    first = one(inheritance, answers, *others)

    again = one(inheritance, answers[::-1], *others[::-1])

    assert again.inherited == first.inherited
    assert sorted(again.answers, key=lambda given: given.requirement) == sorted(
        first.answers, key=lambda given: given.requirement
    )


@given(SOME, st.lists(OPERATOR, min_size=1, max_size=3), st.data())
def test_withdrawing_an_answer_or_an_acceptance_raises_nothing(
    known: Checklist,
    inheritance: Inheritance,
    own: dict[str, State],
    operators: list[tuple[dict[str, State], frozenset[str]]],
    data: st.DataObject,
) -> None:
    before = standing(known, one(inheritance, made(own), *several(operators)))
    index = data.draw(st.integers(0, len(operators) - 1))
    name, (states, names) = data.draw(st.sampled_from(NAMES)), operators[index]
    without = {key: state for key, state in states.items() if key != name}

    for fewer in ((without, names), (states, names - {name})):
        changed = [*operators[:index], fewer, *operators[index + 1 :]]
        after = standing(known, one(inheritance, made(own), *several(changed)))
        assert after[0] <= before[0]
        assert after[1] <= before[1]


@pytest.mark.parametrize(
    ("better", "worse"), [pair for pair in product(STATES, STATES) if STATES.index(pair[0]) < STATES.index(pair[1])]
)
@pytest.mark.parametrize("own", [None, "met", "partly", "not_met"])
def test_a_worse_answer_of_the_operator_raises_nothing(
    known: Checklist, inheritance: Inheritance, better: State, worse: State, own: State | None
) -> None:
    mine = [answer("DRF-07", own)] if own else []
    found = [
        standing(known, one(inheritance, mine, accepted(delivery(answer("DRF-07", state)))))
        for state in (better, worse)
    ]

    assert found[1][0] <= found[0][0]
    assert found[1][1] <= found[0][1]
