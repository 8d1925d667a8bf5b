from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


def test_actions_are_published_records_with_what_became_of_them(run: Run) -> None:
    done = run("assess", "actions", CLINIC, "--format", "jsonl")

    items = [json.loads(line) for line in done.stdout.splitlines()]
    for item in items:
        jsonschema.validate(item, json_schema("sentinel.action/1"))
    became = {item["id"]: (item["state"], item["overdue"], item["open"]) for item in items}
    assert became["try-restore"] == ("started", True, True)
    assert became["write-routines"] == ("done", False, True)
    assert "1 overdue" in done.stderr
    assert "said to be done, and what they mend is not in place: write-routines" in done.stderr
    assert done.exit_code == 0


def test_actions_are_written_for_excel_and_for_a_calendar(run: Run, tmp_path: Path) -> None:
    done = run("assess", "actions", CLINIC, "--xlsx", tmp_path / "a.xlsx", "--ics", tmp_path / "a.ics")

    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    assert (tmp_path / "a.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert done.exit_code == 0
    nowhere = run("assess", "actions", CLINIC, "--ics", tmp_path / "no" / "a.ics")
    assert "No such file" in nowhere.stderr
    assert nowhere.exit_code == 2


def test_faults_in_what_became_of_actions_are_lines_and_not_a_traceback(run: Run, tmp_path: Path) -> None:
    shutil.copytree(CLINIC.parent, tmp_path / "clinic", ignore=shutil.ignore_patterns("logs", "capture", "generate"))
    (tmp_path / "clinic" / "actions.yml").write_text("actions: {a: [}", encoding="utf-8")

    done = run("assess", "actions", tmp_path / "clinic" / "site.toml")

    assert "actions.yml:1: is not YAML" in done.stderr
    assert done.exit_code == 2
