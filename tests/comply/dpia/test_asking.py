from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.dpia.asking import answered, open_questions
from sentinel.comply.dpia.reading import dpia_of
from sentinel.comply.dpia.writing import fresh_dpia
from tests.comply.dpia.parts import AS_OF, EXAMPLE, PACK, SMALL, file

FRESH = "".join(fresh_dpia("prove", "Fjæra legekontor", "000000002", PACK, "nb"))


def test_of_a_fresh_file_everything_is_asked_and_has_its_place() -> None:
    read, _ = dpia_of(FRESH, "dpia.yml", PACK, AS_OF)
    asked = list(open_questions(read, PACK))

    assert len(asked) == len(PACK.tests) + 4 + len(PACK.questions)
    assert [one.path for one in asked if answered(FRESH, one.path, "x") is None] == []


def test_of_the_example_only_what_is_open_is_asked() -> None:
    read, _ = dpia_of(EXAMPLE.read_text(encoding="utf-8"), "dpia.yml", PACK, AS_OF)

    assert [one.path for one in open_questions(read, PACK)] == [("rights", "consent"), ("rights", "transfers")]


def test_the_judgement_is_asked_where_the_four_matters_leave_it_open() -> None:
    between = {"screening": {"scale": SMALL | {"volume": "some"}}}
    paths = [one.path[-1] for one in open_questions(file(**between), PACK)]

    assert "judged" in paths
    assert "judged" not in [one.path[-1] for one in open_questions(file(screening={"scale": SMALL}), PACK)]
    assert (
        next(one for one in open_questions(file(**between), PACK) if one.path[-1] == "judged").why[-1] == "large-scale"
    )


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_words_come_back_and_nothing_else_is_touched(words: str) -> None:
    made = answered(FRESH, ("rights", "access"), words)
    assert made is not None

    read, _ = dpia_of(made, "dpia.yml", PACK, AS_OF) if not any(map(str.isdigit, words)) else (None, ())
    assert read is None or read.rights.access == words.strip()
    at = next(n for n, (old, new) in enumerate(zip(FRESH.split("\n"), made.split("\n"), strict=False)) if old != new)
    assert FRESH.split("\n")[:at] == made.split("\n")[:at]
    assert made.endswith(FRESH[FRESH.index("  # Hvordan blir noe rettet") :])


@pytest.mark.parametrize("path", [("rights", "none"), ("none",), ("rights",), ("case", "x")])
def test_what_has_no_place_gets_no_answer(path: tuple[str, ...]) -> None:
    assert answered(FRESH, path, "x") is None


def test_letters_of_more_than_one_byte_before_it_do_not_move_the_place() -> None:
    made = answered("a: «æøå 𝄞»\nb: ''  # merknad\n", ("b",), "no")

    assert made == "a: «æøå 𝄞»\nb: no  # merknad\n"
