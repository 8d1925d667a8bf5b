from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.people import look_at, look_into, look_through, suspicions
from sentinel.content import parse_documents, root
from tests.comply.test_identity import identities
from tests.shared import ROOT

FIRST = st.sampled_from(["Kari", "Bjørn", "Åse", "Ole-Johan", "Éva"])
LAST = st.sampled_from(["Nordmann", "Østgård", "Hansen-Berg", "Li", "Ødegård"])


def told(text: str) -> list[str]:
    return [str(fault) for fault in look_through(text, "notat.yml")]


@pytest.mark.parametrize(
    "pattern",
    [
        "Pasient {first} {last} fikk feil epikrise",
        "{first} {last}, pasient ved poliklinikken",
        "Epikrisen til {first} {last} gikk til en annen pasient",
        "journalen til {first} {last} ble åpnet",
        "Brukeren: {first} {last}",
        "The patient {first} {last} was told",
        "Pasienten {first} ringte selv",
        "Fru {last} ringte selv",
    ],
)
@given(first=FIRST, last=LAST)
def test_a_name_beside_a_word_for_patients_is_warned_of_and_not_repeated(pattern: str, first: str, last: str) -> None:
    (line,) = told(f"ett\nto: {pattern.format(first=first, last=last)}\n")

    assert line.startswith("notat.yml:2: holds what looks like a person's name")
    assert first not in line
    assert last not in line


@pytest.mark.parametrize(
    "harmless",
    [
        "Pasienter ser loggen på Helsenorge og i Norsk Helsenett",
        "Pasienten fikk ikke time. Kari Nordmann i resepsjonen ordnet det",  # of another sentence: staff
        "Bruker Microsoft Defender på alle PC-er",
        "Ansvarlig: Åse Lyngvik",
        "Pasient- og brukerrettighetsloven § 3-6",
        "Patient data leave through Helse Nord",
        "Til Personvernombudet om pasienter",
    ],
)
def test_ordinary_sentences_are_not(harmless: str) -> None:
    assert told(harmless) == []


def test_our_own_content_and_examples_raise_nothing() -> None:
    folders = [root() / "checklists", root() / "reports", ROOT / "examples", ROOT / "rules"]
    files = [path for folder in folders for path in folder.rglob("*.yml")]

    assert len(files) > 100
    assert [fault for path in files for fault in look_through(path.read_text(encoding="utf-8"), path.name)] == []


@given(identities(), identities(month=80), identities(month=40))
def test_numbers_are_warned_of_and_made_up_ones_are_not(birth: str, tenor: str, nav: str) -> None:
    lines = told(f"a: {birth}\nb: {tenor}\n# {nav}\n")

    assert [line.split(":")[1] for line in lines] == ["1", "3"]
    assert not any(number[:9] in line for line in lines for number in (birth, nav))


@given(identities())
def test_what_only_the_values_show_is_told_with_their_line(number: str) -> None:
    folded = f'one: two\nnote: >-\n  {number[:6]}\n  {number[6:]}\nwritten: "\\x3{number[0]}{number[1:]}"\n'
    (document,), _ = parse_documents(folded, "notat.yml")

    lines = [str(fault).split(":")[1] for fault in look_at(document, folded)]

    assert lines == ["2", "5"]


@given(identities())
def test_a_value_that_its_line_shows_is_told_once(number: str) -> None:
    text = f"note: {number}\nlist: [&a {number}, *a]\n"
    (document,), _ = parse_documents(text, "notat.yml")

    assert [fault.location.line for fault in look_at(document, text)] == [1, 2]


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all("\n" not in line for line in suspicions(text))
    assert look_through(text, "x") == tuple(sorted(look_through(text, "x")))


def test_a_file_is_looked_into_and_what_is_no_text_has_no_warnings(tmp_path: Path) -> None:
    file, folded = tmp_path / "notat.yml", "note: >-\n  Pasient Kari\n  Nordmann\n"
    file.write_text(folded)

    assert [fault.location.line for fault in look_into(file)] == [2]
    file.write_bytes(b"\xff\xfe\x00")
    assert look_into(file) == ()
    assert look_into(tmp_path / "none.yml") == ()
