from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.cli.test_rules_check import GET, POST, RULE


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    old, new, log = tmp_path / "old.yml", tmp_path / "new.yml", tmp_path / "log.jsonl"
    old.write_text(RULE, encoding="utf-8")
    new.write_text(RULE.replace("POST", "GET"), encoding="utf-8")
    log.write_text(POST + GET, encoding="utf-8")
    return [old, new, log]


def test_what_came_and_went_is_shown_with_examples(run: Run, files: list[Path]) -> None:
    old, new, log = files
    done = run("rules", "backtest", "--old", old, "--new", new, log, "-q")

    assert done.exit_code == 0
    assert "added: Something happened: log.jsonl:2" in done.stdout
    assert "gone: Something happened: log.jsonl:1 : cs-method = 'GET' is false (cs-method is 'POST')" in done.stdout
    assert "1 alerts added, 1 alerts gone, 0 alerts same" in done.stderr


def test_a_difference_is_a_published_record(run: Run, files: list[Path]) -> None:
    old, new, log = files
    record = json.loads(run("rules", "backtest", "--old", old, "--new", new, log, "-q", "--format", "jsonl").stdout)

    jsonschema.validate(record, json_schema("sentinel.backtest/1"))
    assert (record["change"], record["added"], record["gone"], record["same"]) == ("changed", 1, 1, 0)


def test_what_was_not_looked_at_makes_it_partial(run: Run, files: list[Path]) -> None:
    old, new, log = files
    log.write_text(POST + "{broken\n", encoding="utf-8")
    assert run("rules", "backtest", "--old", old, "--new", new, log, "-q").exit_code == 3

    log.write_text(POST, encoding="utf-8")
    old.write_text("title: x\n")
    done = run("rules", "backtest", "--old", old, "--new", new, log, "-q")
    assert done.exit_code == 3
    assert "old.yml:1: of the old rules, not loaded: " in done.stderr


def test_with_and_without_the_cache_the_same_is_said(run: Run, files: list[Path], tmp_path: Path) -> None:
    old, new, log = files
    words = ("rules", "backtest", "--old", old, "--new", new, log, "-q")
    cache = tmp_path / "store" / "cache"

    without = run(*words, "--no-cache")
    assert not cache.exists()
    cold = run(*words)
    assert len(list(cache.iterdir())) == 2
    warm = run(*words)

    assert (without.stdout, without.stderr, without.exit_code) == (cold.stdout, cold.stderr, cold.exit_code)
    assert (without.stdout, without.stderr, without.exit_code) == (warm.stdout, warm.stderr, warm.exit_code)
    assert "1 alerts added" in warm.stderr


def test_the_records_of_an_index_may_be_searched_back(run: Run, files: list[Path], elasticsearch_url: str) -> None:
    old, new, log = files
    namespace = f"t{uuid4().hex}"
    run("ingest", log, "--to", elasticsearch_url, "--namespace", namespace, "-q")
    words = ("--from", elasticsearch_url, "--index", f"logs-sentinel.*-{namespace}", "--format", "jsonl")

    there = run("rules", "backtest", "--old", old, "--new", new, *words, "-q")

    assert there.exit_code == 0
    found = json.loads(there.stdout)
    assert (found["change"], found["added"], found["gone"], found["same"]) == ("changed", 1, 1, 0)
    assert "name logs, or a cluster with --from" in run("rules", "backtest", "--old", old, "--new", new).stderr
