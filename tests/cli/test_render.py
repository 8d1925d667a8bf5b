from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.shared import ROOT

OLD = ROOT / "examples" / "clinic" / "previous" / "result.json"


def test_an_old_result_becomes_a_report_and_what_differs_is_said(run: Run, tmp_path: Path) -> None:
    done = run("render", OLD, "--out", tmp_path / "x", "--language", "en")

    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == ["management-en.html", "management-en.pdf"]
    assert "made by checklist 2026.1 (27bd71a5), and the one here is" in done.stderr
    assert done.exit_code == 3


def test_what_is_no_result_is_wrong_use(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("[1, 2", encoding="utf-8")
    done = run("render", tmp_path / "r.json", "--out", tmp_path)

    assert "is not a result of Sentinel" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.exit_code == 2
