from __future__ import annotations

import csv
import json
import select
import subprocess
import sys
import zlib
from pathlib import Path

import jsonschema
import pytest

from sentinel.cli.detect import titled
from sentinel.content import root
from sentinel.model.records import json_schema
from tests.cli.conftest import Run

RULE = """title: Something happened
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11
status: experimental
description: A test
level: {level}
author: Kåre
logsource: {{category: webserver}}
detection:
  sel: {{cs-uri-stem|contains: BLÅBÆR}}
  condition: sel
"""
EVENT = {"event": {"dataset": "web.access"}, "@timestamp": "2026-10-16T08:00:00Z", "cs-uri-stem": "/blåbær"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.yml").write_text(RULE.format(level="high"), encoding="utf-8")
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "web.jsonl"
    path.write_text(json.dumps(EVENT) + "\n" + json.dumps({**EVENT, "cs-uri-stem": "/"}) + "\n", encoding="utf-8")
    return path


def test_a_hit_is_a_published_record(run: Run, rules: Path, log: Path) -> None:
    done = run("detect", log, "--rules", rules, "--format", "jsonl", "-q")

    (hit,) = [json.loads(line) for line in done.stdout.splitlines()]
    jsonschema.validate(hit, json_schema("sentinel.hit/1"))
    assert done.exit_code == 0
    assert (hit["rule"]["author"], hit["event"]["record"]) == ("Kåre", "1")
    assert hit["matched"][0]["value"] == "/blåbær"
    assert hit["fields"]["event.dataset"] == "web.access"


def test_log_sources_beside_rules_are_told_as_not_used(run: Run, rules: Path, log: Path) -> None:
    before = run("detect", log, "--rules", rules, "-q")
    (rules / "_logsources").mkdir()
    (rules / "_logsources" / "a.yml").write_text("dataset: web\n", encoding="utf-8")
    done = run("detect", log, "--rules", rules, "-q")

    assert "_logsources" not in before.stderr
    assert f"{rules / '_logsources'}: not used: log sources are taken from --content alone" in done.stderr
    assert (done.stdout, done.exit_code) == (before.stdout, 0)


@pytest.mark.parametrize(
    ("level", "fail_on", "code"), [("high", "high", 1), ("high", "critical", 0), ("low", "medium", 0)]
)
def test_fail_on(run: Run, rules: Path, log: Path, level: str, fail_on: str, code: int) -> None:
    (rules / "a.yml").write_text(RULE.format(level=level), encoding="utf-8")

    assert run("detect", log, "--rules", rules, "--fail-on", fail_on, "-q").exit_code == code


def test_every_rule_that_is_not_loaded_is_named_with_its_place_and_the_result_is_partial(
    run: Run, rules: Path, log: Path
) -> None:
    (rules / "b.yml").write_text(RULE.format(level="high").replace("level:", "levl:").replace("5d3a", "6d3a"))
    (rules / "c.yml").write_text("[")

    done = run("detect", log, "--rules", rules, "--format", "json", "-q")

    assert done.exit_code == 3
    assert len(json.loads(done.stdout)) == 1
    assert "b.yml:5: not loaded: content: unknown key 'levl'" in done.stderr
    assert "c.yml:2: not loaded: " in done.stderr


def test_a_folder_of_rules_that_loses_some_in_silence_is_wrong_use(run: Run, rules: Path, log: Path) -> None:
    (rules / "b.yml").symlink_to(rules / "b.yml")
    (rules.parent / "empty").mkdir()

    done = run("detect", log, "--rules", rules, "--rules", rules.parent / "empty", "-q")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"{rules.parent / 'empty'}: holds no rule file (.yml, .yaml)",
        f"{rules / 'b.yml'}: is a link that leads nowhere: Too many levels of symbolic links",
    ]


def test_skipped_records_make_the_result_partial(run: Run, rules: Path, log: Path) -> None:
    log.write_bytes(log.read_bytes() + b"{broken\n")

    done = run("detect", log, "--rules", rules, "-q")

    assert done.exit_code == 3
    assert "skipped: 1 not-json" in done.stderr


