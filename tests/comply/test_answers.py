from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.answers import ELEVEN_DIGITS, read_answers
from sentinel.comply.checklist import Checklist
from sentinel.errors import ContentError
from sentinel.model.compliance import Answer, Exhibit
from tests.comply.small import TODAY, checklist

HEAD = "schema: sentinel.answers/1\norganisation: Fjæra legekontor\nanswers:\n"
WITH = "{state: met, by: Åse, date: 2026-11-12"


@cache
def small() -> Checklist:
    with TemporaryDirectory() as folder:
        return checklist(Path(folder))


def read(folder: Path, text: str | bytes) -> tuple[Answer, ...]:
    path = folder / "answers.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_answers(path, small(), TODAY)


def faults(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read(folder, text)
    assert all(re.match(r"^[^\n]*answers\.yml(:\d+)?: ", str(fault)) for fault in caught.value.faults)
    return [str(fault).rpartition("answers.yml")[2].lstrip(":") for fault in caught.value.faults]


def test_answers_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        HEAD + "  LED-14: {state: unknown, by: Bjørn Sæther, date: 2026-11-12, note: Vet ikke helt}\n"
        "  DRF-07:\n    state: not_applicable\n    by: Åse\n    date: 2026-11-12\n    reason: Leid bort\n"
        "    approver: Åse Lyngvik\n    expires: '2027-05-01'\n"
    )

    assert read(tmp_path, text) == (
        Answer("LED-14", "unknown", "Bjørn Sæther", date(2026, 11, 12), note="Vet ikke helt"),
        Answer(
            "DRF-07",
            "not_applicable",
            "Åse",
            date(2026, 11, 12),
            reason="Leid bort",
            approver="Åse Lyngvik",
            expires=date(2027, 5, 1),
        ),
    )


def test_what_is_shown_and_how_mature_it_is_are_read(tmp_path: Path) -> None:
    text = (
        HEAD + f"  LED-14: {WITH}, maturity: {{document: 3}},\n"
        "    evidence: [{what: Avviksbok, kind: record, date: 2026-10-01, where: Skranken}]}\n"
        f"  DRF-07: {WITH}}}\n"
    )

    first, second = read(tmp_path, text)
    assert first.evidence == (Exhibit("Avviksbok", "record", date(2026, 10, 1), "Skranken"),)
    assert (first.document, first.implementation) == (3, None)
    assert (second.evidence, second.document, second.implementation) == ((), None, None)


def test_all_faults_come_at_once_each_on_its_line(tmp_path: Path) -> None:
    text = (
        HEAD + "  DRF-70: {state: met, by: Åse, date: 2026-11-12}\n"
        "  DRF-10: {state: met, by: Åse, date: 2026-11-22}\n"
        "  LED-14: {state: not_applicable, by: Åse, date: 2026-11-12, reason: Vi er få}\n"
        "  UTS-07: {state: partly, by: Åse, date: 2026-11-12, note: Pasient 01010112345 spurte}\n"
    )

    assert faults(tmp_path, text) == [
        "4: unknown requirement 'DRF-70', did you mean DRF-10 or DRF-07?",
        "5: 2026-11-22 is after 2026-11-21, the day of the assessment",
        "6: 'not_applicable' needs 'approver'",
        "6: 'not_applicable' needs 'expires'",
        (
            "7: holds eleven digits, possibly a national identity number; answers may not hold one, so take it out "
            "(it is not repeated here)"
        ),
    ]


