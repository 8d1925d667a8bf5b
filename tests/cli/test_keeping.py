from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

RULES = """\
title: Failed logon
id: 11111111-1111-4111-8111-111111111111
name: failed
logsource: {product: windows, service: security}
detection: {a: {EventID: 4625}, condition: a}
---
title: Burst
name: burst
correlation: {type: event_count, rules: [failed], group-by: [User], timespan: 5m, generate: true, condition: {gte: 3}}
level: high
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "r.yml").write_text(RULES)
    return tmp_path / "r.yml"


def log(folder: Path, name: str, minutes: range) -> Path:
    events = (
        {"Channel": "Security", "EventID": 4625, "User": "Kåre", "TimeCreated": f"2026-10-01T00:{minute:02}:00Z"}
        for minute in minutes
    )
    (folder / name).write_text("".join(json.dumps(event) + "\n" for event in events))
    return folder / name


def titles(run: Run) -> list[str]:
    return [
        json.loads(line)["rule"]["title"] for line in run("alerts", "list", "--format", "jsonl").stdout.splitlines()
    ]


def test_a_window_goes_on_in_the_next_call_and_its_alert_can_be_raised_again(
    run: Run, rules: Path, tmp_path: Path
) -> None:
    first = run("detect", log(tmp_path, "1.jsonl", range(2)), "--rules", rules, "--save", "lab", "-q")
    before = titles(run)
    second = run("detect", log(tmp_path, "2.jsonl", range(2, 4)), "--rules", rules, "--save", "lab", "-q")

    assert "2 new alerts kept for lab" in first.stderr
    assert "3 new alerts kept for lab" in second.stderr
    assert before == ["Failed logon"] * 2
    assert sorted(titles(run)) == ["Burst", *["Failed logon"] * 4]
    burst = json.loads(run("alerts", "list", "--at-least", "high", "--format", "jsonl").stdout)
    assert burst["correlation"]["total"] == 4
    again = run("alerts", "reproduce", burst["id"], "--rules", rules)
    assert (again.exit_code, "the same alert again" in again.stdout) == (0, True)


def test_another_site_remembers_nothing_of_it(run: Run, rules: Path, tmp_path: Path) -> None:
    run("detect", log(tmp_path, "1.jsonl", range(2)), "--rules", rules, "--save", "lab", "-q")
    run("detect", log(tmp_path, "2.jsonl", range(2, 4)), "--rules", rules, "--save", "other", "-q")

    assert set(titles(run)) == {"Failed logon"}


def test_without_a_name_nothing_is_kept(run: Run, rules: Path, tmp_path: Path) -> None:
    done = run("detect", log(tmp_path, "1.jsonl", range(4)), "--rules", rules, "-q")

    assert "kept for" not in done.stderr
    assert titles(run) == []


def test_a_store_that_cannot_be_opened_is_told_before_anything_is_read(run: Run, rules: Path, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database " * 100)
    done = run(
        "detect", log(tmp_path, "1.jsonl", range(4)), "--rules", rules, "--save", "lab", "--store", tmp_path / "x.db"
    )

    assert (done.exit_code, done.stdout) == (2, "")
