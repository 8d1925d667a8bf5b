from __future__ import annotations

import json
from uuid import uuid4

import pytest

from sentinel.elastic.cluster import Access, connect
from tests.cli.conftest import Run
from tests.shared import ROOT

LOGS = ROOT / "examples" / "clinic" / "logs"


@pytest.fixture(scope="module")
def namespace() -> str:
    return f"t{uuid4().hex}"


def test_what_was_taken_in_is_found_again_with_the_same_alerts(
    run: Run, elasticsearch_url: str, namespace: str
) -> None:
    file = LOGS / "lv-epj-security.jsonl.zst"
    run("ingest", file, "--to", elasticsearch_url, "--namespace", namespace, "-q")
    index = f"logs-sentinel.*-{namespace}"

    there = run("search", "--from", elasticsearch_url, "--index", index, "--format", "jsonl")
    here = run("detect", file, "--format", "jsonl")

    assert there.exit_code == here.exit_code == 0
    assert alerts(there.stdout) == alerts(here.stdout) != set()
    (hit, *_) = map(json.loads, there.stdout.splitlines())
    assert hit["event"]["source"] == file.name, "the place where it was read, and not the index"

    words = ("--from", elasticsearch_url, "--index", index, "--format", "jsonl")
    some = run("search", *words, "--until", "2026-10-15T00:00")
    assert alerts(some.stdout) == {one for one in alerts(here.stdout) if one[1] < "2026-10-14T22:00"}


def alerts(stdout: str) -> set[tuple[str, str, str]]:
    hits = map(json.loads, stdout.splitlines())
    return {(hit["rule"]["id"], hit["event"]["time"], hit["event"]["id"]) for hit in hits}


def test_what_cannot_be_read_is_a_partial_result_and_never_an_empty_one(run: Run, elasticsearch_url: str) -> None:
    missing = ("--index", "finnes-ikke")
    for words in (missing, ("--index", "finnes-*"), (*missing, "--since", "2026-01-01")):
        done = run("search", "--from", elasticsearch_url, *words)
        assert done.exit_code == 3
        assert "not read to its end" in done.stderr

    away = run("search", "--from", "http://127.0.0.1:9")
    assert away.exit_code == 3
    assert "cannot be reached" in away.stderr


def test_a_span_that_ends_before_it_begins_is_wrong_use(run: Run, elasticsearch_url: str) -> None:
    done = run("search", "--from", elasticsearch_url, "--since", "2026-02-01", "--until", "2026-01-01")

    assert done.exit_code == 2
    assert "--since is not before --until" in done.stderr


def test_how_each_rule_is_asked_is_shown_without_a_search(run: Run, elasticsearch_url: str, namespace: str) -> None:
    file = LOGS / "lv-epj-security.jsonl.zst"
    run("ingest", file, "--to", elasticsearch_url, "--namespace", namespace, "-q")
    words = ("search", "--from", elasticsearch_url, "--index", f"logs-sentinel.*-{namespace}")
    connect(Access(elasticsearch_url)).indices.refresh(index=words[-1])

    done = run(*words, "--plan", "--format", "json")

    assert done.exit_code == 0
    rules = json.loads(done.stdout)
    assert {one["schema"] for one in rules} == {"sentinel.asked/1"}
    assert {one["how"] for one in rules} == {"by words", "in full"}
    assert all(bool(one["words"]) is (one["how"] == "by words") for one in rules)
    assert "\n0 of 7,087 records have no words of ours" in done.stderr
    assert "is asked" in run(*words, "--plan").stdout


def test_a_search_says_how_little_it_read_and_reads_all_where_that_is_asked_for(
    run: Run, elasticsearch_url: str, namespace: str
) -> None:
    file = LOGS / "lv-epj-security.jsonl.zst"
    run("ingest", file, "--to", elasticsearch_url, "--namespace", namespace, "-q")
    words = ("search", "--from", elasticsearch_url, "--index", f"logs-sentinel.*-{namespace}", "--format", "jsonl")
    connect(Access(elasticsearch_url)).indices.refresh(index=words[4])
    rules = ("--rules", ROOT / "rules" / "web")

    some, every = run(*words, *rules), run(*words, *rules, "--in-full")

    assert "asked of the index, which gave 0 of" in some.stderr
    assert "asked of the index" not in every.stderr
    assert alerts(some.stdout) == alerts(every.stdout) == set()
