from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.content import KINDS
from tests.cli.conftest import Run


def test_the_shipped_content_is_checked(run: Run) -> None:
    done = run("content", "check")

    assert done.exit_code == 0, done.stderr
    assert "no faults" in done.stderr


def test_exported_content_can_be_changed_and_checked(run: Run, tmp_path: Path) -> None:
    run("content", "export", tmp_path / "mine")
    rule = tmp_path / "mine" / "rules" / "windows" / "windows_whoami_all.yml"
    rule.write_text(rule.read_text().replace("level:", "levl:"))

    done = run("content", "check", "--content", tmp_path / "mine")

    assert {path.name for path in (tmp_path / "mine").iterdir()} == set(KINDS)
    assert done.exit_code == 2
    assert "rules/windows/windows_whoami_all.yml:" in done.stderr
    assert "unknown key 'levl'" in done.stderr


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()

    done = run("content", "export", tmp_path)

    assert done.exit_code == 2
    assert [path.name for path in tmp_path.iterdir() if path.name != "store"] == ["rules"]


@pytest.mark.parametrize("words", [("export",), ("schemas", "--out")])
def test_a_folder_that_cannot_be_written_is_one_line(run: Run, words: tuple[str, ...]) -> None:
    done = run("content", *words, "/proc/nowhere")

    assert done.exit_code == 2
    assert "/proc/nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_schemas_are_written(run: Run, tmp_path: Path) -> None:
    run("content", "schemas", "--out", tmp_path / "s")

    assert json.loads((tmp_path / "s" / "sentinel.hit-1.schema.json").read_text())["title"] == "sentinel.hit/1"


def test_a_folder_without_content_is_told(run: Run, tmp_path: Path) -> None:
    done = run("content", "check", "--content", tmp_path)

    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
