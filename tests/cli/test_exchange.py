from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
NAMES = {"catalog.json", "profile.json", "assessment-plan.json", "assessment-results.json", "poam.json"}


def test_oscal_goes_out_and_its_answers_come_back(run: Run, tmp_path: Path) -> None:
    done = run("assess", "oscal", CLINIC, "--out", tmp_path / "oscal")
    back = run("assess", "read-oscal", tmp_path / "oscal" / "assessment-results.json", "--out", tmp_path / "a.yml")

    assert (done.exit_code, back.exit_code, done.stdout) == (0, 0, "")
    assert {path.name for path in (tmp_path / "oscal").iterdir()} == NAMES
    assert "49 answers of Lyngvik tannklinikk" in back.stderr
    shutil.copytree(CLINIC.parent, tmp_path / "c", ignore=shutil.ignore_patterns("logs", "capture", "generate"))
    shutil.copy(tmp_path / "a.yml", tmp_path / "c" / "answers.yml")
    scored = [
        run("assess", "score", site, "--format", "json").stdout for site in (CLINIC, tmp_path / "c" / "site.toml")
    ]
    assert json.loads(scored[0]) == json.loads(scored[1])


def test_a_pack_goes_out_as_oscal_and_its_answers_come_back(run: Run, tmp_path: Path) -> None:
    done = run("assess", "oscal", CLINIC, "--pack", "gdpr", "--out", tmp_path / "oscal")
    results = tmp_path / "oscal" / "assessment-results.json"
    other = run("assess", "read-oscal", results, "--out", tmp_path / "a.yml")
    back = run("assess", "read-oscal", results, "--pack", "gdpr", "--out", tmp_path / "a.yml", "--site", CLINIC)

    assert (done.exit_code, other.exit_code, back.exit_code) == (0, 2, 0)
    assert "is of the checklist 'gdpr', not of 'normen'" in other.stderr
    assert "39 answers of Lyngvik tannklinikk" in back.stderr
    shutil.copytree(CLINIC.parent, tmp_path / "c", ignore=shutil.ignore_patterns("logs", "capture", "generate"))
    shutil.copy(tmp_path / "a.yml", tmp_path / "c" / "answers-gdpr.yml")
    sites = (CLINIC, tmp_path / "c" / "site.toml")
    scored = [run("packs", "score", site, "gdpr", "--format", "json").stdout for site in sites]
    assert json.loads(scored[0]) == json.loads(scored[1])


def test_no_oscal_of_a_pack_without_numbers_and_no_measurements_with_one(run: Run, tmp_path: Path) -> None:
    absent = run("assess", "oscal", CLINIC, "--pack", "nis2", "--out", tmp_path / "o")
    measured = run(
        "assess", "oscal", CLINIC, "--pack", "gdpr", "--out", tmp_path / "o",
        "--result", CLINIC.parent / "previous" / "result.json",
    )  # fmt: skip

    assert (absent.exit_code, measured.exit_code) == (2, 2)
    assert absent.stderr == "nis2 is not for this organisation: Does not apply: the organisation is small.\n"
    assert "no measurement is held against a pack" in measured.stderr
    assert not (tmp_path / "o").exists()


def test_the_library_of_a_pack_says_whether_it_binds(run: Run, tmp_path: Path) -> None:
    done = run("assess", "library", "--pack", "ehds", "--out", tmp_path / "ehds.yaml", "--as-of", "2026-11-21")

    assert done.exit_code == 0
    assert "Not Norwegian law as far as is known here." in (tmp_path / "ehds.yaml").read_text(encoding="utf-8")


def test_nothing_is_written_over_what_is_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "poam.json").write_text("mine")

    done = run("assess", "oscal", CLINIC, "--out", tmp_path)

    assert done.exit_code == 2
    assert "poam.json: is there already, and would be lost" in done.stderr
    assert [path.name for path in tmp_path.glob("*.json")] == ["poam.json"]


def test_where_nothing_is_to_be_done_there_is_no_plan_and_it_is_said(run: Run, tmp_path: Path) -> None:
    done = run("assess", "oscal", CLINIC, "--out", tmp_path / "o")

    assert ("no poam.json" in done.stderr) == (not (tmp_path / "o" / "poam.json").exists())


def test_what_is_no_result_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")

    done = run("assess", "read-oscal", tmp_path / "x.json", "--out", tmp_path / "a.yml")

    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "a.yml").exists()


def test_the_library_is_written_once(run: Run, tmp_path: Path) -> None:
    first = run("assess", "library", "--out", tmp_path / "normen.yaml")
    again = run("assess", "library", "--out", tmp_path / "normen.yaml")

    assert (first.exit_code, again.exit_code) == (0, 2)
    assert (
        (tmp_path / "normen.yaml").read_text(encoding="utf-8").startswith("urn: urn:helse-sentinel:risk:library:normen")
    )


@pytest.mark.parametrize("words", [["oscal", CLINIC], ["library"]])
def test_a_place_that_cannot_be_written_to_is_told(run: Run, tmp_path: Path, words: list[object]) -> None:
    (tmp_path / "file").write_text("")

    done = run("assess", *words, "--out", tmp_path / "file" / "below")

    assert done.exit_code == 2
    assert "Traceback" not in done.output
