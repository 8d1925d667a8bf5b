from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.test_sector import site


def test_answers_are_taken_in_scored_and_listed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    for number in range(1, 4):
        site(folder / str(number), f"{number:09}")

    done = run("sector", "import", folder)
    assert (done.exit_code, "3 organisations taken in, 0 files not" in done.stderr) == (0, True)
    assert "3 organisations scored against normen" in run("sector", "score").stderr
    assert "0 organisations scored" in run("sector", "score").stderr
    assert "3 organisations scored" in run("sector", "score", "--again").stderr

    rows = [json.loads(line) for line in run("sector", "list", "--format", "jsonl").stdout.splitlines()]
    for row in rows:
        jsonschema.validate(row, json_schema("sentinel.member/1"))
    assert [row["member"]["number"] for row in rows] == ["000000001", "000000002", "000000003"]
    assert all(row["standing"]["level"] == "red" for row in rows)


def test_a_partial_import_ends_with_three_and_one_of_nothing_with_two(run: Run, tmp_path: Path) -> None:
    site(tmp_path / "a", "000000001")
    wrong = site(tmp_path / "b", "000000002", answers="answers: [\n")

    assert run("sector", "import", tmp_path / "a", wrong).exit_code == 3
    done = run("sector", "import", wrong)
    assert done.exit_code == 2
    assert "not taken:" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_in_the_store_is_an_empty_list(run: Run) -> None:
    assert run("sector", "list").stdout == "Nothing found.\n"
