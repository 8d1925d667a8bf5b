from __future__ import annotations

import json
from pathlib import Path

from sentinel.model.records import record_of
from tests.cli.conftest import Run
from tests.report.sector.sample import some


def test_a_published_benchmark_becomes_page_and_paper(run: Run, tmp_path: Path) -> None:
    published = tmp_path / "b.json"
    published.write_text(json.dumps(record_of(some())), encoding="utf-8")

    done = run("sector", "report", published, "--by", "Utgiveren", "--out", tmp_path / "out")

    assert done.exit_code == 0
    assert len(done.stderr.splitlines()) == 5
    assert "Utgiveren" in (tmp_path / "out" / "sector-nb.html").read_text(encoding="utf-8")


def test_what_is_no_benchmark_writes_nothing(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "b.json"
    wrong.write_text("[1]", encoding="utf-8")

    done = run("sector", "report", wrong, "--out", tmp_path / "out")

    assert (done.exit_code, done.stderr) == (2, f"{wrong.as_posix()}: is not a sentinel.benchmark/1\n")
    assert not (tmp_path / "out").exists()
