from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sentinel.cli import app
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


@pytest.fixture
def fresh(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "dpia.yml"
    assert run("dpia", "start", CLINIC, "--out", path).exit_code == 0
    return path


def asked(path: Path, answers: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["dpia", "ask", str(path), "--as-of", "2026-11-21"], input=answers)
    return done.exit_code, done.output


def test_each_answer_is_kept_also_where_it_is_broken_off(fresh: Path) -> None:
    code, told = asked(fresh, "no\nmaybe\nyes\n\n")

    text = fresh.read_text(encoding="utf-8")
    assert code == 130
    assert "third-party-data: no" in text
    assert "biometric: yes" in text
    assert "genetic: unknown" in text
    assert told.count("Brukes fingeravtrykk") == 2

    asked(fresh, "no\n")
    assert "genetic: no" in fresh.read_text(encoding="utf-8")


def test_comments_stay_and_all_may_be_passed_over(fresh: Path) -> None:
    before = fresh.read_text(encoding="utf-8")
    code, told = asked(fresh, "\n" * 60)

    assert (code, fresh.read_text(encoding="utf-8")) == (0, before)
    assert "0 answered" in told


def test_a_way_out_is_kept_only_with_its_reason(fresh: Path) -> None:
    skipped = "\n" * 23
    asked(fresh, f"{skipped}yes\n\n")
    assert "law-assessed: unknown" in fresh.read_text(encoding="utf-8")

    asked(fresh, f"{skipped}yes\nUtredet i proposisjonen\n")
    text = fresh.read_text(encoding="utf-8")
    assert "law-assessed: yes" in text
    assert 'law-assessed: "Utredet i proposisjonen"' in text


def test_an_answer_that_contradicts_another_is_told_and_not_kept(fresh: Path) -> None:
    text = fresh.read_text(encoding="utf-8").replace("art-special-data: unknown", "art-special-data: yes")
    fresh.write_text(text, encoding="utf-8")

    _, told = asked(fresh, "\n" * 17 + "no\n" + "\n" * 60)

    assert "health data are sensitive" in told
    assert "sensitive: unknown" in fresh.read_text(encoding="utf-8")


def test_a_file_with_faults_is_not_asked_about(fresh: Path) -> None:
    fresh.write_text("schema: x\n", encoding="utf-8")

    code, told = asked(fresh, "")
    assert code == 2
    assert "key 'case' is missing" in told


def test_a_place_that_the_file_lacks_is_told(fresh: Path) -> None:
    fresh.write_text(fresh.read_text(encoding="utf-8").replace("    biometric: unknown\n", ""), encoding="utf-8")

    _, told = asked(fresh, "\n" * 60)

    assert "screening.answers.biometric har ingen plass i filen" in told
