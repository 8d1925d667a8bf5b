from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.detect.test_archive import as_tar, as_zip
from tests.detect.test_imports import CHANGED, SOURCE


def test_a_dry_run_shows_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    source = as_tar(tmp_path / "s.tgz", SOURCE)

    shown = run("rules", "import", source, "--into", into, "--dry-run", "--format", "jsonl")
    assert [json.loads(line)["how"] for line in shown.stdout.splitlines()] == ["added"] * 3
    for line in shown.stdout.splitlines():
        jsonschema.validate(json.loads(line), json_schema("sentinel.ruleimport/1"))
    assert not into.exists()

    done = run("rules", "import", source, "--into", into)
    assert (done.exit_code, (into / "LICENSE").read_bytes()) == (0, b"DRL 1.1")
    assert "3 added" in done.stderr


def test_edits_that_are_kept_make_it_partial(run: Run, tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    run("rules", "import", as_zip(tmp_path / "s.zip", SOURCE), "--into", into)
    (into / "rules/one.yml").write_bytes(CHANGED)

    done = run("rules", "import", tmp_path / "s.zip", "--into", into)

    assert done.exit_code == 3
    assert "kept" in done.stdout
    assert "rules/one.yml" in done.stdout


def test_a_hostile_archive_is_one_line_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    done = run("rules", "import", as_zip(tmp_path / "s.zip", {"../x.yml": b""}), "--into", tmp_path / "theirs")

    assert done.exit_code == 2
    assert done.stderr == "s.zip: is refused: ../x.yml has a path that leads elsewhere or cannot be written\n"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "store") == ["s.zip"]


def test_the_wrong_archive_is_one_line_and_removes_nothing(run: Run, tmp_path: Path) -> None:
    into = tmp_path / "theirs"
    run("rules", "import", as_zip(tmp_path / "s.zip", SOURCE), "--into", into)

    done = run("rules", "import", as_zip(tmp_path / "w.zip", {"x/readme.md": b"#", "x/LICENSE": b""}), "--into", into)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "w.zip: is refused: no file in it is a rule\n"
    assert (into / "rules/one.yml").read_bytes() == SOURCE["rules/one.yml"]


def test_a_folder_that_cannot_be_made_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    done = run("rules", "import", as_zip(tmp_path / "s.zip", SOURCE), "--into", tmp_path / "file" / "theirs")

    assert done.exit_code == 2
    assert "Traceback" not in done.output
