from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from sentinel.cli import app
from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.cli.test_rules_check import GET, POST, RULE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yml"
    path.write_text(RULE, encoding="utf-8")
    return path


def test_a_miss_shows_what_was_false_first(run: Run, file: Path) -> None:
    done = run("rules", "explain", file, "--event", GET)

    assert done.exit_code == 0
    assert "Something happened" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[0].endswith(": no hit")
    assert "false first: cs-method = 'POST' (cs-method is 'GET')" in done.stdout
    assert "✓ cs-uri-stem contains 'BLÅBÆR': '/blåbær'" in done.stdout
    assert "✗ cs-method = 'POST': cs-method is 'GET'" in done.stdout


def test_an_explanation_is_a_published_record(run: Run, file: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(GET + POST, encoding="utf-8")

    done = run("rules", "explain", file, "--event", log, "--record", 2, "--format", "jsonl")

    told = json.loads(done.stdout)
    jsonschema.validate(told, json_schema("sentinel.explanation/1"))
    assert (told["verdict"], told["record"], told["views"][0]["first_false"]) == ("hit", "2", None)
    assert told["views"][0]["condition"]["items"][0]["matched"][0]["value"] == "/blåbær"


def test_an_event_of_another_log_source_is_said_to_be_one(run: Run, file: Path) -> None:
    done = run("rules", "explain", file, "--event", POST.replace("web.access", "other"))

    assert "not looked at: its log source does not apply" in done.stdout
    assert "why: */webserver/*: event.dataset is 'other', not 'web.access'" in done.stdout


def test_stdin_and_ids_of_shipped_rules(run: Run, file: Path) -> None:
    done = CliRunner().invoke(app, ["rules", "explain", str(file), "--event", "-"], input=POST)
    assert done.stdout.splitlines()[0].endswith(": hit")

    shipped = run("rules", "explain", "5d3a1c9e-0000-4000-8000-000000000000", "--event", POST)
    assert shipped.exit_code == 2
    assert "is neither a file nor the id of a rule" in shipped.stderr


@pytest.mark.parametrize("event", ["", "nowhere.jsonl", "{", "{}{", '{"a": "\x1b[31m"}'])
def test_rubbish_is_one_line(run: Run, file: Path, event: str) -> None:
    done = run("rules", "explain", file, "--event", event)

    assert done.exit_code in {0, 2}
    assert "Traceback" not in done.output
    assert "\x1b" not in done.stdout


def test_a_refused_rule_says_why(run: Run, file: Path) -> None:
    file.write_text("title: x\n")

    done = run("rules", "explain", file, "--event", POST)

    assert done.exit_code == 2
    assert "a.yml:1: " in done.stderr


FILTER = """title: Not this one
id: 7d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c13
logsource: {category: webserver}
filter:
  rules: [5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11]
  own: {cs-uri-stem|endswith: bær}
  condition: not own
"""
CORRELATION = """title: Often
id: 8d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c14
correlation:
  type: event_count
  rules: [5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11]
  group-by: [c-ip]
  timespan: 1h
  condition: {gte: 2}
"""


def test_parts_have_their_names_also_beside_the_folder_one_stands_in(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file.parent / "inner").mkdir()
    monkeypatch.chdir(file.parent / "inner")

    assert "✓ sel: all of" in run("rules", "explain", "../a.yml", "--event", POST).stdout


def test_a_folder_is_not_one_rule(run: Run, file: Path) -> None:
    done = run("rules", "explain", file.parent, "--event", POST)

    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{file.parent} is a folder; name one rule file in it, or the id of a rule and --rules" in done.stderr


def test_one_rule_of_a_folder_is_named_by_its_id(run: Run, file: Path) -> None:
    file.with_name("b.yml").write_text(RULE.replace("5d3a", "6d3a"), encoding="utf-8")
    done = run("rules", "explain", "6D3A1C9E-6f0e-4a43-9f6f-2a7f5b1f0c11", "--rules", file.parent, "--event", POST,
               "--format", "json")  # fmt: skip

    (told,) = json.loads(done.stdout)
    assert (told["rule"], told["verdict"]) == ("6d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11", "hit")


def test_of_a_file_with_several_rules_each_is_explained(run: Run, file: Path) -> None:
    second = RULE.replace("5d3a", "6d3a").replace("POST", "PUT")
    third = RULE.replace("5d3a", "7d3a").replace("level", "levl")
    file.write_text(f"{RULE}---\n{second}---\n{CORRELATION}---\n{third}", encoding="utf-8")

    done = run("rules", "explain", file, "--event", POST, "--format", "json")

    assert [one["verdict"] for one in json.loads(done.stdout)] == ["hit", "no-hit"]
    told = [line.partition("a.yml:")[2].split(";")[0] for line in done.stderr.splitlines()]
    assert told == ["28: unknown key 'levl'", "17: is a correlation of many events"]
    assert done.stderr.startswith("not explained: ")


def test_filters_beside_the_rule_count(run: Run, file: Path) -> None:
    file.with_name("f.yml").write_text(FILTER, encoding="utf-8")

    alone = run("rules", "explain", file, "--event", POST, "--format", "json")
    among = run("rules", "explain", file, "--rules", file.parent, "--event", POST, "--format", "json")

    assert [one["verdict"] for one in json.loads(alone.stdout)] == ["hit"]
    assert [one["verdict"] for one in json.loads(among.stdout)] == ["no-hit"]


def test_a_correlation_names_the_rules_that_can_be_explained(run: Run, file: Path) -> None:
    often = file.with_name("often.yml")
    often.write_text(CORRELATION, encoding="utf-8")

    for words in ([often, "--rules", file], ["8d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c14", "--rules", file.parent]):
        done = run("rules", "explain", *words, "--event", POST)
        assert done.exit_code == 2
        assert "is a correlation of many events; explain one of its rules: 5d3a1c9e-6f0e" in done.stderr
