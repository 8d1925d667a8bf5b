from __future__ import annotations

import json

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run

FROM = ("--from", "2026-11-20T14:05", "--at", "2026-11-20T15:05")


def test_every_clock_in_force_is_a_published_record(run: Run) -> None:
    lines = [json.loads(line) for line in run("clocks", *FROM, "--format", "jsonl").stdout.splitlines()]

    for line in lines:
        jsonschema.validate(line, json_schema("sentinel.deadline/1"))
    assert [line["clock"]["id"] for line in lines] == [
        "dsl-24",
        "gdpr-12",
        "gdpr-12",
        "gdpr-33",
        "gdpr-36",
        "gdpr-36",
        "yearly-review",
    ]
    assert {line["clock"]["id"]: line["hours_left"] for line in lines}["gdpr-33"] == 71


def test_both_readings_stand_side_by_side(run: Run) -> None:
    row, longer = run("clocks", *FROM, "--only", "gdpr-12", "--format", "csv").stdout.splitlines()[1:]

    # 20 December 2026 is a Sunday: its end, and that of the Monday after
    assert row.split(",")[:3] == ["gdpr-12", "2026-12-21 00:00", "2026-12-22 00:00"]
    assert longer.startswith('"gdpr-12, extended",2027-02-21 00:00,2027-02-23 00:00')  # 20 February is a Saturday


def test_a_pause_makes_it_longer(run: Run) -> None:
    rows = run("clocks", *FROM, "--only", "gdpr-36", "--paused", "3", "--format", "csv").stdout

    assert "gdpr-36,2027-01-19 00:00" in rows  # Friday 15 January and three days: 18 January
    assert '"gdpr-36, extended",2027-03-02 00:00' in rows  # Friday 26 February and three days: 1 March


@pytest.mark.parametrize(("at", "code"), [("2026-11-22T10:00", 0), ("2026-11-22T15:00", 1), ("2026-11-30T10:00", 1)])
def test_a_deadline_that_is_near_ends_with_one_where_asked(run: Run, at: str, code: int) -> None:
    done = run("clocks", "--from", "2026-11-20T14:05", "--at", at, "--only", "gdpr-33", "--fail-on", "near")

    assert done.exit_code == code


@pytest.mark.parametrize(
    "words", [("--only", "gdpr-34"), ("--only", "nis2-early"), ("--from", "snart"), ("--paused", "-1")]
)
def test_what_is_no_clock_or_moment_is_wrong_use(run: Run, words: tuple[str, str]) -> None:
    done = run("clocks", *FROM, *words)

    assert (done.exit_code, done.stdout) == (2, "")
