"""A rule's certificate stands wherever the rule is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel import __version__
from sentinel.content import root
from sentinel.detect.routes import mapping_of
from sentinel.detect.sigma import load_rules
from sentinel.store.store import Store
from tests.cli.conftest import Run
from tests.cli.test_rules_check import POST, RULE
from tests.model.test_certificates import ONE
from tests.shared import ROOT

RULE_ID = "5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path, log = tmp_path / "a.yml", tmp_path / "log.jsonl"
    path.write_text(RULE, encoding="utf-8")
    log.write_text(POST, encoding="utf-8")
    return path


def keep(tmp_path: Path, rule: Path) -> None:
    (ref,) = (one.ref for one in load_rules([rule], tmp_path).rules)
    one = replace(ONE, rule=ref.id, hash=ref.hash, engine=__version__, mapping=mapping_of(root()))
    (tmp_path / "store").mkdir(exist_ok=True)
    Store.open(str(tmp_path / "store" / "sentinel.db")).certificates().save([one])


def shown(run: Run, file: Path) -> list[str]:
    """Return what each place says of the one rule."""
    log = file.with_name("log.jsonl")
    explained = json.loads(run("rules", "explain", file, "--event", log, "--format", "jsonl").stdout)
    covered = json.loads(run("rules", "coverage", log, "--rules", file, "--format", "jsonl", "-q").stdout)
    listed = json.loads(run("rules", "list", file, "--format", "jsonl").stdout)
    run("detect", log, "--rules", file, "--save", "x", "-q")
    (alert,) = map(json.loads, run("alerts", "list", "--format", "jsonl").stdout.splitlines())
    detail = json.loads(run("alerts", "show", alert["id"]).stdout)[0]
    return [one["certificate"]["told"] for one in (explained, covered, listed, detail)]


def test_every_place_says_the_same(run: Run, file: Path, tmp_path: Path) -> None:
    assert set(shown(run, file)) == {"not certified"}

    keep(tmp_path, file)
    assert set(shown(run, file)) == {"agrees on 40 events, 3 hits, Elasticsearch 8.19.21 2026-11-22"}
    for words in (("explain", file, "--event", file.with_name("log.jsonl")), ("show", "5d3a", "--with", file)):
        assert "certificate: agrees on 40 events" in run("rules", *words).stdout


def test_a_store_that_cannot_be_opened_stops_nobody_and_is_told(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "sentinel.db").write_text("not a database " * 100)

    told = json.loads(run("rules", "list", file, "--format", "jsonl").stdout)["certificate"]["told"]

    assert told.startswith("not known: ")


def test_a_report_tells_it_of_rules_that_alerted(run: Run, tmp_path: Path) -> None:
    keep(tmp_path, ROOT / "rules" / "web" / "web_path_traversal.yml")
    site, out = ROOT / "examples" / "clinic" / "site.toml", tmp_path / "out"

    run("report", "technical", site, "--out", out, "-q")

    page = (out / "technical-nb.html").read_text(encoding="utf-8")
    assert "Om reglene betyr det samme i Elasticsearch" in page
    assert "likt begge steder" in page
    assert "ikke sammenlignet" in page