def test_faults_of_shape_and_of_meaning_come_together(tmp_path: Path) -> None:
    told = faults(tmp_path, HEAD + f"  DRF-70: {WITH}, staet: x}}\n  LED-14: {{state: yes, by: Åse, date: 5}}\n")

    assert any(line.startswith("4: unknown key 'staet'") for line in told)
    assert any(line.startswith("4: unknown requirement 'DRF-70'") for line in told)
    assert any(line.startswith("5: ") and "state" in line for line in told)
    assert any(line.startswith("5: ") and "is not a date as 2026-11-12" in line for line in told)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("  LED-14: {state: met, by: Åse, date: 2026-11-12T10:00:00}\n", "is not a date"),
        ("  LED-14: {state: met, by: Åse, date: '1762905600'}\n", "is not a date"),
        ("  LED-14: {state: met, by: Åse, date: 2026-02-30}\n", "value"),
        ("  LED-14: {state: met, by: '', date: 2026-11-12}\n", "by"),
        ("  LED-14: {state: met, date: 2026-11-12}\n", "key 'answers.LED-14.by' is missing"),
        ("  LED-14: {state: Met, by: Åse, date: 2026-11-12}\n", "state"),
        (f"  LED-14: {WITH}}}\n  LED-14: {WITH}}}\n", "key 'LED-14' is repeated"),
        (f"  LED-14: {WITH}, expires: 2027-01-01}}\n", "an accepted risk needs 'reason'"),
        (f"  LED-14: {WITH}, reason: a, approver: b, expires: 2026-01-01}}\n", "before the answer was given"),
        (
            f"  LED-14: {WITH}, reason: a, approver: b, expires: 2027-01-01}}\n",
            "no risk is accepted where the state is 'met'",
        ),
        ("  LED-14: {state: planned, by: Åse, date: 2026-11-12}\n", "'planned' needs 'note': what is planned"),
        ("  LED-14: {state: planned, by: Åse, date: 2026-11-12, note: ' '}\n", "'planned' needs 'note'"),
        (f"  LED-14: {WITH}, evidence: [{{what: a, kind: document, date: 2026-11-22}}]}}\n", "2026-11-22 is after"),
        (f"  LED-14: {WITH}, evidence: [{{what: a, kind: measured, date: 2026-11-02}}]}}\n", "evidence.0.kind"),
        (f"  LED-14: {WITH}, evidence: [{{what: '', kind: test, date: 2026-11-02}}]}}\n", "evidence.0.what"),
        (f"  LED-14: {WITH}, maturity: {{document: 6}}}}\n", "maturity.document"),
        (f"  LED-14: {WITH}, maturity: {{effect: 3}}}}\n", "unknown key 'effect'"),
        (f"  12: {WITH}}}\n", "12"),
        (f"  LED-14: {WITH}}}\n---\n{HEAD}", "holds 2 documents"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, line: str, what: str) -> None:
    assert any(what in told for told in faults(tmp_path, HEAD + line))


def test_a_file_that_is_not_there_and_another_version_are_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"none\.yml: cannot be read"):
        read_answers(tmp_path / "none.yml", small(), TODAY)
    assert any("schema" in line for line in faults(tmp_path, HEAD.replace("/1", "/2") + f"  LED-14: {WITH}}}\n"))
    assert faults(tmp_path, b"") == [" holds 0 documents, not one"]


@pytest.mark.parametrize("number", ["01010112345", "010101 12345", "010101-12345", "01.01.01 12345", "01 01 01 123 45"])
@pytest.mark.parametrize(
    "place",
    [
        "  LED-14: {state: met, by: Åse, date: 2026-11-12, note: 'om NUMBER her'}\n",
        "  LED-14: {state: met, by: NUMBER, date: 2026-11-12}\n",
        "  LED-14: {state: met, by: Å, date: 2026-11-12, evidence: [{what: 'NUMBER', kind: test, date: 2026-11-02}]}\n",
        "  'NUMBER': {state: met, by: Åse, date: 2026-11-12}\n",
        "  LED-14: {state: met, by: Åse, date: 2026-11-12, 'NUMBER': x}\n",
        "  LED-14: {state: 'NUMBER', by: Åse, date: 'NUMBER'}\n",
        "  LED-14: {state: met, by: Åse, date: 2026-11-12, note: &a [NUMBER, *a]}\n",
    ],
)
def test_a_possible_identity_number_is_refused_and_never_repeated(tmp_path: Path, number: str, place: str) -> None:
    told = faults(tmp_path, HEAD + place.replace("NUMBER", number))

    assert any(line.startswith("4: holds eleven digits") for line in told)
    assert number not in "\n".join(told)


@pytest.mark.parametrize(
    "harmless", ["999 888 777", "2026-11-12 14:30", "+47 22 33 44 55", "123456789012", "1234567890", "4,5 av 12"]
)
def test_other_numbers_may_stand(harmless: str) -> None:
    assert not ELEVEN_DIGITS.search(harmless)


def test_an_exception_that_has_ended_is_read_as_it_stands(tmp_path: Path) -> None:
    text = "  LED-14: {state: not_applicable, by: Åse, date: 2025-01-01, reason: a, approver: b, expires: 2025-06-01}\n"

    assert read(tmp_path, HEAD + text)[0].expires == date(2025, 6, 1)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_answers_or_our_error(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        for text in (raw, HEAD.encode() + b"  LED-14: " + raw):
            try:
                found = read(Path(folder), text)
            except ContentError:
                continue
            assert all(answer.requirement == "LED-14" for answer in found)


def test_an_answer_that_a_small_practice_is_not_asked_is_refused_and_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "answers.yml"
    path.write_text(HEAD + f"  DRF-07: {WITH}}}\n  UTS-07: {WITH}}}\n  UTS-70: {WITH}}}\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_answers(path, small().small(), TODAY)

    told = [str(fault).rpartition("answers.yml:")[2] for fault in caught.value.faults]
    assert told[0] == "5: UTS-07 is not asked of a small practice; take the answer out, or set the class LARGE"
    assert "unknown requirement 'UTS-70'" in told[1]
