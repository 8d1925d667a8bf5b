from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
EXAMPLE = ROOT / "examples" / "clinic" / "dpia.yml"
AT = ("--as-of", "2026-11-21")
DECISION = "approval: {by: Åse Lyngvik, role: Daglig leder, date: 2026-11-20, decision: Vi starter i desember.}\n"


def test_a_fresh_file_is_read_and_everything_in_it_is_open(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dpia.yml"
    assert run("dpia", "start", CLINIC, "--case", "video", "--out", path).exit_code == 0

    done = run("dpia", "check", path, *AT)

    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].startswith("Det kan ikke sies ennå.")
    assert len(done.stdout.splitlines()) == 28
    assert "0 beskrevet, 0 delvis, 27 mangler, 0 gjelder ikke" in done.stderr
    assert "name: Lyngvik tannklinikk" in path.read_text(encoding="utf-8")


def test_no_file_is_written_over(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dpia.yml"
    path.write_text("kept")

    for command in (("start", CLINIC), ("export", EXAMPLE, *AT)):
        done = run("dpia", *command, "--out", path)
        assert (done.exit_code, path.read_text()) == (2, "kept")
        assert "is there already" in done.stderr


@pytest.mark.parametrize("case", ["Video", "to ord", "-a", "", "æ"])
def test_a_name_of_a_case_is_plain(run: Run, case: str) -> None:
    done = run("dpia", "start", CLINIC, "--case", case)

    assert done.exit_code == 2
    assert "--case takes" in done.stderr


def test_the_example_lacks_the_decision_and_with_it_is_finished(run: Run, tmp_path: Path) -> None:
    lacking = run("dpia", "check", EXAMPLE, *AT)
    path = tmp_path / "dpia.yml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8") + DECISION, encoding="utf-8")
    whole = run("dpia", "check", path, *AT)

    assert lacking.exit_code == 1
    assert lacking.stdout.splitlines()[0] == "Beslutning av ledelsen: Ingen har skrevet noe om dette."
    assert "Gjennomfør før start: Hvert oppslag logges og gjennomgås hver måned" in lacking.stdout
    assert whole.exit_code == 0
    assert whole.stdout.splitlines()[0] == "Gjennomfør før start: Innlogging i to trinn for ansatte"
    assert "ferdig: Alle punkter er beskrevet eller begrunnet" in whole.stderr


def test_faults_are_told_all_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dpia.yml"
    text = EXAMPLE.read_text(encoding="utf-8")
    path.write_text(
        text.replace("biometric:", "biometrics:").replace("due: 2026-12-11", "due: i morgen"), encoding="utf-8"
    )

    done = run("dpia", "check", path, *AT)

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 3
    assert all("is not a date as 2026-11-12" in line for line in done.stderr.splitlines())


def test_the_screening_is_a_table_and_a_record(run: Run) -> None:
    shown = run("dpia", "screen", EXAMPLE, *AT, "--language", "en")
    (record,) = json.loads(run("dpia", "screen", EXAMPLE, *AT, "--format", "json").stdout)
    lines = list(csv.reader(io.StringIO(run("dpia", "screen", EXAMPLE, *AT, "--format", "csv").stdout)))

    assert "NEEDED: An assessment is needed, since the processing is on Datatilsynet's list" in shown.stderr
    jsonschema.validate(record, json_schema("sentinel.dpiascreening/1"))
    (first, *_) = run("dpia", "screen", EXAMPLE, *AT, "--format", "jsonl").stdout.splitlines()
    jsonschema.validate(json.loads(first), json_schema("sentinel.dpiatest/1"))
    assert (record["need"], record["rule"], len(record["tests"])) == ("needed", "listed", 29)
    assert len(lines) == 30


def test_the_whole_is_a_record_by_its_schema(run: Run) -> None:
    (record,) = json.loads(run("dpia", "show", EXAMPLE, *AT, "--format", "json").stdout)
    table = run("dpia", "show", EXAMPLE, *AT)
    (first, *_) = run("dpia", "show", EXAMPLE, *AT, "--format", "jsonl").stdout.splitlines()
    jsonschema.validate(json.loads(first), json_schema("sentinel.dpiaitem/1"))

    jsonschema.validate(record, json_schema("sentinel.dpia/1"))
    assert record["schema"] == "sentinel.dpia/1"
    assert "Beslutning av ledelsen" in table.stdout
    assert "mangler" in table.stdout


def test_the_documents_are_written_in_the_languages_asked_for(run: Run, tmp_path: Path) -> None:
    done = run("dpia", "report", EXAMPLE, *AT, "--out", tmp_path, "--language", "en")

    assert done.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dpia-en.html", "dpia-en.pdf", "dpia.json"]


def test_the_letter_is_a_draft_and_says_where_none_is_to_be_sent(run: Run) -> None:
    done = run("dpia", "letter", EXAMPLE, *AT)

    assert done.stdout.startswith("UTKAST. Ikke sendt.")
    assert "no high risk is left" in done.stderr
    assert "--only gdpr-36" in done.stderr


def test_an_export_comes_back_and_what_was_lost_is_told(run: Run, tmp_path: Path) -> None:
    sent, came = tmp_path / "pia.json", tmp_path / "dpia.yml"
    out = run("dpia", "export", EXAMPLE, *AT, "--out", sent)
    back = run("dpia", "import", sent, "--case", "tilbake", "--out", came)

    assert (out.exit_code, back.exit_code) == (0, 0)
    assert "not in the export: the screening" in out.stderr
    assert "not taken over" not in back.stderr
    checked = run("dpia", "check", came, *AT)
    assert checked.exit_code == 1
    assert checked.stdout.startswith("Det kan ikke sies ennå.")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"pia": 4}', "\x00"])
def test_what_is_no_export_is_told_in_a_line(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "pia.json"
    path.write_text(text)

    done = run("dpia", "import", path)

    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    assert all("pia.json" in line for line in done.stderr.splitlines())


def test_a_day_that_no_calendar_of_ours_has_is_wrong_use(run: Run) -> None:
    assert run("dpia", "check", EXAMPLE, "--as-of", "9999-12-31").exit_code == 2


def test_what_others_shared_becomes_a_suggestion(run: Run, tmp_path: Path) -> None:
    shared = tmp_path / "shared.yml"
    assert run("dpia", "export", EXAMPLE, *AT, "--redacted", "--out", shared).exit_code == 0

    done = run("dpia", "import", shared)

    assert done.exit_code == 0
    assert done.stdout.startswith("suggested:\n  tests:\n  - new-technology\n")
    path = tmp_path / "dpia.yml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8") + done.stdout, encoding="utf-8")
    assert run("dpia", "check", path, *AT).stdout == run("dpia", "check", EXAMPLE, *AT).stdout
