from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

SITE = """schema = "sentinel.site/1"
[organisation]
name = "Testklinikken"
number = "000000002"
kind = "dental_clinic"
[[logs]]
name = "epj"
title = {{ nb = "Journalloggen", en = "The EPJ access log" }}
paths = ["{path}"]
[archive]
folder = "archive"
keep_days = 30
"""


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTINEL_ELASTICSEARCH_URL", raising=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--once", "name logs with --logs or --site, or a cluster with --from"),
        ("--logs a --once", "Missing option '--save'."),
        ("--logs a --save k --since 2026-11-01", "--since is for a cluster, and not for files"),
        ("--logs a --save k --from http://x", "--from is for a cluster, and not for files"),
        ("--logs a --site {site} --save k", "--logs and --site are two ways to say the same: take one"),
        ("--logs a --save k --keep-days 3 --once", "--keep-days is for --archive"),
        ("--from http://127.0.0.1:9 --save k --archive a", "--archive is for files, and not for a cluster"),
        ("--site {stdin}", "standard input cannot be followed"),
        ("--site nothing.toml", "does not exist"),
    ],
)
def test_wrong_words_are_told(words: str, told: str, run: Run, tmp_path: Path) -> None:
    for name, path in (("site", "a.log"), ("stdin", "-")):
        (tmp_path / f"{name}.toml").write_text(SITE.format(path=path), encoding="utf-8")
    made = words.format(site=tmp_path / "site.toml", stdin=tmp_path / "stdin.toml").split()

    done = run("watch", "run", *made)

    assert (done.exit_code, told in done.stderr) == (2, True), done.stderr


def test_a_site_file_names_logs_archive_and_site(run: Run, tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(SITE.format(path="epj*.jsonl"), encoding="utf-8")
    (tmp_path / "epj-1.jsonl").write_text('{"a": 1}\n')

    done = run("watch", "run", "--site", tmp_path / "site.toml", "--once", "-q")

    told = done.stderr.splitlines()
    assert (done.exit_code, told[1:]) == (0, ["epj: 1 record"])
    assert told[0].startswith("000000002: ")
    assert told[0].endswith("and no set was ever enabled: not searched back, see sentinel watch back")
    assert '"site":"000000002","target":"epj"' in run("watch", "windows", "--format", "jsonl").stdout
    assert [path.parent.name for path in (tmp_path / "archive").glob("2*/*/*.zst")] == ["epj"]


def test_where_nothing_is_archived_it_says_that_nothing_can_be_searched_back(run: Run, tmp_path: Path) -> None:
    site = SITE.format(path="epj*.jsonl").partition("[archive]")[0]
    (tmp_path / "site.toml").write_text(site, encoding="utf-8")
    (tmp_path / "epj-1.jsonl").write_text('{"a": 1}\n')

    done = run("watch", "run", "--site", tmp_path / "site.toml", "--once", "-q")

    assert done.stderr.splitlines() == [
        "000000002: without an archive there is nothing to search changed rules back over",
        "epj: 1 record",
    ]


def test_two_folders_of_one_name_are_two_logs(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "logs").mkdir(parents=True)
        (tmp_path / name / "logs" / "x").write_text('{"a": 1}\n')
    folders = (tmp_path / "a" / "logs", tmp_path / "b" / "logs")

    done = run("watch", "run", "--logs", folders[0], "--logs", folders[1], "--save", "k", "--once", "-q")

    told = [line for line in done.stderr.splitlines() if "not searched back" not in line]
    assert sorted(told) == sorted(f"{folder}: 1 record" for folder in folders)
