from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sentinel.cli.carry import packs_told
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    run("knowledge", "keygen", tmp_path / "kari.key")
    done = run("assess", "pack", CLINIC, "--key", tmp_path / "kari.key", "--out", tmp_path / "lyngvik.sentinel")
    assert done.exit_code == 0, done.stderr
    assert "left out: 8 logs, 1 capture" in done.stderr
    return tmp_path / "lyngvik.sentinel"


def test_a_packed_assessment_is_verified_and_unpacked(run: Run, made: Path, tmp_path: Path) -> None:
    seen = run("assess", "verify", made, "--trust", tmp_path / "kari.key.pub")
    done = run("assess", "unpack", made, "--out", tmp_path / "there", "--trust", tmp_path / "kari.key.pub")
    score = run("assess", "score", tmp_path / "there" / "site.toml")

    assert (seen.exit_code, done.exit_code, score.exit_code) == (0, 0, 0)
    assert "the numbers follow from the answers" in seen.stderr
    assert "worst case 50.0; level yellow" in done.stderr
    assert "gdpr 2026.1: score " in done.stderr
    assert "worst case 50" in score.stderr


@pytest.mark.parametrize(
    "told", [None, "all", [3], [{}], [{"id": 7, "score": "high"}], [{"id": "x", "score": {"score": "a"}}]]
)
def test_a_manifest_that_is_odd_about_packs_is_told_and_no_traceback(told: object) -> None:
    assert all(isinstance(line, str) for line in packs_told(told))


def test_whose_answers_it_stands_on_is_told(run: Run, tmp_path: Path) -> None:
    unit = ROOT / "examples" / "municipality" / "units" / "bakketun" / "site.toml"
    run("knowledge", "keygen", tmp_path / "kari.key")
    run("assess", "pack", unit, "--key", tmp_path / "kari.key", "--out", tmp_path / "b.sentinel")

    done = run("assess", "verify", tmp_path / "b.sentinel", "--trust", tmp_path / "kari.key.pub")

    assert done.exit_code == 0
    assert "operator Tareskjær IKT IKS (000000200) has a part in 47 requirements; 36 answers" in done.stderr
    assert "owner Solvær kommune (000000100) has a part in 37 requirements" in done.stderr


def test_the_keys_of_the_policy_are_believed(run: Run, made: Path, tmp_path: Path) -> None:
    keys = tmp_path / "policy" / "assessment-keys"
    keys.mkdir(parents=True)
    before = run("assess", "verify", made, "--policy", tmp_path / "policy")
    (tmp_path / "kari.key.pub").rename(keys / "kari.pub")

    after = run("assess", "verify", made, "--policy", tmp_path / "policy")

    assert (before.exit_code, after.exit_code) == (2, 0)
    assert "is not trusted here" in before.stderr
    assert "signed by kari (" in after.stderr


def test_what_was_made_with_another_checklist_is_a_partial_result(run: Run, made: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "checklists", tmp_path / "content" / "checklists")
    for name in ("rules", "scanners", "reports"):
        (tmp_path / "content" / name).symlink_to(ROOT / name)
    cover = tmp_path / "content" / "checklists" / "normen" / "normen.yml"
    cover.write_text(cover.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")

    done = run("assess", "verify", made, "--trust", tmp_path / "kari.key.pub", "--content", tmp_path / "content")

    assert done.exit_code == 3
    assert "made with another checklist" in done.stderr


def test_rubbish_is_told_in_one_line(run: Run, made: Path, tmp_path: Path) -> None:
    (tmp_path / "cut").write_bytes(made.read_bytes()[:4000])

    for name in ("cut", "kari.key"):
        done = run("assess", "verify", tmp_path / name, "--trust", tmp_path / "kari.key.pub")
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)


def test_nothing_is_written_over(run: Run, made: Path, tmp_path: Path) -> None:
    again = run("assess", "pack", CLINIC, "--key", tmp_path / "kari.key", "--out", made)
    full = run("assess", "unpack", made, "--out", tmp_path, "--trust", tmp_path / "kari.key.pub")

    assert (again.exit_code, full.exit_code) == (2, 2)
    assert "is there already" in again.stderr
    assert "is not empty" in full.stderr
