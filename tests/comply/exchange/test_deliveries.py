from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.delivery import Delivery, Part, read_delivery
from sentinel.comply.exchange.deliveries import delivered_text, delivery_text
from sentinel.comply.inheritance import load_inheritance
from sentinel.content import parse_documents
from tests.comply.deliveries import write_delivery
from tests.comply.small import TODAY, write

UNIT = "000000002"


def read(base: Path, path: Path) -> Delivery:
    checklist = load_checklist(base)
    return read_delivery(path, checklist, load_inheritance(base, checklist), TODAY)


def test_a_delivery_that_is_written_anew_is_the_same_for_the_unit(tmp_path: Path) -> None:
    base = write(tmp_path)
    whole = read(base, write_delivery(tmp_path))
    parts = frozenset(whole.parts)
    (tmp_path / "anew.yml").write_text(delivery_text(whole, UNIT, parts, "anew-answers.yml"), encoding="utf-8")
    (tmp_path / "anew-answers.yml").write_text(delivered_text(whole, parts), encoding="utf-8")

    anew = read(base, tmp_path / "anew.yml")

    assert (anew.giver, anew.name, anew.number) == (whole.giver, whole.name, whole.number)
    assert (anew.parts, anew.answers, anew.serves) == (whole.parts, whole.answers, {UNIT: whole.serves[UNIT]})


def test_what_is_not_delivered_to_the_unit_is_left_out(tmp_path: Path) -> None:
    whole = read(write(tmp_path), write_delivery(tmp_path))
    parts = frozenset({"DRF-07"})

    assert "DRF-10" not in delivery_text(whole, UNIT, parts, "a.yml")
    assert "DRF-10" not in delivered_text(whole, parts)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_words_of_a_giver_come_back_as_they_were(text: str) -> None:
    whole = Delivery("operator", text, "000000200", "x", {UNIT: (TODAY, TODAY)}, {"DRF-07": Part(text, text)}, {})

    (document,), faults = parse_documents(delivery_text(whole, UNIT, frozenset({"DRF-07"}), "a.yml"), "x")

    assert faults == []
    assert (document.data["name"], document.data["parts"]["DRF-07"]) == (text, {"does": text, "stays": text})
