from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.reading import dpia_of, read_dpia
from sentinel.errors import ContentError
from tests.comply.dpia.parts import AS_OF, EXAMPLE, PACK

WHOLE = EXAMPLE.read_text(encoding="utf-8")


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        dpia_of(text, "dpia.yml", PACK, AS_OF)
    return [str(fault) for fault in caught.value.faults]


def test_the_example_has_no_fault_and_names_nobody() -> None:
    read, warnings = read_dpia(EXAMPLE, PACK, AS_OF)

    assert (read.case, warnings) == ("oppfolging-hjemme", ())


def test_every_fault_is_told_at_once_with_its_line() -> None:
    text = WHOLE.replace("biometric: no", "biometrics: no").replace(
        "likelihood: 3, severity: 3", "likelihood: 5, severity: 3"
    )
    text = text.replace("nature: >-", "natur: >-")

    found = faults(text)
    assert len(found) == 2
    assert found[0].endswith("unknown key 'natur'")
    assert "likelihood: input should be less than or equal to 4" in found[1]
    assert faults(WHOLE.replace("biometric: no", "biometrics: no")) == [
        "dpia.yml:15: unknown test 'biometrics', did you mean biometric?"
    ]


def test_an_identity_number_is_refused_and_not_repeated() -> None:
    text = WHOLE.replace("Seks pasienter", "Pasient 01010112345, seks pasienter")

    (found,) = faults(text)
    assert "eleven digits ending in 45" in found or "national identity number" in found
    assert "010101" not in found


def test_a_name_beside_a_patient_is_warned_of_and_not_refused() -> None:
    _, warnings = dpia_of(WHOLE.replace("Seks pasienter", "Pasienten Kari Nordmann"), "dpia.yml", PACK, AS_OF)

    assert len(warnings) == 1
    assert "Nordmann" not in str(warnings[0])


def test_no_file_and_two_documents_are_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_dpia(tmp_path / "none.yml", PACK, AS_OF)
    assert faults(f"{WHOLE}\n---\na: 1\n")[0] == "dpia.yml: holds 2 documents, not one"


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_whatever_stands_there_is_told_in_a_line_each(text: str) -> None:
    assert all(fault.startswith("dpia.yml") and "\n" not in fault for fault in faults(text))


@given(st.data())
def test_a_line_that_is_lost_or_twice_there_is_read_or_told(data: st.DataObject) -> None:
    lines = WHOLE.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    more = data.draw(st.sampled_from([0, 2]))
    with suppress(ContentError):
        read, _ = dpia_of("\n".join([*lines[:at], *([lines[at]] * more), *lines[at + 1 :]]), "dpia.yml", PACK, AS_OF)
        assert assess(read, PACK, AS_OF).state in {"unfinished", "consult"}
