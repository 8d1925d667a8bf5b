from __future__ import annotations

from datetime import date
from functools import cache
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.judge import by_class, judge
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.score import score
from sentinel.comply.sector.standing import BY_CLASS, LETTERS, Scorer, compact
from sentinel.model.compliance import Answer, EffectiveState, State
from sentinel.model.sector import Answered, Member
from tests.shared import ROOT

DAY = date(2026, 11, 22)
STATES: tuple[State, ...] = get_args(State)


@cache
def content() -> tuple[Checklist, Types]:
    return load_checklist(ROOT), load_types(ROOT)


@cache
def scorer() -> Scorer:
    return Scorer(*content(), DAY, "g")


answers = st.dictionaries(
    st.sampled_from([need.id for need in content()[0].requirements]),
    st.tuples(st.sampled_from(STATES), st.sampled_from([date(2026, 11, 21), DAY, date(2027, 1, 1)])),
    max_size=60,
)


@given(
    answers,
    st.sampled_from(sorted(content()[1].by_id)),
    st.dictionaries(st.sampled_from(["LARGE", "MD", "AI"]), st.booleans()),
)
def test_it_is_the_score_that_a_report_tells(
    given_answers: dict[str, tuple[State, date]], kind: str, said: dict[str, bool]
) -> None:
    catalogue, types = content()
    about = types.organisation("Fjæra", "000000002", kind, said)
    part = types.part(about, catalogue)
    full = {
        name: Answer(name, state, "Åse Lyngvik", DAY, "", "nei", "Åse Lyngvik", ends)
        for name, (state, ends) in given_answers.items()
    }
    judgements = judge(part, about, full.values(), (), DAY)
    told = score(judgements, part)

    member = Member("000000002", "Fjæra", kind, said, "000000002", agreed=True)
    found = scorer().standing(member, compact(member.number, DAY, part, full))

    assert (found.score, found.coverage, found.worst_case) == (told.score, told.coverage, told.worst_case)
    assert (found.level, found.part, found.version) == (told.level, told.checklist_id, told.checklist_version)
    assert found.states == "".join(BY_CLASS if by_class(one) else LETTERS[one.state] for one in judgements)


def test_every_state_has_a_letter_of_its_own() -> None:
    assert set(LETTERS) == set(get_args(EffectiveState))
    assert len({*LETTERS.values(), BY_CLASS}) == len(LETTERS) + 1


def test_nothing_of_who_answered_is_kept() -> None:
    catalogue, _ = content()
    answer = Answer("LED-01", "met", "Åse Lyngvik", DAY, "Notatet", "Grunnen", "Godkjenner", DAY)

    assert "Åse" not in repr(compact("000000002", DAY, catalogue, {"LED-01": answer}))
    assert "Notatet" not in repr(compact("000000002", DAY, catalogue, {"LED-01": answer}))


def test_an_answer_to_what_is_not_asked_is_counted_and_changes_no_number() -> None:
    member = Member("000000002", "Fjæra", "municipality", {}, "000000002", agreed=False)
    plain = Answered("000000002", DAY, "normen", "2026.2", "h", {"LED-01": "met"})
    more = Answered("000000002", DAY, "normen", "2026.2", "h", {"LED-01": "met", "OLD-99": "met"})

    before, after = (scorer().standing(member, one) for one in (plain, more))

    assert (before.unasked, after.unasked) == (0, 1)
    assert (before.score, before.coverage, before.states) == (after.score, after.coverage, after.states)
