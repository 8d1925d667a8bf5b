from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

GROUP = ROOT / "examples" / "municipality" / "group.toml"


def test_units_are_listed_with_the_worst_first(run: Run) -> None:
    done = run("group", "score", GROUP, "--format", "csv")
    rows = list(csv.DictReader(done.stdout.splitlines()))

    assert done.exit_code == 0
    assert [row["number"] for row in rows][:2] == ["000000112", "000000105"]
    assert "12 units: 4 red, 8 yellow, 0 green; the worst decides, so the group is red" in done.stderr
    assert "score – to 89, coverage 0 to 98, worst case 0 to 89" in done.stderr


@pytest.mark.parametrize(("form", "name"), [("json", "sentinel.groupscore/1"), ("jsonl", "sentinel.groupunit/1")])
def test_records_are_as_their_schema_says(run: Run, form: str, name: str) -> None:
    out = run("group", "score", GROUP, "--format", form).stdout
    records = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]

    assert len(records) == (1 if form == "json" else 12)
    for record in records:
        jsonschema.validate(record, json_schema(name))


def test_the_table_says_that_nobody_looked(run: Run) -> None:
    assert "red, nobody looked" in run("group", "score", GROUP).stdout


def test_an_earlier_day_is_before_what_was_answered(run: Run) -> None:
    done = run("group", "score", GROUP, "--as-of", "2026-09-01")

    assert done.exit_code == 2
    assert "is after 2026-09-01, the day of the assessment" in done.stderr
    assert "Traceback" not in done.output


def test_documents_are_written_in_both_languages(run: Run, tmp_path: Path) -> None:
    done = run("group", "report", GROUP, "--out", tmp_path / "out")

    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "group-en.html", "group-en.pdf", "group-nb.html", "group-nb.pdf", "group.json",
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"schema = 3", b"[[[[", b'schema = "sentinel.group/1"\nunits = []'])
def test_rubbish_is_one_line_a_fault_and_exit_code_two(run: Run, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "group.toml"
    path.write_bytes(raw)

    done = run("group", "score", path)

    assert done.exit_code == 2
    assert "group.toml" in done.stderr
    assert "Traceback" not in done.output


def test_an_inherited_answer_is_seen_in_the_units_own_score(run: Run) -> None:
    site = GROUP.parent / "units" / "legevakt" / "site.toml"
    records = {
        one["requirement"]: one
        for one in map(json.loads, run("assess", "score", site, "--format", "jsonl").stdout.splitlines())
    }

    assert records["TIL-07"]["inherited"][0]["name"] == "Tareskjær IKT IKS"
    assert records["TIL-07"]["inherited"][0]["until"] == "2026-12-31"
    assert records["DRF-07"]["state"] == "not_met"
    both = records["DRF-07"]["inherited"][0]["answer"]["state"], records["DRF-07"]["answer"]["state"]
    assert both == ("met", "not_met")
    assert re.search(r"TIL-07 .* Tareskjær IKT IKS to\s", run("assess", "score", site).stdout)


def test_the_history_shows_each_organisation_by_itself(run: Run) -> None:
    done = run("assess", "history", ROOT / "examples" / "health-trust" / "site.toml", "--format", "csv")
    rows = list(csv.DictReader(done.stdout.splitlines()))

    assert [(row["number"], row["day"]) for row in rows] == [
        ("000000301", "2024-11-01"),
        ("000000301", "2025-11-03"),
        ("000000302", "2025-12-01"),
    ]
    assert "may not be joined" in done.stderr
