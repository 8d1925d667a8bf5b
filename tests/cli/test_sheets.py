from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "A.XLSX"])
def test_a_sheet_goes_out_and_comes_back(run: Run, tmp_path: Path, name: str) -> None:
    done = run("assess", "sheet", CLINIC, "--out", tmp_path / name)
    back = run("assess", "read-sheet", tmp_path / name, "--out", tmp_path / "b.yml", "--site", CLINIC)

    assert (done.exit_code, back.exit_code) == (0, 0), back.stderr
    assert "49 answers of Lyngvik tannklinikk" in back.stderr


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_the_sheet_of_a_pack_goes_out_and_comes_back(run: Run, tmp_path: Path, name: str) -> None:
    done = run("assess", "sheet", CLINIC, "--pack", "gdpr", "--out", tmp_path / name)
    back = run("assess", "read-sheet", tmp_path / name, "--pack", "gdpr", "--out", tmp_path / "b.yml", "--site", CLINIC)

    assert (done.exit_code, back.exit_code) == (0, 0), back.stderr
    assert "Gjelder i Norge fra 20. juli 2018." in done.stderr
    assert "39 answers of Lyngvik tannklinikk" in back.stderr


def test_a_sheet_of_another_checklist_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    run("assess", "sheet", CLINIC, "--pack", "gdpr", "--out", tmp_path / "a.xlsx")

    done = run("assess", "read-sheet", tmp_path / "a.xlsx", "--out", tmp_path / "b.yml", "--site", CLINIC)

    assert done.exit_code == 2
    assert done.stderr == "a.xlsx: is of the checklist 'gdpr', not of 'normen'; --pack says which pack it answers\n"
    assert not (tmp_path / "b.yml").exists()


def test_a_pack_that_is_not_for_them_is_told_and_one_that_nobody_knows_refused(run: Run, tmp_path: Path) -> None:
    out = run("assess", "sheet", CLINIC, "--pack", "nis2", "--out", tmp_path / "a.xlsx")
    unknown = run("assess", "sheet", CLINIC, "--pack", "gpdr", "--out", tmp_path / "b.xlsx")

    assert (out.exit_code, unknown.exit_code) == (0, 2)
    assert "nis2: not for this organisation. Gjelder ikke: virksomheten er liten." in out.stderr
    assert "Ikke norsk lov etter det som er kjent her." in out.stderr
    assert "unknown pack 'gpdr', did you mean gdpr?" in unknown.stderr


def test_every_fault_is_told_with_its_place_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    rows = ["ID,Svar,Svart av,Dato", "LED-01,kanskje,Åse,12.11.2026", "LED-99,ja,Åse,12.11.2026", "LED-02,ja,,igår"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")

    done = run("assess", "read-sheet", tmp_path / "a.csv", "--out", tmp_path / "b.yml", "--site", CLINIC)

    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "a.csv:2: column 2: unknown answer 'kanskje'; the sheet of lists names them",
        "a.csv:3: unknown requirement 'LED-99', did you mean LED-19 or LED-09?",
        "a.csv:4: column 4: 'igår' is no day as 12.11.2026 or 2026-11-12",
        "a.csv:4: has an answer, and nothing in «Svart av»",
    ]
    assert not (tmp_path / "b.yml").exists()


def test_columns_that_are_not_read_make_the_result_partial(run: Run, tmp_path: Path) -> None:
    rows = ["ID;Svar;Svart av;Dato;Økonomi", "LED-01;ja;Åse;12.11.2026;dyrt", "LED-02;;Åse;12.11.2026;"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")

    done = run(
        "assess", "read-sheet", tmp_path / "a.csv", "--out", tmp_path / "b.yml", "--organisation", "Fjæra",
        "--as-of", "2026-11-21",
    )  # fmt: skip

    assert done.exit_code == 3
    assert "a.csv: not read, since no heading is known: «Økonomi»" in done.stderr
    assert "1 row with a name or a day and no answer: not assessed" in done.stderr


def test_what_looks_like_a_patient_is_warned_of(run: Run, tmp_path: Path) -> None:
    text = "ID;Svar;Svart av;Dato;Merknad\nLED-01;ja;Åse;12.11.2026;Pasient Kari Nordmann klaget.\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")

    done = run("assess", "read-sheet", tmp_path / "a.csv", "--out", tmp_path / "b.yml", "--site", CLINIC)

    assert "warning: holds what looks like a person's name" in done.stderr
    assert "Nordmann" not in done.stderr


def test_wrong_use_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")

    other = run("assess", "sheet", CLINIC, "--out", tmp_path / "a.pdf")
    there = run("assess", "sheet", CLINIC, "--out", tmp_path / "a.csv")

    assert (other.exit_code, there.exit_code) == (2, 2)
    assert "a sheet is .xlsx or .csv" in other.stderr
    assert "is there already, and would be lost" in there.stderr
    assert (tmp_path / "a.csv").read_text() == "mine"
