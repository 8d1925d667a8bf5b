from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sentinel.comply.checklist import Checklist
from sentinel.comply.judge import judge
from sentinel.comply.reasons import Standing, gate_reason, level_reason, open_gates
from sentinel.model.compliance import Answer, Evidence, Judgement, State
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, evidence, signal


@cache
def small() -> Checklist:
    with TemporaryDirectory() as folder:
        return checklist(Path(folder))


def gates(copy: State | None, log: State | None, *seen: Evidence) -> list[Judgement]:
    given = [answer(name, state) for name, state in (("DRF-07", copy), ("DRF-10", log)) if state]
    judged = judge(small(), EVERYTHING, given, seen, TODAY)
    return [judgement for judgement in judged if judgement.requirement.gate]


YELLOW = Standing("yellow", "green", Fraction(9, 10), Fraction(9, 10))


@pytest.mark.parametrize(
    ("state", "seen", "nb", "en"),
    [
        ("not_met", (), "Kopien mangler.", "The copy is missing."),
        ("partly", (), "Det er bare delvis slik at kopien finnes.", "It is only partly so that the copy exists."),
        (None, (), "Ingen har vurdert om kopien finnes.", "Nobody has assessed whether the copy exists."),
        ("planned", (), "Det er bare planlagt at kopien finnes.", "It is only planned that the copy exists."),
        ("unknown", (), "Ingen vet om kopien finnes.", "Nobody knows whether the copy exists."),
        (
            "met",
            (evidence("DRF-07", "contradicts"),),
            "Målinger taler mot at kopien finnes.",
            "Measurements speak against the claim that the copy exists.",
        ),
    ],
)
def test_a_gate_says_in_words_why_it_is_not_met(
    state: State | None, seen: tuple[Evidence, ...], nb: str, en: str
) -> None:
    reason = gate_reason(gates(state, "met", *seen)[0], small().levels)

    assert (reason.nb, reason.en) == (nb, en)


def test_the_first_sentences_name_the_gates_that_hold_the_level_down() -> None:
    two = level_reason(YELLOW, gates("not_met", None), small().levels)
    only = level_reason(YELLOW, gates("met", "not_met"), small().levels)

    assert two.nb == (
        "Nivå gult. To sperrer holder nivået nede: kopien mangler og ingen har vurdert om oppslag blir logget."
    )
    assert two.en == (
        "Level yellow. Two gates hold the level down: the copy is missing and nobody has assessed whether look-ups are "
        "logged."
    )
    assert only.nb == "Nivå gult. Én sperre holder nivået nede: oppslag blir ikke logget."


def test_the_same_opening_is_said_once() -> None:
    assert level_reason(YELLOW, gates(None, None), small().levels).nb == (
        "Nivå gult. To sperrer holder nivået nede: ingen har vurdert om kopien finnes og om oppslag blir logget."
    )
    assert "whether the copy exists and whether look-ups" in level_reason(YELLOW, gates(None, None), small().levels).en


def test_at_most_three_gates_are_named() -> None:
    many = gates("not_met", "not_met") * 3

    assert level_reason(YELLOW, many, small().levels).nb == (
        "Nivå gult. Seks sperrer holder nivået nede, blant dem: kopien mangler, oppslag blir ikke logget og kopien "
        "mangler."
    )


def test_what_is_known_to_be_missing_comes_before_what_nobody_looked_at() -> None:
    ordered = open_gates(gates(None, "not_met"))
    measured = open_gates(gates("partly", "met", evidence("DRF-10", "caps", "partly")))

    assert [gate.requirement.id for gate in ordered] == ["DRF-10", "DRF-07"]
    assert [gate.requirement.id for gate in measured] == ["DRF-10", "DRF-07"]


@pytest.mark.parametrize(
    ("standing", "nb"),
    [
        (
            Standing("green", "green", Fraction(9, 10), Fraction(9, 10)),
            "Nivå grønt. Alle sperrer er oppfylt.",
        ),
        (
            Standing("green", "green", Fraction(9, 10), Fraction(9, 10), 2),
            "Nivå grønt. Alle andre sperrer er oppfylt, men to sperrer er satt til ikke relevant og er ikke med.",
        ),
        (
            Standing("yellow", "yellow", Fraction(1, 2), Fraction(1, 2)),
            "Nivå gult. I verste fall er 50 av 100 på plass; grønt krever 80.",
        ),
        (
            Standing("red", "red", Fraction(1, 3), Fraction(1, 3)),
            "Nivå rødt. I verste fall er 33 av 100 på plass; gult krever 40.",
        ),
        (
            Standing("yellow", "yellow", Fraction(799, 1000), Fraction(799, 1000)),
            "Nivå gult. I verste fall er knapt 80 av 100 på plass; grønt krever 80.",
        ),
        (
            Standing("red", "red", Fraction(1), Fraction(1, 10)),
            "Nivå rødt. Mye er satt til ikke relevant, og av alt som kan gjelde er 10 av 100 på plass; gult krever 30.",
        ),
        (Standing("red", "red", None, None), "Nivå rødt. Ingenting er vurdert."),
    ],
)
def test_where_the_numbers_hold_the_level_the_sentence_says_so(standing: Standing, nb: str) -> None:
    assert level_reason(standing, gates("met", "met"), small().levels).nb == nb


def test_gates_and_numbers_are_both_told_where_both_hold_the_level() -> None:
    standing = Standing("yellow", "yellow", Fraction(1, 2), Fraction(1, 2))

    assert level_reason(standing, gates("not_met", "met"), small().levels).nb == (
        "Nivå gult. Én sperre holder nivået nede: kopien mangler. I verste fall er 50 av 100 på plass; grønt krever 80."
    )


def test_gates_do_not_hold_down_what_the_numbers_already_do() -> None:
    standing = Standing("red", "red", Fraction(1, 5), Fraction(1, 5))
    two, one = gates("not_met", "not_met"), gates("met", "not_met")

    assert level_reason(standing, two, small().levels).nb == (
        "Nivå rødt. I verste fall er 20 av 100 på plass; gult krever 40. To sperrer er heller ikke på plass: kopien "
        "mangler og oppslag blir ikke logget."
    )
    assert "One gate is not in place either: look-ups" in level_reason(standing, one, small().levels).en
    assert "Two gates are not in place either: the copy" in level_reason(standing, two, small().levels).en


def test_a_gate_declared_not_relevant_holds_nothing_down() -> None:
    away = Answer("DRF-07", "not_applicable", "Åse", TODAY, reason="a", approver="b", expires=TODAY)
    judged = judge(small(), EVERYTHING, [away, answer("DRF-10", "met")], [], TODAY)

    assert open_gates(j for j in judged if j.requirement.gate) == []


def test_a_gate_that_an_own_assessment_speaks_against_is_not_said_to_be_measured() -> None:
    read = evidence("DRF-07", "contradicts", seen=signal("dpia-unfinished-in-use", kind="document"))
    by_both = gates("met", "met", read, evidence("DRF-07", "contradicts"))[0]
    by_document = gates("met", "met", read)[0]

    assert gate_reason(by_document, small().levels).nb == "Egne vurderinger taler mot at kopien finnes."
    assert gate_reason(by_both, small().levels).nb == "Målinger taler mot at kopien finnes."
