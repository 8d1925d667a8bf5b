from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from sentinel.native import can_compile
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
KINDS = ("management", "self-check", "technical", "auditor", "inventory", "ros")
WRITTEN = {
    *("result.json", "auditor.json", "ros.json"),
    *(f"{name}-{language}.{form}" for name in KINDS for language in ("nb", "en") for form in ("html", "pdf")),
}


def test_the_example_clinic_gets_its_reports_and_a_partial_result_says_why(run: Run, tmp_path: Path) -> None:
    done = run("run", CLINIC, "--out", tmp_path / "out", "--quiet")

    assert done.exit_code == 3
    assert {path.name for path in (tmp_path / "out").iterdir()} == WRITTEN
    assert done.stdout == ""
    assert "wireless controller" in done.stderr
    assert json.loads((tmp_path / "out" / "result.json").read_text())["schema"] == "sentinel.result/1"


def test_a_first_run_keeps_the_compiled_rules_the_machine_code_and_what_was_learnt(tmp_path: Path) -> None:
    """In a process of its own, since one process makes its machine code once."""
    kept = tmp_path / "kept"
    environ = {**os.environ, "SENTINEL_STORE": str(tmp_path / "s.db"), "SENTINEL_CACHE": str(kept)}
    words = [sys.executable, "-m", "sentinel", "run", str(CLINIC), "--out", str(tmp_path / "out"), "--quiet"]

    done = subprocess.run(words, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (3, "")
    assert len(list(kept.iterdir())) == 1 + 2 * can_compile()  # and what gates cost, which the fast engine notes


def test_something_grave_enough_is_exit_code_one(run: Run, tmp_path: Path) -> None:
    done = run("run", CLINIC, "--out", tmp_path, "--quiet", "--fail-on", "critical", "--no-cache")

    assert done.exit_code == 1
    assert not (tmp_path / "store" / "cache").exists()


def test_a_day_can_be_given(run: Run, tmp_path: Path) -> None:
    run("run", CLINIC, "--out", tmp_path, "--as-of", "2026-12-24", "--quiet")

    assert json.loads((tmp_path / "result.json").read_text())["as_of"] == "2026-12-24"


def test_a_day_near_the_end_of_the_calendar_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("run", CLINIC, "--out", tmp_path, "--as-of", "9999-12-31")

    assert done.exit_code == 2
    assert "--as-of takes no day after 9000-01-01" in done.stderr


def test_a_wrong_site_file_is_told_line_by_line(run: Run, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('schema = "sentinel.site/1"\nnmae = 1\n[organisation]\nname = "x"\nnumber = "1"\nkind = "x"\n')

    done = run("run", site)

    assert done.exit_code == 2
    assert [line.split(":", 1)[1] for line in done.stderr.splitlines()] == [
        "2: unknown key 'nmae'",
        "5: organisation.number: string should match pattern '^\\d{9}$'",
    ]


def test_wrong_answers_are_told_with_file_and_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.yml").write_text(
        "schema: sentinel.answers/1\norganisation: x\nanswers:\n"
        "  DRF-77:\n    state: met\n    by: a\n    date: 2026-01-01\n"
    )
    (tmp_path / "site.toml").write_text(
        'schema = "sentinel.site/1"\n[organisation]\nname = "x"\nnumber = "000000001"\nkind = "dental_clinic"\n'
        '[assessment]\nanswers = "answers.yml"\n'
    )

    done = run("run", tmp_path / "site.toml", "--out", tmp_path / "out", "--quiet")

    assert done.exit_code == 2
    assert "answers.yml:4: " in done.stderr
    assert "DRF-77" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_one_line(run: Run) -> None:
    done = run("run", CLINIC, "--out", "/proc/nowhere", "--quiet")

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith("/proc/nowhere: cannot be written")
