from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.crosswalk.read import Atlas
from sentinel.comply.crosswalk.through import coverage
from sentinel.errors import SettingsError
from sentinel.model.compliance import Answer, EffectiveState, Guidance, Judgement, Requirement
from sentinel.model.crosswalks import Coverage, Crosswalk, Link, Relation
from sentinel.model.text import Text
from tests.comply.crosswalk.small import THINGS, WORD, Places, crosswalk, framework, places
from tests.comply.small import TODAY, answer

NEED = Requirement(
    id="",
    chapter="",
    title=WORD,
    text=WORD,
    question=WORD,
    why=WORD,
    how=WORD,
    applies="ALL",
    weight=1,
    gate=False,
    duty="must",
    basis="law",
    guidance=Guidance(WORD, WORD, WORD, ()),
    references=(),
)
STATES: tuple[EffectiveState, ...] = ("met", "partly", "not_met", "disputed")
RANK = {"not_known": 0, "not_met": 0, "partly": 1, "met": 2}


def judged(name: str, state: EffectiveState, given: Answer | None = None) -> Judgement:
    return Judgement(replace(NEED, id=name), state, given, (), Text("", ""))


def one(relation: Relation, state: EffectiveState) -> Coverage:
    walk = Crosswalk("a-b", "a", "b", WORD, "known", (Link("a1", "b1", relation, "known"),))
    own, theirs = framework("a", {"a1": frozenset()}), framework("b", {"b1": frozenset(), "b2": frozenset()})
    return coverage(Atlas({"a": own, "b": theirs}, (walk,)), "a", "b", [judged("a1", state)], TODAY)


@pytest.mark.parametrize(
    ("relation", "state", "known"),
    [
        ("equal", "met", "met"),
        ("broader", "met", "met"),
        ("narrower", "met", "partly"),
        ("intersects", "met", "partly"),
        ("equal", "partly", "partly"),
        ("narrower", "partly", "partly"),
        ("broader", "partly", "not_known"),
        ("intersects", "partly", "not_known"),
        ("equal", "not_met", "not_met"),
        ("narrower", "not_met", "not_met"),
        ("broader", "not_met", "not_known"),
        ("intersects", "not_met", "not_known"),
        ("equal", "disputed", "not_known"),
        ("equal", "not_assessed", "not_known"),
        ("equal", "not_applicable", "not_known"),
    ],
)
def test_what_one_link_says(relation: Relation, state: EffectiveState, known: str) -> None:
    found = one(relation, state)

    assert [place.state for place in found.places] == [known, "not_known"]
    assert found.share == (50.0 if known == "met" else 0.0)


def test_a_part_that_nobody_answered_keeps_the_whole_from_being_met() -> None:
    links = (Link("a1", "b1", "broader", "known"), Link("a2", "b1", "narrower", "known"))
    atlas = Atlas(
        {"a": framework("a", {"a1": frozenset(), "a2": frozenset()}), "b": framework("b", {"b1": frozenset()})},
        (Crosswalk("a-b", "a", "b", WORD, "known", links),),
    )
    met = judged("a1", "met")

    def state(*others: Judgement) -> str:
        return coverage(atlas, "a", "b", [met, *others], TODAY).places[0].state

    assert state() == "partly"
    assert state(judged("a2", "not_met")) == "partly"
    assert state(judged("a2", "met")) == "met"
    assert state(judged("a2", "not_applicable", answer("a2", "not_applicable"))) == "partly"
    assert state(judged("a2", "not_applicable")) == "met"  # its class is not true, so there is no such part


def test_the_state_is_as_sure_as_the_framework_at_most() -> None:
    walk = Crosswalk("a-b", "a", "b", WORD, "confirmed", (Link("a1", "b1", "equal", "confirmed"),))
    unsure = replace(framework("b", {"b1": frozenset()}), confidence="unverified")
    atlas = Atlas({"a": framework("a", {"a1": frozenset()}), "b": unsure}, (walk,))

    assert coverage(atlas, "a", "b", [judged("a1", "met")], TODAY).places[0].confidence == "unverified"


def test_what_nobody_knows_is_refused_with_what_is_known() -> None:
    atlas = Atlas({"a": framework("a", {"a1": frozenset()}), "bee": framework("bee", {"b1": frozenset()})}, ())

    with pytest.raises(SettingsError, match="did you mean bee"):
        coverage(atlas, "a", "be", [judged("a1", "met")], TODAY)
    with pytest.raises(SettingsError, match="no crosswalk leads from a to bee"):
        coverage(atlas, "a", "bee", [judged("a1", "met")], TODAY)


def truly(asked: frozenset[int], done: frozenset[int]) -> EffectiveState:
    return "met" if asked <= done else "partly" if asked & done else "not_met"


@given(places("a"), places("b"), places("c"), st.frozensets(st.integers(0, THINGS - 1)), st.data())
def test_it_never_says_more_than_is_true(
    firsts: Places, middles: Places, lasts: Places, done: frozenset[int], data: st.DataObject
) -> None:
    """The sets behind the places are what they ask for, `done` is what is in place; some requirements go unanswered."""
    answered = data.draw(st.frozensets(st.sampled_from(sorted(firsts))))
    walks = (crosswalk("b", middles, "a", firsts), crosswalk("b", middles, "c", lasts))
    names = {"a": firsts, "b": middles, "c": lasts}
    atlas = Atlas({name: framework(name, sets) for name, sets in names.items()}, walks)
    states = {name: truly(asked, done) if name in answered else "not_assessed" for name, asked in firsts.items()}

    found = coverage(atlas, "a", "c", [judged(name, state) for name, state in states.items()], TODAY)

    for place in found.places:
        truth = truly(lasts[place.place], done)
        if place.state == "met":
            assert truth == "met"
        if place.state == "partly":
            assert truth != "not_met"
        if place.state == "not_met":
            assert truth != "met"
    assert found.met + found.partly + found.not_met + found.not_known == len(lasts)


@given(places("a"), places("b"), st.data())
def test_taking_an_answer_back_never_raises_a_place_and_order_does_not_matter(
    firsts: Places, lasts: Places, data: st.DataObject
) -> None:
    """Also where answers contradict one another."""
    atlas = Atlas({"a": framework("a", firsts), "b": framework("b", lasts)}, (crosswalk("a", firsts, "b", lasts),))
    states = [data.draw(st.sampled_from(STATES)) for _ in firsts]
    before = [judged(name, state) for name, state in zip(firsts, states, strict=True)]
    gone = data.draw(st.integers(0, len(before) - 1))
    after = [replace(item, state="not_assessed") if place == gone else item for place, item in enumerate(before)]

    whole, less = (coverage(atlas, "a", "b", given, TODAY).places for given in (before, after))

    assert all(RANK[now.state] <= RANK[then.state] for then, now in zip(whole, less, strict=True))
    assert coverage(atlas, "a", "b", before[::-1], TODAY).places == whole
