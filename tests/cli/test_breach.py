from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "breach" / "lyngvik.yml"
AT = ("--at", "2026-11-20T16:00")


def test_a_fresh_file_has_its_clock_running_and_is_never_written_over(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "nytt brudd.yml"
    done = run("breach", "start", file, "--known", "2026-11-20T14:05", *AT)

    assert done.exit_code == 0
    assert "Datatilsynet: frist 2026-11-23 14:05, 70,1 timer igjen" in done.stderr
    before = file.read_text()
    assert 'case: "nytt-brudd"' in before
    assert "known: 2026-11-20T14:05+01:00" in before

    again = run("breach", "start", file, "--known", "2026-11-20T15:05", *AT)
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert file.read_text() == before


def test_a_moment_that_is_none_or_has_not_come_starts_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "brudd.yml"
    told = [
        run("breach", "start", file, "--known", known, *AT)
        for known in ("i går", "0001-01-01T00:00", "2026-11-20T16:01", "9999-12-31T23:59")
    ]

    assert [done.exit_code for done in told] == [2, 2, 2, 2]
    assert "'i går' is not a moment as 2026-11-20T14:05" in told[0].stderr
    assert "takes years from 2000 to 2100" in told[1].stderr
    assert "known is later than now" in told[2].stderr
    assert not file.exists()


def test_a_file_is_checked_with_every_fault_and_its_line(run: Run, tmp_path: Path) -> None:
    good = run("breach", "check", EXAMPLE, *AT)
    file = tmp_path / "brudd.yml"
    file.write_text(EXAMPLE.read_text().replace("role: controller", "rolle: controller").replace("found:", "funnet:"))
    bad = run("breach", "check", file, *AT)

    assert good.exit_code == 0
    assert "no faults; 0 things remain" in good.stderr
    assert bad.exit_code == 2
    assert [line.partition(": ")[2] for line in bad.stderr.splitlines()] == [
        "key 'role' is missing",
        "unknown key 'rolle'",
        "unknown key 'funnet'",
    ]


def test_an_assessment_is_a_published_record(run: Run) -> None:
    done = run("breach", "assess", EXAMPLE, *AT, "--format", "json")
    (record,) = json.loads(done.stdout)

    jsonschema.validate(record, json_schema("sentinel.breach/1"))
    assert (record["severity"]["score"], record["decision"]["outcome"]) == (3.5, "tell")
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Alvorlighet: DPC 3 × EI 1 + CB 0,5 = 3,5"), ("en", "Severity: DPC 3 × EI 1 + CB 0.5 = 3.5")],
)
def test_a_person_reads_what_follows_and_each_step(run: Run, language: str, words: str) -> None:
    told = run("breach", "assess", EXAMPLE, *AT, "--language", language).stdout

    assert words in told
    assert "2026-11-23 14:05" in told
    assert "70.1" in told


def test_the_table_as_csv_is_the_duties_alone(run: Run) -> None:
    lines = run("breach", "assess", EXAMPLE, *AT, "--format", "csv", "--language", "en").stdout.splitlines()

    assert lines[0].split(",")[:3] == ["whom", "applies", "due"]
    assert len(lines) == 10


@pytest.mark.parametrize(
    ("at", "fail_on", "code"),
    [
        ("2026-11-20T16:00", "near", 0),
        ("2026-11-22T16:00", "near", 1),
        ("2026-11-22T16:00", "passed", 0),
        ("2026-11-23T14:05", "passed", 0),
        ("2026-11-23T14:06", "passed", 1),
    ],
)
def test_a_deadline_that_is_near_or_passed_ends_with_one_where_asked(
    run: Run, at: str, fail_on: str, code: int
) -> None:
    assert run("breach", "assess", EXAMPLE, "--at", at, "--fail-on", fail_on).exit_code == code
    assert run("breach", "assess", EXAMPLE, "--at", at).exit_code == 0


def test_what_is_done_fails_no_more(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "brudd.yml"
    file.write_text(EXAMPLE.read_text() + "done: {datatilsynet: 2026-11-21T09:00}\n")

    assert run("breach", "assess", file, "--at", "2026-12-24T09:00", "--fail-on", "near").exit_code == 0


def test_a_draft_is_on_standard_output_alone(run: Run) -> None:
    done = run("breach", "draft", EXAMPLE, *AT, "--to", "datatilsynet")

    assert done.stdout.startswith("UTKAST. ")
    assert done.stderr == ""
    assert run("breach", "draft", EXAMPLE, *AT, "--to", "nhn", "--language", "en").stdout.startswith("DRAFT. ")


def test_a_draft_that_nobody_has_to_send_says_so_and_a_processors_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "brudd.yml"
    file.write_text(EXAMPLE.read_text().replace("helsenett: yes", "helsenett: no"))
    assert "whether this has to be sent is 'no'" in run("breach", "draft", file, *AT, "--to", "nhn").stderr

    file.write_text(EXAMPLE.read_text().replace("role: controller", "role: processor"))
    done = run("breach", "draft", file, *AT, "--to", "datatilsynet")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not for a processor to send" in done.stderr


def test_a_name_is_warned_of_before_a_draft_is_made(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "brudd.yml"
    file.write_text(EXAMPLE.read_text().replace("Oppsettet er rettet", "Pasient Kari Nordmann er ringt"))
    done = run("breach", "draft", file, *AT, "--to", "persons")

    assert "warning: holds what looks like a person's name" in done.stderr
    assert "Nordmann" not in done.stderr
    assert done.exit_code == 0


def test_a_file_with_signs_that_a_terminal_obeys_is_shown_without_them(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "brudd.yml"
    file.write_text(EXAMPLE.read_text().replace("what: navn og adresse", 'what: "navn \\a\\u202e og adresse"'))
    shown = run("breach", "draft", file, *AT, "--to", "persons").stdout

    assert "og adresse" in shown
    assert "\a" not in shown
    assert "\u202e" not in shown
