from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from sentinel.detect.alerts import fingerprint
from sentinel.detect.readers import read_log
from sentinel.model.records import json_schema
from sentinel.model.skipped import Tally
from tests.cli.conftest import Run
from tests.detect.readers.test_text_formats import NAMES, SAMPLES
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"
RECORDS = {
    "epj": 3_649,
    "epj-server-security": 7_087,
    "epj-server-sysmon": 4_960,
    "domain-controller-security": 1_637,
    "clients-sysmon": 4_730,
    "web": 4_083,
    "firewall": 8_159,
    "wifi": 0,
}


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTINEL_ELASTICSEARCH_URL", raising=False)


def ids(lines: str) -> set[str]:
    found = [json.loads(line)["id"] for line in lines.splitlines()]
    assert len(found) == len(set(found))
    return set(found)


def test_the_clinics_logs_are_told_as_by_detect_and_again_from_the_archive(run: Run, tmp_path: Path) -> None:
    """In three ways the same alerts, correlations among them: followed, read at once, read from the archive."""
    site, archive = CLINIC / "site.toml", tmp_path / "archive"
    watched = run("watch", "run", "--site", site, "--archive", archive, "--once", "-q", "--format", "jsonl")
    again = run("watch", "run", "--site", site, "--archive", archive, "--once", "-q", "--format", "jsonl")

    assert (watched.exit_code, again.exit_code) == (3, 3)  # the log of the wireless network never came
    assert "wifi: nothing ever came" in watched.stderr
    assert "epj: silent since 2026-10-31 22:00 UTC" in watched.stderr
    assert again.stdout == ""
    detected = run("detect", CLINIC / "logs", "-q", "--format", "jsonl")
    (day,) = (path for path in archive.iterdir() if path.name != "manifests")
    archived = run("detect", day, "-q", "--format", "jsonl")
    assert ids(watched.stdout) == ids(detected.stdout) == ids(archived.stdout) != set()
    assert (detected.exit_code, archived.exit_code) == (0, 0)

    windows = [json.loads(line) for line in run("watch", "windows", "--format", "jsonl").stdout.splitlines()]
    counts: dict[str, int] = {}
    for window in windows:
        jsonschema.validate(window, json_schema("sentinel.watchwindow/1"))
        counts[window["target"]] = counts.get(window["target"], 0) + window["records"]
    assert counts == RECORDS

    lines = [json.loads(line) for line in (archive / "manifests" / f"{day.name}.jsonl").read_text().splitlines()]
    for line in lines:
        jsonschema.validate(line, json_schema("sentinel.archivedfile/1"))
    assert {line["log"]: line["records"] for line in lines} == {name: count for name, count in RECORDS.items() if count}


