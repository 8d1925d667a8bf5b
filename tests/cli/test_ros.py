from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
SITE = """
schema = "sentinel.site/1"
[organisation]
name = "Fjæra legekontor"
number = "000000002"
kind = "general_practice"
[assessment]
answers = "answers.yml"
ros = "ros.yml"
"""
CRITERIA = """
  by: Åse Lyngvik
  role: Daglig leder
  date: 2026-11-01
  accept: {patient_safety: low, person: low, confidentiality: low, integrity: low, availability: low}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


def whole(site: Path, run: Run) -> Path:
    """Make a fresh file and fill in what management decides."""
    path = site.parent / "ros.yml"
    assert run("ros", "start", site, "--out", path).exit_code == 0
    text = path.read_text(encoding="utf-8").replace("scope: ''", "scope: Alt")
    start, end = text.index("criteria:"), text.index("# En risiko uten")
    path.write_text(f"{text[:start]}criteria:{CRITERIA}{text[end:]}", encoding="utf-8")
    return path


def test_a_fresh_file_lists_what_is_to_be_filled_in(run: Run, site: Path) -> None:
    path = site.parent / "ros.yml"
    run("ros", "start", site, "--out", path)

    done = run("ros", "check", site)

    assert done.exit_code == 2
    assert "scope: string should have at least 1 character" in done.stderr
    assert "criteria.date: is not a date as 2026-11-12" in done.stderr


def test_a_file_in_which_nothing_is_assessed_says_so_of_every_risk(run: Run, site: Path) -> None:
    whole(site, run)

    done = run("ros", "check", site, "--as-of", "2026-11-21")

    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines
    assert all(line.endswith("not assessed: Nobody has assessed it.") for line in lines)
    assert f"{len(lines)} risks: 0 assessed, 0 settled, {len(lines)} not; worst case high" in done.stderr


def test_a_fresh_file_never_takes_the_place_of_one_that_is_there(run: Run, site: Path) -> None:
    path = site.parent / "ros.yml"
    path.write_text("kept")

    done = run("ros", "start", site, "--out", path)

    assert (done.exit_code, path.read_text()) == (2, "kept")
    assert run("ros", "start", site, "--matrix", "9x9").exit_code == 2


def test_the_clinic_is_told_what_is_missing(run: Run) -> None:
    done = run("ros", "check", CLINIC)

    assert done.exit_code == 1
    assert "ransomware: measure 'offline-copy' was due 2026-11-15 (Fjordnett Drift)" in done.stdout
    assert "supplier-ends: not assessed: Nobody has assessed it." in done.stdout
    assert "17 risks: 13 assessed, 6 settled, 11 not; worst case high" in done.stderr


def test_the_table_and_csv_have_every_risk_gravest_first(run: Run) -> None:
    rows = list(csv.DictReader(run("ros", "show", CLINIC, "--format", "csv").stdout.splitlines()))

    assert len(rows) == 18
    assert (rows[0]["id"], rows[0]["after"]) == ("ransomware", "medium 2×3 hoped for")
    assert {row["before"] for row in rows if row["state"] == "not_assessed"} == {"not assessed", "not whole"}
    assert "ransomware" in run("ros", "show", CLINIC).stdout


def test_json_is_the_whole_assessment_and_lines_are_its_risks(run: Run) -> None:
    (whole_thing,) = json.loads(run("ros", "show", CLINIC, "--format", "json").stdout)
    lines = run("ros", "show", CLINIC, "--format", "jsonl").stdout.splitlines()

    jsonschema.validate(whole_thing, json_schema("sentinel.ros/1"))
    assert [json.loads(line)["id"] for line in lines] == [risk["id"] for risk in whole_thing["risks"]]
    assert {json.loads(line)["schema"] for line in lines} == {"sentinel.risk/1"}


def test_only_a_redacted_file_is_made_for_others(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "shared.yml"

    assert run("ros", "export", CLINIC, "--out", out).exit_code == 2
    assert not out.exists()
    assert run("ros", "export", CLINIC, "--redacted", "--out", out).exit_code == 0
    shared = out.read_text(encoding="utf-8")
    assert [word for word in ("Lyngvik", "Åse", "Kåre", "Fjordnett", "planned", "likelihood") if word in shared] == []


def test_what_others_shared_can_be_put_into_an_own_file(run: Run, site: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.yml"
    run("ros", "export", CLINIC, "--redacted", "--out", shared)
    path = whole(site, run)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  ransomware: {}\n", ""), encoding="utf-8")

    done = run("ros", "import", shared, site, "--as-of", "2026-11-21")

    assert done.exit_code == 0
    assert done.stdout.startswith("  ransomware:\n    suggested:\n")
    assert "phishing: passed over, in the file already" in done.stderr
    with path.open("a", encoding="utf-8") as file:
        file.write(done.stdout)
    after = run("ros", "check", site, "--as-of", "2026-11-21")
    assert "ransomware: not assessed" in after.stdout


def test_faults_come_all_at_once_with_their_lines(run: Run, site: Path) -> None:
    path = whole(site, run)
    with path.open("a", encoding="utf-8") as file:
        file.write("  own-a: {}\n  own-b: {title: x}\n")

    done = run("ros", "show", site, "--as-of", "2026-11-21")

    assert done.exit_code == 2
    assert done.stderr.count("ros.yml:") == 3
    assert "Traceback" not in done.output


def test_a_name_beside_the_word_patient_is_warned_of_and_never_repeated(run: Run, site: Path) -> None:
    path = whole(site, run)
    path.write_text(path.read_text(encoding="utf-8").replace("scope: Alt", "scope: Alt om pasienten Berit Lauvås"))

    done = run("ros", "check", site)

    assert f"{path.name}:" in done.stderr
    assert "take it out" in done.stderr
    assert "Lauvås" not in done.output
