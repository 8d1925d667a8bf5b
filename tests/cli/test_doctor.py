from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.cli.doctor import OPTIONAL
from tests.cli.conftest import Run
from tests.shared import ROOT


def test_a_sound_installation_is_sound_and_every_setting_has_its_origin(run: Run) -> None:
    done = run("doctor", "--format", "json", "--site", ROOT / "examples" / "clinic" / "site.toml")

    checks = {check["what"]: check for check in json.loads(done.stdout)}
    assert done.exit_code == 0, done.stdout
    assert checks["setting store"]["found"].endswith("from environment")
    assert checks["content"]["state"] == "ok"
    assert checks["store"]["state"] == "ok"
    assert checks["log wifi"] == {"state": "note", "what": "log wifi", "found": "0 files", "fix": "never received"}


def test_what_is_optional_is_named_with_what_it_is_for(run: Run) -> None:
    checks = {check["what"]: check for check in json.loads(run("doctor", "--format", "json").stdout)}

    assert {checks[name]["state"] for name in ("hyperscan", *OPTIONAL)} <= {"ok", "note"}
    assert all((checks[name]["state"] == "ok") is (checks[name]["fix"] == "") for name in ("hyperscan", *OPTIONAL))


def test_a_broken_store_is_wrong_and_its_fix_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database " * 100)

    done = run("doctor", "--store", tmp_path / "x.db", "--format", "json")

    store = next(check for check in json.loads(done.stdout) if check["what"] == "store")
    assert done.exit_code == 2
    assert (store["state"], "--store" in store["fix"]) == ("wrong", True)


def test_the_table_names_what_is_missing(run: Run, tmp_path: Path) -> None:
    assert "wrong" in run("doctor", "--content", tmp_path).stdout


def test_no_password_is_shown(run: Run) -> None:
    done = run("doctor", "--store", "postgresql://kåre:hemmelig@127.0.0.1:1/x", "--format", "json")

    assert "hemmelig" not in done.output
    assert "postgresql://…@127.0.0.1:1/x" in done.stdout


def test_a_cluster_that_is_named_is_looked_at(
    run: Run, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTINEL_ELASTICSEARCH_URL", elasticsearch_url)
    done = run("doctor", "--format", "json", "--index", "missing", "--no-cache")
    checks = {check["what"]: check for check in json.loads(done.stdout)}
    assert (done.exit_code, checks["elasticsearch"]["state"], checks["its clock"]["state"]) == (0, "ok", "ok")
    assert checks["template of logs"]["found"] in {"ours", "missing", "another than this version's"}
    assert checks["mapping of missing"]["state"] == "note"

    monkeypatch.setenv("SENTINEL_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    done = run("doctor", "--format", "json")
    checks = {check["what"]: check for check in json.loads(done.stdout)}
    assert (done.exit_code, checks["elasticsearch"]["state"]) == (2, "wrong")


def test_without_a_cluster_that_is_a_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTINEL_ELASTICSEARCH_URL", raising=False)
    checks = {check["what"]: check for check in json.loads(run("doctor", "--format", "json").stdout)}
    assert checks["elasticsearch"]["state"] == "note"
