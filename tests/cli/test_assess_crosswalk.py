from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


def test_the_whole_is_a_published_record_that_says_it_is_a_lower_bound(run: Run) -> None:
    done = run("assess", "crosswalk", CLINIC, "--to", "iso-27002-2022", "--format", "json")

    (found,) = json.loads(done.stdout)
    jsonschema.validate(found, json_schema("sentinel.crosscoverage/1"))
    assert sum(found[state] for state in ("met", "partly", "not_met", "not_known")) == 93
    assert "the least that is in place" in found["says"]["en"]
    assert "at least:" in done.stderr
    assert "a lower bound" in done.stderr
    assert done.exit_code == 0


def test_the_crosswalks_go_out_as_a_mapping_collection_once(run: Run, tmp_path: Path) -> None:
    first = run("assess", "mapping", "--out", tmp_path / "m", "--as-of", "2026-11-21")
    again = run("assess", "mapping", "--out", tmp_path / "m", "--as-of", "2026-11-21")

    assert (first.exit_code, again.exit_code, first.stdout) == (0, 2, "")
    body = json.loads((tmp_path / "m" / "mapping-collection.json").read_text(encoding="utf-8"))["mapping-collection"]
    assert {one["source-resource"]["href"] for one in body["mappings"]} <= {path.name for path in tmp_path.glob("m/*")}


def test_lines_are_a_published_record_too(run: Run) -> None:
    lines = run("assess", "crosswalk", CLINIC, "--to", "cis-ig1", "--format", "jsonl").stdout.splitlines()

    assert len(lines) == 56
    for line in lines:
        jsonschema.validate(json.loads(line), json_schema("sentinel.covered/1"))


def test_an_unknown_framework_is_wrong_use(run: Run) -> None:
    done = run("assess", "crosswalk", CLINIC, "--to", "nsm")

    assert done.exit_code == 2
    assert "unknown framework 'nsm'" in done.stderr
    assert "Traceback" not in done.stderr
