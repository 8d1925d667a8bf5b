from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run

RULE = """title: Something happened
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11
level: high
logsource: {category: webserver}
detection:
  sel: {cs-uri-stem|contains: BLÅBÆR, cs-method: POST}
  condition: sel
"""
POST = '{"event.dataset": "web.access", "cs-uri-stem": "/blåbær", "cs-method": "POST"}\n'
GET = POST.replace("POST", "GET")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yml"
    path.write_text(RULE, encoding="utf-8")
    return path


def test_a_rule_that_is_refused_is_told_by_line_and_ends_with_2(run: Run, file: Path) -> None:
    file.write_text(RULE.replace("level", "levl").replace("|contains", "|holds"), encoding="utf-8")

    done = run("rules", "check", file)

    assert done.exit_code == 2
    assert [line.partition("a.yml:")[2] for line in done.stdout.splitlines()] == [
        "3: unknown key 'levl'; did you mean 'level'?",
        "6: unknown modifier 'holds'",
    ]


def test_warnings_of_a_rule_beside_the_folder_one_stands_in(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file.parent / "inner").mkdir()
    monkeypatch.chdir(file.parent / "inner")
    done = run("rules", "check", "../a.yml")

    assert done.stdout == "../a.yml:1: warning: no samples beside it: nothing shows that it can fire [no-samples]\n"


def test_editors_read_records(run: Run, file: Path) -> None:
    file.write_text(RULE.replace("level", "levl"), encoding="utf-8")

    [remark] = [json.loads(line) for line in run("rules", "check", file, "--format", "jsonl").stdout.splitlines()]

    jsonschema.validate(remark, json_schema("sentinel.remark/1"))
    assert (remark["line"], remark["grave"], remark["code"]) == (3, "error", "refused")


def test_warnings_do_not_fail_and_can_be_left_out(run: Run, file: Path) -> None:
    warned = run("rules", "check", file)
    quiet = run("rules", "check", file, "--ignore", "no-samples")

    assert warned.exit_code == quiet.exit_code == 0
    assert warned.stdout.endswith(
        "a.yml:1: warning: no samples beside it: nothing shows that it can fire [no-samples]\n"
    )
    assert quiet.stdout == ""
    assert "1 rule loaded, 0 refused, 0 warnings" in quiet.stderr


def test_placeholders_are_filled_in(run: Run, file: Path) -> None:
    file.write_text(RULE.replace("|contains: BLÅBÆR", "|expand: '%paths%'"), encoding="utf-8")

    assert run("rules", "check", file).exit_code == 2
    assert run("rules", "check", file, "--placeholder", "paths=/x").exit_code == 0


def test_without_paths_the_content_is_checked(run: Run) -> None:
    done = run("rules", "check")

    assert (done.exit_code, done.stdout) == (0, "")


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"\xff\xfe\x00", b"[" * 5000, b"a: &a [*a]\n", b"title: \x00\n", b"--- !!python/object:os.system x"],
)
def test_rubbish_is_told_and_never_a_traceback(run: Run, file: Path, rubbish: bytes) -> None:
    file.write_bytes(rubbish)

    done = run("rules", "check", file)

    assert done.exit_code == 2
    assert "a.yml" in done.stdout


def test_samples_that_fail_say_what_was_false_first(run: Run, file: Path) -> None:
    file.with_suffix(".match.jsonl").write_text(POST + GET, encoding="utf-8")
    file.with_suffix(".ignore.jsonl").write_text(GET + POST, encoding="utf-8")

    done = run("rules", "test", file)

    assert done.exit_code == 2
    silent = "cs-method = 'POST' was false first (cs-method is 'GET')"
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines()] == [
        "a.ignore.jsonl:2: must be left alone, but the rule fires on cs-uri-stem contains 'BLÅBÆR', cs-method = 'POST'",
        f"a.match.jsonl:2: must match, but the rule does not fire: {silent}",
    ]


def test_rules_without_samples_make_the_test_partial(run: Run, file: Path) -> None:
    done = run("rules", "test", file)

    assert done.exit_code == 3
    assert "a.yml:1: not tested: no samples beside it" in done.stderr


def test_good_samples_pass(run: Run, file: Path) -> None:
    file.with_suffix(".match.jsonl").write_text(POST * 2, encoding="utf-8")
    file.with_suffix(".ignore.jsonl").write_text(GET * 2, encoding="utf-8")

    assert run("rules", "test", file).exit_code == 0


def test_a_correlation_is_checked_with_the_rules_it_refers_to(run: Run, file: Path, tmp_path: Path) -> None:
    counting = tmp_path / "count.yml"
    counting.write_text(
        "title: Many\nid: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c12\ncorrelation:\n  type: event_count\n"
        "  rules: [5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11]\n  group-by: [c-ip]\n  timespan: 5m\n  condition: {gte: 5}\n"
    )

    assert run("rules", "check", counting).exit_code == 2
    done = run("rules", "check", counting, "--with", file)
    assert (done.exit_code, done.stdout) == (0, "")


def test_samples_of_rules_that_were_not_asked_for_are_no_fault(run: Run, file: Path) -> None:
    for ending, text in ((".match.jsonl", POST), (".ignore.jsonl", GET)):
        file.with_suffix(ending).write_text(text * 2, encoding="utf-8")
        file.with_name(f"b{ending}").write_text(text, encoding="utf-8")
    file.with_name("b.yml").write_text(RULE, encoding="utf-8")

    assert run("rules", "test", file).exit_code == 0
    file.with_name("b.yml").unlink()
    assert run("rules", "test", file).stdout.count("belongs to no rule") == 2
