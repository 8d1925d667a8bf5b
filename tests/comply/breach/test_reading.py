from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.reading import case_of, read_case
from sentinel.content import root
from sentinel.errors import ContentError, Fault
from tests.comply.breach.parts import NOTHING_GRAVE, NOW, PACK, a_case
from tests.comply.test_identity import identities
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "breach" / "lyngvik.yml"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def read(text: str) -> tuple[CaseFile, tuple[Fault, ...]]:
    return case_of(text, "brudd.yml", NOW, PACK.table, PACK.names)


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read(text)
    return [str(fault).removeprefix("brudd.yml:") for fault in caught.value.faults]


def line_of(part: str, text: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_example_is_read_without_a_warning() -> None:
    case, warnings = read_case(EXAMPLE, NOW, PACK.table, PACK.names)

    assert warnings == ()
    assert case.times.known == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)  # Oslo is an hour ahead in winter
    assert (case.unreadable, case.helsenett, case.circumstances.malicious) == ("no", "yes", "no")


def test_what_is_left_out_is_not_known() -> None:
    case, _ = read(
        "schema: sentinel.breachcase/1\ncase: x\nrole: controller\ntimes: {known: 2026-11-20T10:00}\n"
        "kinds: [integrity]\ncircumstances: {integrity: unknown}\ndata: [{type: unknown}]\n"
    )

    answers = (case.identification, case.unreadable, case.patient_safety, case.helsenett, case.persons.number)
    assert set(answers) == {"unknown"}
    assert case.circumstances.malicious == "unknown"


def test_every_fault_comes_at_once_with_its_line() -> None:
    text = TEXT
    for old, new in (
        ("ended: 2026-11-20T13:30", "ended: 2026-11-15T13:30"),
        ("found: 2026-11-20T11:40", "found: 2026-11-20T23:40"),
        ("known-recipients", "known-recipient"),
        ("kinds: [confidentiality, availability]", "kinds: [confidentiality, confidentiality]"),
        ("context: assumed", "context: asumed"),
        ("    reason: Epikrisene sier hvilken behandling som er gitt, men ikke hvorfor.\n", ""),
    ):
        assert old in text
        text = text.replace(old, new)
    near = "known-recipients or unknown-recipients"
    text += "done: {datatilsinet: 2026-11-19T10:00, persons: 2027-01-01T10:00}\n"

    assert faults(text) == [
        f"{line_of('  ended:', text)}: ended is before began",
        f"{line_of('  found:', text)}: found is later than now",
        f"{line_of('  known:', text)}: known is before found",
        f"{line_of('kinds:', text)}: confidentiality is written twice",
        f"{line_of('-recipient', text)}: unknown answer 'known-recipient', did you mean {near}?",
        f"{line_of('  availability:', text)}: 'availability' is not among the kinds",
        f"{line_of('asumed', text)}: context 'asumed' needs a reason",
        f"{line_of('asumed', text)}: unknown answer 'asumed', did you mean assumed?",
        f"{line_of('done:', text)}: datatilsinet is before the breach was known",
        f"{line_of('done:', text)}: persons is later than now",
        f"{line_of('done:', text)}: unknown duty 'datatilsinet', did you mean datatilsynet?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("role: controller", "rolle: controller", "unknown key 'rolle'"),
        ("known: 2026-11-20T14:05", "known: 2026-11-20", "is not a moment as 2026-11-20T14:05"),
        ("known: 2026-11-20T14:05", "known: unknown", "times.known: "),
        ("known: 2026-11-20T14:05", "known: 1999-11-20T14:05", "between the years 2000 and 2100"),
        ("number: 42", "number: ganske mange", "persons.number"),
        ("number: 42", "number: -1", "persons.number"),
        ("unreadable: no", "unreadable: kanskje", "unreadable: "),
        ("kinds: [confidentiality, availability]", "kinds: []", "kinds: "),
        ("  availability: for-a-time\n", "", "circumstances.availability is missing"),
    ],
)
def test_a_wrong_answer_is_told(old: str, new: str, told: str) -> None:
    assert old in TEXT

    assert any(told in line for line in faults(TEXT.replace(old, new)))


@given(identities())
def test_an_identity_number_is_refused_with_its_line_and_never_repeated(number: str) -> None:
    for text in (
        TEXT.replace("effects: >-", f"# {number}\neffects: >-"),
        TEXT.replace("number: 42", f"number: {number}"),
        TEXT.replace("role: controller", f"'{number}': controller"),
    ):
        told = faults(text)

        assert any("a national identity number" in line for line in told)
        assert not any(number[:9] in line or number[:6] in line for line in told)


def test_a_name_is_warned_of_and_the_file_is_read() -> None:
    _, (warning,) = read(
        TEXT.replace("  - Oppsettet er rettet", "  - Pasient Kari Nordmann er ringt. Oppsettet er rettet")
    )

    assert "looks like a person's name" in warning.what
    assert warning.location.line == line_of("Oppsettet", TEXT)


@given(st.text())
def test_no_text_ends_in_a_traceback(text: str) -> None:
    with pytest.raises(ContentError):
        read(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.dates(), st.lists), st.data())
def test_no_value_at_any_place_ends_in_a_traceback(value: object, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(NOTHING_GRAVE)))
    with suppress(ContentError):
        read(yaml.safe_dump({**NOTHING_GRAVE, key: value}))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes("what: blåbær".encode("latin-1"))
    for name, told in (("none.yml", "cannot be read"), ("latin.yml", "is not UTF-8")):
        with pytest.raises(ContentError, match=told):
            read_case(tmp_path / name, NOW, PACK.table, PACK.names)


def test_two_documents_are_one_too_many() -> None:
    assert any("holds 2 documents, not one" in line for line in faults(f"{TEXT}\n---\n{TEXT}"))


def test_the_case_of_the_tests_is_what_its_file_would_be() -> None:
    assert read(yaml.safe_dump(NOTHING_GRAVE, allow_unicode=True))[0] == a_case()
    assert root().is_dir()
