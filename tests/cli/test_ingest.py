from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run


def test_what_was_written_was_there_and_was_refused_is_told(run: Run, elasticsearch_url: str, tmp_path: Path) -> None:
    log, rejects, namespace = tmp_path / "log.jsonl", tmp_path / "nei.jsonl", f"t{uuid4().hex}"
    log.write_bytes(b'{"a":1}\n{"a\\u0000b":"Kari"}\n{"a":3}\n')
    words = ("ingest", log, "--to", elasticsearch_url, "--namespace", namespace, "--rejects", rejects, "-q")

    first, second = run(*words), run(*words)

    assert (first.exit_code, first.stdout) == (3, "")
    assert "2 records written, 0 there already, 1 refused" in first.stderr
    assert "0 records written, 2 there already, 1 refused" in second.stderr
    assert "Kari" not in first.stderr
    refused = [json.loads(line) for line in rejects.read_text().splitlines()]
    for one in refused:
        jsonschema.validate(one, json_schema("sentinel.reject/1"))
    assert [(one["source"], one["record"]) for one in refused] == [("log.jsonl", "2")] * 2
    assert rejects.stat().st_mode & 0o777 == 0o600


def test_without_refusals_no_file_is_made_and_the_exit_code_is_zero(
    run: Run, elasticsearch_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"a":1}\n')

    done = run("ingest", log, "--to", elasticsearch_url, "--namespace", f"t{uuid4().hex}", "--rejects", tmp_path / "x")

    assert done.exit_code == 0
    assert not (tmp_path / "x").exists()


def test_what_cannot_be_done_is_told_in_a_line(run: Run, elasticsearch_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"a\\u0000b":1}\n')

    for words, told in (
        (("--to", "http://127.0.0.1:9"), "the index template: cannot be reached"),
        (("--to", "nonsense"), "'nonsense' is not an address as https://"),
        (("--to", elasticsearch_url, "--namespace", "A-B"), "namespace 'A-B'"),
        (("--to", elasticsearch_url, "--rejects", tmp_path / "no" / "x"), "cannot be written"),
    ):
        done = run("ingest", log, *words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert told in done.stderr
        assert "Traceback" not in done.stderr