@pytest.mark.parametrize(
    ("content", "told"), [(b"PK\x03\x04" + bytes(50), "zip"), (b"", "empty"), (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG")]
)
def test_what_is_no_log_is_told_in_one_line(run: Run, rules: Path, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "x.evtx"
    path.write_bytes(content)

    done = run("detect", path, "--rules", rules, "-q")

    assert done.exit_code == 3
    assert [line for line in done.stderr.splitlines() if line.startswith("x.evtx: ") and told in line]


def test_without_rules_the_shipped_ones_are_used(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes((root() / "rules/windows/windows_security_log_cleared.match.jsonl").read_bytes())

    done = run("detect", path, "--format", "jsonl", "-q")

    assert "Security log cleared" in {json.loads(line)["rule"]["title"] for line in done.stdout.splitlines()}


def test_a_table_shows_time_level_rule_and_place(run: Run, rules: Path, log: Path) -> None:
    done = run("detect", log, "--rules", rules, "-q")

    assert "2026-10-16T08:00:00" in done.stdout
    assert "web.jsonl:1" in done.stdout


def test_a_file_that_is_not_there_is_wrong_use(run: Run, rules: Path) -> None:
    assert run("detect", "/nowhere.jsonl", "--rules", rules).exit_code == 2


def test_placeholders_are_filled_in_and_without_them_the_rule_is_named(run: Run, rules: Path, log: Path) -> None:
    text = RULE.format(level="high").replace("|contains: BLÅBÆR", "|expand: '%paths%'")
    (rules / "a.yml").write_text(text, encoding="utf-8")

    empty = run("detect", log, "--rules", rules, "--format", "json", "-q")
    filled = run("detect", log, "--rules", rules, "--format", "json", "-q", "--placeholder", "paths=/x",
                 "--placeholder", "paths=/BLÅBÆR")  # fmt: skip

    assert (empty.exit_code, json.loads(empty.stdout)) == (3, [])
    assert "placeholder %paths% is not filled in" in empty.stderr
    assert (filled.exit_code, len(json.loads(filled.stdout))) == (0, 1)


def test_a_placeholder_without_a_value_is_wrong_use(run: Run, rules: Path, log: Path) -> None:
    assert run("detect", log, "--rules", rules, "--placeholder", "paths").exit_code == 2


def test_standard_input_may_be_a_log(rules: Path, log: Path) -> None:
    words = [sys.executable, "-m", "sentinel", "detect", "-", "--rules", str(rules), "--format", "jsonl", "-q"]
    done = subprocess.run(words, input=log.read_bytes(), capture_output=True, check=True)

    (hit,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert hit["event"]["source"] == "standard input"
    assert "standard input: jsonl, 2 records" in done.stderr.decode()


def test_a_format_may_be_forced_and_is_said(run: Run, rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_text("event.dataset,cs-uri-stem,sc-status\nweb.access,/blåbær,200\n", encoding="utf-8")

    done = run("detect", path, "--rules", rules, "--format", "jsonl", "-q")
    assert (json.loads(done.stdout)["event"]["record"], done.exit_code) == ("2", 0)
    assert "t: csv, 1 record" in done.stderr
    done = run("detect", path, "--rules", rules, "--input-format", "jsonl", "-q")
    assert done.exit_code == 3
    assert "2 not-json" in done.stderr


def test_a_file_that_no_rule_can_look_at_is_no_clean_result(run: Run, rules: Path, log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"who": "knows"}\n{"who": "else"}\n')

    done = run("detect", other, "--rules", rules, "-q")
    assert done.exit_code == 3
    assert "other.jsonl: jsonl, 2 records, all of no log source that is connected here" in done.stderr
    other.write_bytes(other.read_bytes() + log.read_bytes())
    done = run("detect", other, "--rules", rules, "-q")
    assert done.exit_code == 0
    assert "2 of no log source that is connected here" in done.stderr


def test_explained_hits_show_which_text_met_which_test(run: Run, rules: Path, log: Path) -> None:
    done = run("detect", log, "--rules", rules, "-q", "--explain")

    _, hit, why = done.stdout.splitlines()
    assert (hit.split()[1], "web.jsonl:1" in hit) == ("high", True)
    assert why == "    cs-uri-stem contains 'BLÅBÆR': '/blåbær'"


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_explained_records_hold_their_explanation(run: Run, rules: Path, log: Path, form: str) -> None:
    plain = run("detect", log, "--rules", rules, "-q", "--format", form).stdout
    shown = run("detect", log, "--rules", rules, "-q", "--format", form, "--explain").stdout

    (without,), (hit,) = (json.loads(text if form == "json" else f"[{text}]") for text in (plain, shown))
    jsonschema.validate(hit, json_schema("sentinel.hit/1"))
    assert hit["explanation"] == ["cs-uri-stem contains 'BLÅBÆR': '/blåbær'"]
    assert hit == {**without, "explanation": hit["explanation"]}
    assert without["explanation"] is None


def test_explained_rows_of_csv_have_a_column_more(run: Run, rules: Path, log: Path) -> None:
    head, row = csv.reader(
        run("detect", log, "--rules", rules, "-q", "--format", "csv", "--explain").stdout.splitlines()
    )
    plain = list(csv.reader(run("detect", log, "--rules", rules, "-q", "--format", "csv").stdout.splitlines()))

    assert (head[-1], row[-1]) == ("explanation", "cs-uri-stem contains 'BLÅBÆR': '/blåbær'")
    assert [head[:-1], row[:-1]] == plain


def test_explained_and_written_is_in_the_file(run: Run, rules: Path, log: Path, tmp_path: Path) -> None:
    run("detect", log, "--rules", rules, "-q", "--explain", "--write", f"jsonl={tmp_path / 'hits.jsonl'}")

    hit = json.loads((tmp_path / "hits.jsonl").read_text(encoding="utf-8"))
    assert hit["explanation"] == ["cs-uri-stem contains 'BLÅBÆR': '/blåbær'"]


@pytest.mark.parametrize(
    ("status", "revision", "shown"),
    [("current", 1, "T"), ("current", 2, "T (revision 2)"), ("withdrawn", 3, "T (withdrawn)")],
)
def test_an_alert_that_is_told_again_or_is_so_no_more_says_it(status: str, revision: int, shown: str) -> None:
    assert titled({"rule": {"title": "T"}, "status": status, "revision": revision}) == shown


def test_what_a_log_says_cannot_steer_the_terminal_when_it_is_explained(run: Run, rules: Path, log: Path) -> None:
    log.write_text(json.dumps({**EVENT, "cs-uri-stem": "/blåbær\x1b[31m\n\u202e"}) + "\n", encoding="utf-8")

    shown = run("detect", log, "--rules", rules, "-q", "--explain").stdout

    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 3


def test_explained_and_empty_is_nothing_found(run: Run, rules: Path, log: Path) -> None:
    log.write_text("{}\n")

    assert run("detect", log, "--rules", rules, "-q", "--explain").stdout == "Nothing found.\n"


def test_with_and_without_the_cache_the_same_is_said(run: Run, rules: Path, log: Path, tmp_path: Path) -> None:
    (rules / "broken.yml").write_text("title: broken\nlogsource: {category: webserver}\n", encoding="utf-8")
    (rules / "unfilled.yml").write_text(RULE.format(level="low").replace("BLÅBÆR", "'%x%'"), encoding="utf-8")
    words = ("detect", log, "--rules", rules, "--format", "jsonl", "-q")
    cache = tmp_path / "store" / "cache"

    without = run(*words, "--no-cache")
    assert not cache.exists()
    cold, warm = run(*words), run(*words)

    assert len(list(cache.iterdir())) == 1
    assert without.exit_code == cold.exit_code == warm.exit_code == 3
    assert without.stdout == cold.stdout == warm.stdout != ""
    assert without.stderr == cold.stderr == warm.stderr
    assert "broken.yml" in warm.stderr


def test_a_rule_that_was_mended_is_seen_at_once(run: Run, rules: Path, log: Path) -> None:
    words = ("detect", log, "--rules", rules, "--format", "jsonl", "-q")
    run(*words)
    (rules / "a.yml").write_text(RULE.format(level="critical"), encoding="utf-8")

    assert json.loads(run(*words).stdout)["rule"]["level"] == "critical"


PATH = "/bl\u00e5b\u00e6r-NUMBER"
LINE = json.dumps({**EVENT, "cs-uri-stem": PATH}) + "\n"
ELEMENT = (
    "<Event><System><Channel>x</Channel><event.dataset>web.access</event.dataset></System>"
    f"<EventData><Data Name='cs-uri-stem'>{PATH}</Data></EventData></Event>\n"
)
SENT = {
    "jsonl": ("", LINE),
    "json": ("[\n", f"{LINE},\n"),
    "access": ("", f'10.0.0.7 - - [16/Oct/2026:10:00:00 +0200] "GET {PATH} HTTP/1.1" 200 5\n'),
    "w3c": ("#Fields: date time cs-uri-stem\n", f"2026-10-16 08:00:00 {PATH}\n"),
    "csv": ("event.dataset;cs-uri-stem;other\nx;y;z\n", f"web.access;{PATH};x\n"),
    "syslog": ("", f"<13>Oct 16 10:00:00 web app: {LINE}"),
    "zeek": ("#separator \\x09\n#fields\tevent.dataset\tcs-uri-stem\n", f"web.access\t{PATH}\n"),
    "winxml": ("<Events>", ELEMENT),
}
"""What begins a log of a format, and a record of it."""


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", SENT)
def test_hits_of_a_pipe_come_while_it_is_open(rules: Path, kind: str, packed: bool) -> None:
    """Each is waited for before more is written, so that one that is kept back would never come."""
    head, record = SENT[kind]
    packer = zlib.compressobj(wbits=31)
    words = [sys.executable, "-m", "sentinel", "detect", "-", "--rules", str(rules), "--format", "jsonl", "-q"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as live:
        assert live.stdin
        assert live.stdout
        assert live.stderr
        for number in range(6 if kind == "jsonl" else 3):  # more pauses than blocks that one process reads alone
            data = (head * (number == 0) + record.replace("NUMBER", str(number))).encode()
            live.stdin.write(packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) if packed else data)
            live.stdin.flush()
            assert select.select([live.stdout], [], [], 240)[0]
            assert json.loads(live.stdout.readline())["fields"]["cs-uri-stem"] == PATH.replace("NUMBER", str(number))
        live.stdin.close()
        assert f"standard input: {kind}, " in live.stderr.read().decode()