def test_a_changed_rule_is_back_tested_over_the_archive(run: Run, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    log = CLINIC / "logs" / "web-access.jsonl.gz"
    run("watch", "run", "--logs", log, "--save", "k", "--archive", archive, "--once", "-q")
    (day,) = (path for path in archive.iterdir() if path.name != "manifests")
    old = ROOT / "rules"

    from_log, from_archive = (
        run("rules", "backtest", path, "--old", old, "--new", old, "--format", "jsonl", "-q").stdout
        for path in (log, day)
    )

    def same(lines: str) -> dict[str, int]:
        return {one["rule"]: one["same"] for one in map(json.loads, lines.splitlines())}

    assert same(from_log) == same(from_archive) != {}


def test_every_text_format_comes_out_of_the_archive_as_it_went_in(run: Run, tmp_path: Path) -> None:
    logs, archive = tmp_path / "logs", tmp_path / "archive"
    logs.mkdir()
    for name in NAMES:
        shutil.copy2(SAMPLES / f"{name}.log", logs)
        os.utime(logs / f"{name}.log", (1_600_000_000, 1_600_000_000))  # some lack the year, which the file's age tells
    run("watch", "run", "--logs", logs, "--save", "k", "--archive", archive, "--once", "-q")
    (day,) = (path for path in archive.iterdir() if path.name != "manifests")

    for name in NAMES:
        (archived,) = day.glob(f"logs/{name}.log-*.zst")
        tallies = Tally(name), Tally(name)
        here, there = (
            Counter(map(fingerprint, read_log(path, name, tally)))
            for path, tally in zip((logs / f"{name}.log", archived), tallies, strict=True)
        )
        assert here == there != Counter(), name
        assert tallies[0].skipped == tallies[1].skipped
    assert len(list(day.rglob("*.zst"))) == len(NAMES)


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sentinel", "watch", "run", "--logs", "logs", "--save", "k", "--store", "x.db"]
    environment = {key: value for key, value in os.environ.items() if key != "SENTINEL_ELASTICSEARCH_URL"}
    return subprocess.Popen(
        [*command, "-q", "--every", "0.1", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_with_what_was_done_kept(number: signal.Signals, run: Run, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_text('{"a": 1}\n')
    running = started(tmp_path, "--archive", "archive")
    assert running.stderr is not None
    assert "not searched back" in running.stderr.readline()
    first = running.stderr.readline()
    with (tmp_path / "logs" / "a.jsonl").open("a") as file:
        file.write('{"a": 2}\n{"a": 3}\n')
    second = running.stderr.readline()
    running.send_signal(number)
    _, told = running.communicate(timeout=60)

    assert (first, second) == ("logs: 1 record\n", "logs: 2 records\n")
    assert (running.returncode, told.splitlines()[-1]) == (130, "Interrupted; what was found so far is kept.")
    listed = run("watch", "windows", "--store", tmp_path / "x.db", "--format", "jsonl").stdout
    assert [json.loads(line)["records"] for line in listed.splitlines()] == [3]
    assert len(list((tmp_path / "archive" / "manifests").glob("2*.jsonl"))) == 1


@pytest.mark.slow
def test_an_archive_is_of_one_watch_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_text('{"a": 1}\n')
    running = started(tmp_path, "--archive", "archive")
    assert running.stderr is not None
    begun = [running.stderr.readline() for _ in range(2)]
    assert begun[1] == "logs: 1 record\n", "its archive is open by now"

    other = started(tmp_path, "--archive", "archive")
    _, told = other.communicate(timeout=60)
    running.kill()
    running.communicate()
    third = started(tmp_path, "--archive", "archive", "--once")
    third.communicate(timeout=60)

    assert other.returncode == 2
    assert told.splitlines()[1:] == ["archive: no archive can be kept here: another watch keeps its archive here"]
    assert third.returncode == 0


def test_what_is_owed_or_was_skipped_is_a_partial_result(run: Run, tmp_path: Path) -> None:
    def once(name: str) -> tuple[int, str]:
        done = run("watch", "run", "--logs", tmp_path / name, "--save", name, "--once", "-q")
        unsearched, _, told = done.stderr.partition("\n")
        assert "not searched back" in unsearched
        return done.exit_code, told

    (tmp_path / "whole").write_text('{"a": 1}\n')
    (tmp_path / "bad").write_text('{"a": 1}\nno json\n')
    (tmp_path / "half").write_text('{"a": 1}\n{"a": ')
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))

    assert once("whole") == (0, "whole: 1 record\n")
    assert once("bad") == (3, "bad: 1 record, skipped: 1 not-json\n")
    assert once("half") == (3, "half: 1 record\nowed: half: 6 bytes wait for the end of their record\n")
    assert once("picture")[0] == 3
    assert "picture: owed: picture: is no log but a PNG picture" in once("picture")[1]
    assert once("missing")[0] == 3
    assert "missing: is not there" in once("missing")[1]


def test_grave_alerts_are_exit_code_one(run: Run) -> None:
    log = CLINIC / "logs" / "web-access.jsonl.gz"
    done = run("watch", "run", "--logs", log, "--save", "k", "--once", "-q", "--fail-on", "low")

    assert done.exit_code == 1


def test_rules_that_were_not_searched_back_are_told_until_they_are(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "web.jsonl.gz"
    shutil.copy(CLINIC / "logs" / "web-access.jsonl.gz", log)
    watched = ("watch", "run", "--logs", log, "--save", "k", "--once", "-q")

    before = run(*watched)
    back = run("watch", "back", "--logs", log, "--save", "k", "--since", "900d", "--enable", "-q")
    after = run(*watched)

    assert "k: " in before.stderr
    assert "not searched back, see sentinel watch back" in before.stderr
    assert back.exit_code in {0, 3}, back.stderr
    assert "not searched back" not in after.stderr
