from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest

from sentinel.elastic.cluster import Access, connect
from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

RULE = """title: Nowhere
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c12
status: experimental
description: A test
level: high
author: Kåre
logsource: {category: teapot}
detection:
  sel: {a: b}
  condition: sel
"""
LOG = ROOT / "examples" / "clinic" / "logs" / "lv-epj-security.jsonl.zst"


@pytest.fixture
def namespace(run: Run, elasticsearch_url: str) -> str:
    """Return where a log of the clinic was taken in just now."""
    name = f"t{uuid4().hex}"
    assert run("ingest", LOG, "--to", elasticsearch_url, "--namespace", name, "-q").exit_code == 0
    connect(Access(elasticsearch_url)).indices.refresh(index=f"logs-sentinel.*-{name}")
    return name


def watch(run: Run, url: str, namespace: str, *words: object) -> tuple[int, list[str], str]:
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="minutes")
    index = f"logs-sentinel.*-{namespace}"
    common = ("--index", index, "--save", "klinikken", "--since", since, "--once", "--delay", "0", "-q")
    done = run("watch", "run", "--from", url, *common, "--format", "jsonl", *words)
    return done.exit_code, done.stdout.splitlines(), done.stderr


def test_what_came_in_is_told_once_and_kept(run: Run, elasticsearch_url: str, namespace: str) -> None:
    here = run("detect", LOG, "--format", "jsonl").stdout.splitlines()

    code, told, words = watch(run, elasticsearch_url, namespace)
    again = watch(run, elasticsearch_url, namespace)

    assert (code, words.splitlines()[-1]) == (0, "0 windows owed")
    assert {json.loads(line)["id"] for line in told} == {json.loads(line)["id"] for line in here} != set()
    assert again[:2] == (0, [])
    kept = run("alerts", "list", "--format", "jsonl").stdout.splitlines()
    assert {json.loads(line)["id"] for line in kept} >= {json.loads(line)["id"] for line in here}


def test_windows_are_listed_as_published_records(run: Run, elasticsearch_url: str, namespace: str) -> None:
    watch(run, elasticsearch_url, namespace)

    listed = [json.loads(line) for line in run("watch", "windows", "--format", "jsonl").stdout.splitlines()]

    for one in listed:
        jsonschema.validate(one, json_schema("sentinel.watchwindow/1"))
    assert sum(one["records"] for one in listed) == 7_087
    assert {one["state"] for one in listed} == {"done"}


def test_what_is_owed_is_a_partial_result_with_its_reason(run: Run, elasticsearch_url: str) -> None:
    code, told, words = watch(run, elasticsearch_url, "missing")
    listed = run("watch", "windows", "--owed")

    assert (code, told) == (3, [])
    assert re.search(r"\d windows? owed\nnot looked for records of no window: ", words)
    assert listed.exit_code == 3
    for one in map(json.loads, run("watch", "windows", "--owed", "--format", "jsonl").stdout.splitlines()):
        assert (one["state"], one["tries"], one["records"]) == ("owed", 1, None)
        assert "index_not_found" in one["reason"]


def test_rules_that_cannot_look_are_told_and_make_the_result_partial(
    run: Run, elasticsearch_url: str, namespace: str, tmp_path: Path
) -> None:
    (tmp_path / "half.yml").write_text("title: Half\n", encoding="utf-8")
    (tmp_path / "nowhere.yml").write_text(RULE, encoding="utf-8")

    code, _, words = watch(run, elasticsearch_url, namespace, "--rules", tmp_path)
    table = run("watch", "windows", "--format", "csv").stdout

    assert code == 3
    assert "half.yml:1: not loaded: " in words
    assert "1 rule not looked at: nobody has connected */teapot/*" in words
    assert "1 no-route" in table


def test_skipped_records_are_told_and_make_the_result_partial(run: Run, elasticsearch_url: str, namespace: str) -> None:
    client, index = connect(Access(elasticsearch_url)), f"odd-{namespace}"
    client.indices.create(index=index, mappings={"dynamic": False, "properties": {"event.ingested": {"type": "date"}}})
    odd = {"event": {"ingested": datetime.now(UTC).isoformat()}, "x" * 5_000: 1}
    client.index(index=index, document=odd, refresh=True)

    code, _, words = watch(run, elasticsearch_url, namespace, "--index", index)

    assert code == 3
    assert "1 record, 0 new alerts, skipped: 1 too-large" in words
    assert "1 skipped (too-large)" in " ".join(run("watch", "windows", "--format", "csv").stdout.split())
    assert run("watch", "windows").stderr.endswith("0 owed, 1 record skipped\n")


def test_grave_alerts_are_exit_code_one(run: Run, elasticsearch_url: str, namespace: str) -> None:
    code, _, _ = watch(run, elasticsearch_url, namespace, "--fail-on", "low")

    assert code == 1


def test_wrong_words_are_told(run: Run, tmp_path: Path) -> None:
    assert "Missing option '--save'" in run("watch", "run", "--from", "http://127.0.0.1:9").stderr
    done = run("watch", "run", "--from", "nonsense", "--save", "x", "--once")
    assert (done.exit_code, "is not an address" in done.stderr) == (2, True)
    assert not (tmp_path / "rejected.jsonl").exists()
