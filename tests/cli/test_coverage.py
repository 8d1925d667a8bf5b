from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.cli.coverage import percent
from sentinel.model.records import json_schema
from tests.cli.conftest import Run

RULE = """title: {title}
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c1{number}
status: experimental
description: A test
level: high
author: Kåre
tags: [attack.t1190]
logsource: {{category: {category}}}
detection:
  sel: {{{field}: x}}
  condition: sel
"""
EVENT = {"event.dataset": "web.access", "@timestamp": "2026-10-16T08:00:00Z", "cs-uri-stem": "/"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    for number, (category, field) in enumerate(
        [("webserver", "cs-uri-stem"), ("webserver", "cs-cookie"), ("process_creation", "Image"), ("made_up", "A")]
    ):
        text = RULE.format(title=f"Rule {number}", number=number, category=category, field=field)
        (folder / f"{number}.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "web.jsonl"
    path.write_text("\n".join(json.dumps({**EVENT, "@timestamp": f"2026-10-{day}T08:00:00Z"}) for day in (16, 18)))
    return path


def test_each_rule_is_told_with_what_it_misses(run: Run, rules: Path, log: Path) -> None:
    done = run("rules", "coverage", log, "--rules", rules, "--format", "jsonl", "-q")

    found = [json.loads(line) for line in done.stdout.splitlines()]
    for entry in found:
        jsonschema.validate(entry, json_schema("sentinel.ledger/1"))
    assert (done.exit_code, "1 rule not looked at: nobody has connected */made_up/*" in done.stderr) == (3, True)
    assert {entry["title"]: (entry["state"], entry["missing"]) for entry in found} == {
        "Rule 0": ("evaluated", []),
        "Rule 1": ("field-absent", ["cs-cookie"]),
        "Rule 2": ("source-absent", []),
        "Rule 3": ("no-route", []),
    }
    assert [(window["first"], window["state"]) for window in found[0]["sources"][0]["windows"]] == [
        ("2026-10-16", "evaluated"),
        ("2026-10-17", "source-absent"),
        ("2026-10-18", "evaluated"),
    ]


def test_the_number_is_told_with_all_that_it_leaves_out(run: Run, rules: Path, log: Path, tmp_path: Path) -> None:
    summary = tmp_path / "numbers.json"
    done = run("rules", "coverage", log, "--rules", rules, "-q", "--summary", summary)

    numbers = json.loads(summary.read_text())
    jsonschema.validate(numbers, json_schema("sentinel.coverage/1"))
    assert (numbers["share"], numbers["rule_days"], numbers["days"], numbers["silent_days"]) == (2 / 9, 9, 3, 1)
    told = done.stderr
    assert "22.2 % of rule-days could have seen something: 2 of 9" in told
    assert "(3 rules loaded and of a known log source × 3 days, 2026-10-16 to 2026-10-18 UTC)" in told
    assert "16.6 % of what was asked for: 4 rules, refused or unknown" in told
    assert "1 of 3 could have fired on at least one record" in told
    assert "1 day holds no record in any log\n  (33.3 % of rule-days on the other 2)" in told
    assert "1 rule could not fire for want of the field cs-cookie" in told


def test_a_period_that_is_asked_for_is_the_measure(run: Run, rules: Path, log: Path) -> None:
    done = run("rules", "coverage", log, "--rules", rules, "-q", "--period", "2026-10-01", "2026-10-30")
    crossed = run("rules", "coverage", log, "--rules", rules, "-q", "--period", "2026-10-30", "2026-10-01")

    assert "2.2 % of rule-days could have seen something: 2 of 90" in done.stderr
    assert crossed.exit_code == 2


def test_a_layer_and_a_ledger_are_written(run: Run, rules: Path, log: Path, tmp_path: Path) -> None:
    layer, ledger = tmp_path / "layer.json", tmp_path / "ledger.jsonl"
    run("rules", "coverage", log, "--rules", rules, "-q", "--navigator", layer, "--ledger", ledger)

    (technique,) = json.loads(layer.read_text())["techniques"]
    assert (technique["techniqueID"], technique["score"]) == ("T1190", 25)
    assert len(ledger.read_text().splitlines()) == 4


def test_what_was_asked_for_and_not_looked_at_makes_it_partial(run: Run, rules: Path, log: Path) -> None:
    log.write_bytes(log.read_bytes() + b"\n{broken")

    assert run("rules", "coverage", log, "--rules", rules, "-q").exit_code == 3


def test_a_share_is_rounded_down() -> None:
    assert (percent(0.99999), percent(1.0), percent(0.0), percent(None)) == ("99.9 %", "100.0 %", "0.0 %", "–")
