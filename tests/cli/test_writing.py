from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from sentinel.cli.writing import WRITERS, save, save_all
from sentinel.errors import RenderError
from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.detect.documents import correlation
from tests.detect.rules import rule
from tests.shared import ROOT

EVENT = (ROOT / "rules/windows/windows_whoami_all.match.jsonl").read_text(encoding="utf-8").splitlines()[0] + "\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text(EVENT + '{"a": 1}\n', encoding="utf-8")
    return path


@pytest.mark.parametrize("form", WRITERS)
def test_each_format_is_written_beside_what_is_printed(run: Run, log: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    plain = run("detect", log, "--format", "jsonl", "-q")
    done = run("detect", log, "--format", "jsonl", "-q", "--write", f"{form}={path}")

    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stdout == plain.stdout
    assert hits
    assert f"wrote {path}" in done.stderr
    written = path.read_text(encoding="utf-8")
    assert [hit["id"] for hit in hits if hit["id"] not in written] == []


def test_lines_and_rows_are_as_many_as_hits(run: Run, log: Path, tmp_path: Path) -> None:
    targets = {form: tmp_path / form for form in ("jsonl", "ocsf", "csv", "timesketch")}
    words = [word for form, path in targets.items() for word in ("--write", f"{form}={path}")]
    hits = run("detect", log, "--format", "jsonl", "-q", *words).stdout.splitlines()

    assert len(targets["jsonl"].read_text().splitlines()) == len(targets["ocsf"].read_text().splitlines()) == len(hits)
    for form in ("csv", "timesketch"):
        with targets[form].open(newline="", encoding="utf-8") as file:
            assert len(list(csv.DictReader(file))) == len(hits)


def test_rules_behind_a_correlation_are_told_by_title_now_and_from_the_store(run: Run, tmp_path: Path) -> None:
    """Titles come from the rules that are loaded: where these are others, the ids stay as they are."""
    asks = rule(1, "s: {CommandLine|contains: whoami}\ncondition: s")
    ids = "00000000-0000-4000-8000-000000000001"
    both = correlation("both", 2, f"type: temporal\nrules: [{ids}]\ntimespan: 5m")
    folder, target, log = tmp_path / "rules", tmp_path / "out.csv", tmp_path / "log.jsonl"
    folder.mkdir()
    log.write_text(EVENT, encoding="utf-8")
    (folder / "a.yml").write_text(f"{asks}---\n{both}", encoding="utf-8")
    told = []
    for words in (
        ("detect", log, "--rules", folder, "--save", "here", "-q"),
        ("alerts", "export", "--rules", folder),
        ("alerts", "export"),
    ):
        assert run(*words, "--write", f"csv={target}").exit_code == 0
        told += [row["matched"] for row in csv.DictReader(target.read_text().splitlines()) if ids in row["matched"]]

    assert told[0] == told[1]
    assert f"[«Rule 1» ({ids})]" in told[0]
    assert f"[{ids}]" in told[2]


def test_the_ledger_is_published_records(run: Run, log: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    run("detect", log, "-q", "--ledger", path)

    entries = [json.loads(line) for line in path.read_text().splitlines()]
    for entry in entries:
        jsonschema.validate(entry, json_schema("sentinel.ledger/1"))
    seen = [entry for entry in entries if entry["hits"]]
    assert {log["source"] for entry in seen for log in entry["sources"]} == {"log.jsonl"}
    assert {entry["state"] for entry in entries} >= {"evaluated", "source-absent"}


@pytest.mark.parametrize("word", ["pdf=x", "html", "html=", "=x", "html=/nowhere/at/all/x.html"])
def test_a_file_that_cannot_be_meant_is_wrong_use(run: Run, log: Path, word: str) -> None:
    done = run("detect", log, "-q", "--write", word)

    assert done.exit_code == 2
    assert done.stdout == ""


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(RenderError, match="cannot be written"):
        save(tmp_path / "folder", ["x"])
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_that_breaks_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def parts() -> object:
        yield "new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(path, parts())  # type: ignore[arg-type]  # a generator that never ends well
    assert (path.read_text(), len(list(tmp_path.iterdir()))) == ("old", 1)


def test_an_interrupt_keeps_what_was_found_and_says_that_there_may_be_more(tmp_path: Path) -> None:
    log, page, ledger = tmp_path / "long.jsonl", tmp_path / "t.html", tmp_path / "l.jsonl"
    log.write_text(EVENT + '{"a": 1}\n' * 3_000_000, encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-u", "-m", "sentinel", "detect", str(log), "--format", "jsonl", "--quiet",
         "--write", f"html={page}", "--ledger", str(ledger), "--save", "lab", "--store", str(tmp_path / "x.db")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    running.stdout.readline()
    os.kill(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "Traceback" not in told
    assert "1 new alert kept for lab" in told
    assert "Interrupted: what came after is not known." in page.read_text(encoding="utf-8")
    hit = [entry for entry in map(json.loads, ledger.read_text().splitlines()) if entry["hits"]]
    assert {(entry["state"], entry["reason"]) for entry in hit} == {("truncated", "long.jsonl: not read to its end")}


def test_a_folder_that_is_not_there_is_refused_before_anything_is_read(run: Run, log: Path) -> None:
    done = run("detect", log, "-q", "--ledger", "/nowhere/at/all/l.jsonl")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no folder /nowhere/at/all" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--write", "csv={log}"), "is among what is read, and would be lost"),
        (("--ledger", "{log}"), "is among what is read, and would be lost"),
        (("--write", "csv={folder}/x", "--write", "html={folder}/x"), "two things cannot be written to one file"),
        (("--write", "csv={folder}/x", "--ledger", "{folder}/../{name}/x"), "two things cannot be written to one file"),
        (("--write", "csv=/dev/stdout"), "is no file that can be written whole"),
        (("--write", "csv=/dev/null"), "is no file that can be written whole"),
        (("--write", "csv={folder}"), "is no file that can be written whole"),
        (("--write", "csv={folder}/" + "x" * 300), "cannot be written: File name too long"),
    ],
)
def test_nothing_is_written_over_what_is_read_or_over_itself(
    run: Run, log: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    before = log.read_bytes()
    given = [word.format(log=log, folder=tmp_path, name=tmp_path.name) for word in words]
    done = run("detect", log, "-q", *given)

    assert (done.exit_code, done.stdout, log.read_bytes()) == (2, "", before)
    assert told in done.stderr


def test_a_log_in_a_folder_that_is_read_is_not_written_over_and_a_new_file_may_stand_there(
    run: Run, log: Path, tmp_path: Path
) -> None:
    (tmp_path / "logs").mkdir()
    inside = log.rename(tmp_path / "logs" / "log.jsonl")

    assert run("detect", inside.parent, "-q", "--write", f"csv={inside}").exit_code == 2
    assert run("detect", inside.parent, "-q", "--write", f"csv={inside.parent / 'new.csv'}").exit_code == 0
    assert run("rules", "coverage", inside.parent, "-q", "--ledger", inside).exit_code == 2


def test_a_link_stands_for_the_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    save(tmp_path / "link", ["new"])

    assert ((tmp_path / "link").is_symlink(), (tmp_path / "real").read_text()) == (True, "new")


def test_one_file_that_cannot_be_written_takes_no_other_with_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(RenderError, match="folder: cannot be written"):
        save_all([(tmp_path / "folder", ["x"]), (tmp_path / "x.html", ["y"])])
    assert (tmp_path / "x.html").read_text() == "y"
