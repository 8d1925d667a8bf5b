from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.delivery import Delivery, read_delivery
from sentinel.comply.inheritance import load_inheritance
from sentinel.errors import ContentError
from tests.comply.deliveries import ANSWERS, DELIVERY, write_delivery
from tests.comply.small import TODAY, checklist


def read(folder: Path, delivery: str = DELIVERY, answers: str = ANSWERS) -> Delivery:
    known = checklist(folder)
    return read_delivery(write_delivery(folder, delivery, answers), known, load_inheritance(folder, known), TODAY)


def told(folder: Path, delivery: str = DELIVERY, answers: str = ANSWERS) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read(folder, delivery, answers)
    return [str(fault).replace(f"{folder.as_posix()}/", "") for fault in caught.value.faults]


def test_parts_units_and_answers_are_read(tmp_path: Path) -> None:
    found = read(tmp_path)

    assert (found.giver, found.name, found.number) == ("operator", "Tareskjær IKT IKS", "000000200")
    assert found.serves == {"000000002": (date(2026, 1, 1), date(2027, 12, 31))}
    assert found.parts["DRF-10"].stays == "Å lese loggen."
    assert found.answers["DRF-07"].note == "Kopi hver natt"


def test_what_stays_with_each_cannot_be_delivered(tmp_path: Path) -> None:
    wrong = DELIVERY + "  LED-14: {does: Alt., stays: Ingenting.}\n  UTS-07: {does: Alt., stays: Ingenting.}\n"

    assert told(tmp_path, wrong) == [
        "delivery.yml:13: LED-14 cannot be answered by an operator for others: done here",
        "delivery.yml:14: UTS-07 cannot be answered by an operator for others: decided",
    ]


def test_an_owner_may_deliver_what_it_decides(tmp_path: Path) -> None:
    owner = DELIVERY.replace("giver: operator", "giver: owner") + "  UTS-07: {does: Alt., stays: Ingenting.}\n"

    assert "UTS-07" in read(tmp_path, owner).parts


def test_a_part_without_an_answer_is_no_fault(tmp_path: Path) -> None:
    assert "DRF-10" not in read(tmp_path, answers=ANSWERS.replace("  DRF-10", "  #")).answers


def test_every_fault_of_both_files_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = DELIVERY.replace(
        "2027-12-31}", '2025-12-31}\n  - {number: "000000200", from: 2026-01-01, until: 2026-02-01}'
    )
    wrong += "  DRF-70: {does: Alt., stays: Ingenting.}\n"

    assert [
        line.split(": ")[0]
        for line in told(tmp_path, wrong, ANSWERS.replace("DRF-10: {state: partly", "DRF-10: {state: fine"))
    ] == [
        "delivery.yml:8",
        "delivery.yml:9",
        "delivery.yml:14",
        "drift.yml:6",
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("giver: operator", "giver: friend", "giver: input should be 'owner' or 'operator'"),
        ("stays: Ingenting.", "stays: ''", "parts.DRF-07.stays: string should have at least 1 character"),
        ("parts:", "parts: {}\nrest:", "unknown key 'rest'"),
        ('"000000002"', '"2"', "serves.0.number: string should match pattern"),
        ("does: Tar kopi.", "does: Ring 01 02 03 45678.", "eleven digits"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert what in "\n".join(told(tmp_path, DELIVERY.replace(old, new, 1)))


def test_the_same_unit_twice_is_refused(tmp_path: Path) -> None:
    line = '  - {number: "000000002", from: 2026-01-01, until: 2027-12-31}\n'

    assert told(tmp_path, DELIVERY.replace(line, line * 2)) == ["delivery.yml:9: unit 000000002 is written twice"]


@given(st.binary(max_size=300))
def test_rubbish_is_our_error(tmp_path: Path, raw: bytes) -> None:
    known = checklist(tmp_path)
    path = tmp_path / "delivery.yml"
    path.write_bytes(raw)

    with pytest.raises(ContentError):
        read_delivery(path, known, load_inheritance(tmp_path, known), TODAY)
