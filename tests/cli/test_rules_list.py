from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.test_rules_check import RULE


def test_all_rules_are_listed_and_looking_makes_no_store(run: Run, tmp_path: Path) -> None:
    listed = [json.loads(line) for line in run("rules", "list", "--format", "jsonl").stdout.splitlines()]

    assert len(listed) > 60
    assert {one["certificate"]["state"] for one in listed} == {"none"}
    assert any(one["logsource"].startswith("correlation of ") for one in listed)
    assert not (tmp_path / "store").exists()


def test_a_refused_rule_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(RULE + "---\ntitle: broken\n", encoding="utf-8")
    done = run("rules", "list", tmp_path / "a.yml")

    assert done.exit_code == 3
    assert "not loaded: " in done.stderr
    assert "1 rule, 1 not loaded" in done.stderr


def test_one_rule_is_shown_by_the_start_of_its_id(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(RULE, encoding="utf-8")
    done = run("rules", "show", "5D3A", "--with", tmp_path / "a.yml")

    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "Something happened")
    assert "  certificate: not certified" in done.stdout
    wrong = run("rules", "show", "x", "--with", tmp_path / "a.yml")
    assert (wrong.exit_code, "0 rules have an id that begins so" in wrong.stderr) == (2, True)
