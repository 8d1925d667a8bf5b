from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.cli.test_rules_check import GET, POST, RULE


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "a.yml"
    path.parent.mkdir()
    path.write_text(RULE, encoding="utf-8")
    (path.parent / "a.match.jsonl").write_text(POST + POST.replace("/blåbær", "/BLÅBÆR/x"), encoding="utf-8")
    (path.parent / "a.ignore.jsonl").write_text(GET + GET.replace("GET", "PUT"), encoding="utf-8")
    return path


def test_a_rule_is_certified_and_shown_so_until_it_is_changed(run: Run, elasticsearch_url: str, rule: Path) -> None:
    done = run("rules", "certify", rule, "--against", elasticsearch_url, "--format", "jsonl", "-q")

    assert (done.exit_code, done.stderr.splitlines()[-1].partition(": ")[2]) == (
        0,
        "1 rules agree, 0 differ, 0 not certified",
    )
    one = json.loads(done.stdout)
    jsonschema.validate(one, json_schema("sentinel.certificate/1"))
    assert (one["differ"], one["query"]) == (0, None)
    assert one["hits"] == 10
    assert "blåbær" not in done.stdout.casefold(), "no value of an event"
    assert state(run, rule).startswith("agrees on ")

    rule.write_text(RULE.replace("BLÅBÆR", "bringebær"), encoding="utf-8")
    assert state(run, rule).startswith("outdated: the rule changed since")


def state(run: Run, rule: Path) -> str:
    (listed,) = map(json.loads, run("rules", "list", rule, "--format", "jsonl").stdout.splitlines())
    jsonschema.validate(listed, json_schema("sentinel.rule/1"))
    return str(listed["certificate"]["told"])


def test_a_converted_query_that_differs_is_exit_code_3(run: Run, elasticsearch_url: str, rule: Path) -> None:
    done = run("rules", "certify", rule, "--against", elasticsearch_url, "--queries", "--format", "jsonl", "-q")

    query = json.loads(done.stdout)["query"]
    assert (done.exit_code, query["target"], query["failure"], query["extra"]) == (3, "lucene", "", 0)
    assert 0 < query["missing"] < json.loads(done.stdout)["hits"], "case counts in a keyword"
    shown = run("rules", "show", "5d3a", "--with", rule).stdout
    assert "; the query converted to lucene misses " in shown
    assert f"the query misses: {query['missing_events'][0]}" in shown


def test_a_rule_without_hits_proves_little_and_one_without_events_nothing(
    run: Run, elasticsearch_url: str, rule: Path, tmp_path: Path
) -> None:
    for name in ("match", "ignore"):
        (rule.parent / f"a.{name}.jsonl").unlink()

    nothing = run("rules", "certify", rule, "--against", elasticsearch_url, "-q")
    assert nothing.exit_code == 3
    assert "a.yml:1: not certified: no event of its log source: give some with --events" in nothing.stderr
    assert state(run, rule) == "not certified"

    (tmp_path / "log.jsonl").write_text(GET, encoding="utf-8")
    little = run("rules", "certify", rule, "--against", elasticsearch_url, "--events", tmp_path / "log.jsonl", "-q")
    assert little.exit_code == 0
    assert "Something happened: 0 hits among 1 event: that both agree proves little" in little.stderr
    assert "0 hits among 1 event prove little" in state(run, rule)


def test_rubbish_is_told_and_certifies_nothing(run: Run, elasticsearch_url: str, rule: Path, tmp_path: Path) -> None:
    away = run("rules", "certify", rule, "--against", "http://127.0.0.1:9", "-q")
    assert (away.exit_code, "cannot be reached" in away.stderr) == (2, True)

    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    noise = run("rules", "certify", rule, "--against", elasticsearch_url, "--events", tmp_path / "noise.bin", "-q")
    assert (noise.exit_code, "nothing is certified: " in noise.stderr) == (2, True)
    assert run("rules", "certify", rule, "--against", "nonsense").exit_code == 2
    assert state(run, rule) == "not certified"


def test_hostile_rules_do_no_harm(run: Run, elasticsearch_url: str, rule: Path) -> None:
    hostile = r""" "'}}, \"match_all\": {} }) OR *:* /[/ \e[31m \\\\" """
    text = RULE.replace("BLÅBÆR", hostile.strip()).replace("Something", r'"\e[31m').replace(" happened", ' happened"')
    rule.write_text(text, encoding="utf-8")

    done = run("rules", "certify", rule, "--against", elasticsearch_url, "--queries", "-q")

    assert (done.exit_code, "1 rules agree" in done.stderr) == (0, True), done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
