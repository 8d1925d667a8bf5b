from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.test_sector import site


def filled(run: Run, folder: Path, count: int) -> None:
    for number in range(1, count + 1):
        site(folder / str(number), f"{number:09}")
    assert run("sector", "import", folder).exit_code == 0
    assert run("sector", "score").exit_code == 0


def test_a_clinic_finds_its_own_place_in_a_published_file(run: Run, tmp_path: Path) -> None:
    filled(run, tmp_path / "many", 6)

    done = run("sector", "benchmark", "--format", "json")
    (made,) = json.loads(done.stdout)
    jsonschema.validate(made, json_schema("sentinel.benchmark/1"))
    assert "1 of 15 groups shown" in done.stderr
    published = tmp_path / "benchmark.json"
    published.write_text(done.stdout, encoding="utf-8")

    own = site(tmp_path / "own", "000000077")
    placed = run("assess", "benchmark", own, "--against", published, "--format", "json")
    (found,) = json.loads(placed.stdout)
    jsonschema.validate(found, json_schema("sentinel.placing/1"))
    assert [one["quarter"] for one in found["numbers"]] == ["lowest"] * 3  # as all the others, so on every border
    assert "At least 5 organisations" in placed.stderr
    assert "score" in run("assess", "benchmark", own, "--against", published).stdout


def test_a_file_that_is_no_benchmark_is_one_line(run: Run, tmp_path: Path) -> None:
    own = site(tmp_path / "own", "000000077")
    wrong = tmp_path / "b.json"
    wrong.write_text("{}", encoding="utf-8")

    done = run("assess", "benchmark", own, "--against", wrong)

    assert done.exit_code == 2
    assert done.stderr.splitlines() == [f"{wrong.as_posix()}: is not a sentinel.benchmark/1"]


def test_what_is_not_scored_is_not_published(run: Run, tmp_path: Path) -> None:
    site(tmp_path / "a", "000000001")
    run("sector", "import", tmp_path / "a")

    done = run("sector", "benchmark")

    assert done.exit_code == 2
    assert "run `sentinel sector score` first" in done.stderr
    assert done.stdout == ""
