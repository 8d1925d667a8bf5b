from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.cli.test_rules_check import RULE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yml"
    path.write_text(RULE, encoding="utf-8")
    return path


def test_queries_are_data_and_warnings_are_talk(run: Run, file: Path) -> None:
    done = run("rules", "convert", file, "--target", "splunk_spl2")

    assert done.exit_code == 0
    assert done.stdout == "FROM main WHERE 'cs-uri-stem' LIKE \"%BLÅBÆR%\" AND 'cs-method'=\"POST\"\n"
    assert "a.yml:1: warning: text (" in done.stderr
    assert "1 of 1 rule converted (100.00%), 1 with warnings" in done.stderr


def test_a_rule_beside_the_folder_one_stands_in(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / "inner").mkdir()
    monkeypatch.chdir(file.parent / "inner")

    done = run("rules", "convert", "../a.yml", "--target", "lucene")

    assert (done.exit_code, done.stdout) == (0, "cs-uri-stem:*BLÅBÆR* AND cs-method:POST\n")


def test_a_conversion_is_a_published_record(run: Run, file: Path) -> None:
    done = run("rules", "convert", file, "--target", "esql", "--format", "jsonl")

    record = json.loads(done.stdout)
    jsonschema.validate(record, json_schema("sentinel.conversion/1"))
    assert record["queries"][0].startswith("from *")
    assert any(warning.startswith("text") for warning in record["warnings"])


def test_a_rule_that_does_not_convert_makes_the_result_partial(run: Run, file: Path) -> None:
    file.write_text(RULE.replace("contains", "cased"), encoding="utf-8")

    done = run("rules", "convert", file, "--target", "lucene")

    assert (done.exit_code, done.stdout) == (3, "")
    assert "a.yml:1: not converted: NotImplementedError" in done.stderr


def test_a_target_that_is_not_installed_names_the_extra(run: Run, file: Path) -> None:
    done = run("rules", "convert", file, "--target", "loki")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "helse-sentinel[convert]" in done.stderr


def test_without_any_plugin_it_is_the_same_line(file: Path) -> None:
    script = (
        "import sys, sigma.backends; sigma.backends.__path__ = []; "
        f"sys.argv = ['sentinel', 'rules', 'convert', {str(file)!r}, '--target', 'lucene']; "
        "from sentinel.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "helse-sentinel[convert]" in done.stderr
    assert "Traceback" not in done.stderr
