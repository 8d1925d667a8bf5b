from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest

from sentinel.model.records import json_schema
from sentinel.store.store import Store
from tests.cli.conftest import Run
from tests.cli.test_rules_check import GET, POST, RULE
from tests.shared import ROOT

SINCE = "2026-01-01"
OTHER = RULE.replace("0c11", "0c12").replace("Something", "Something else").replace("POST", "GET")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yml").write_text(RULE, encoding="utf-8")
    return folder


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "one.jsonl").write_text(POST + GET, encoding="utf-8")
    (folder / "two.jsonl").write_text(GET.replace("/blåbær", "/blåbær/2") + "{}\n", encoding="utf-8")
    return folder


def back(run: Run, rules: Path, logs: Path, *words: object) -> tuple[int, list[dict[str, object]], str]:
    common = ("--save", "klinikken", "--logs", logs, "--rules", rules, "--since", SINCE, "-q", "--format", "jsonl")
    done = run("watch", "back", *common, *words)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def changes(run: Run, rules: Path, logs: Path) -> tuple[int, list[tuple[str, str]], str]:
    done = run("watch", "changes", "--save", "klinikken", "--logs", logs, "--rules", rules, "--format", "jsonl")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    for one in records:
        jsonschema.validate(one, json_schema("sentinel.setchange/1"))
    return done.exit_code, [(one["change"], one["title"]) for one in records], done.stderr


def kept(run: Run) -> set[str]:
    listed = run("alerts", "list", "--format", "jsonl").stdout.splitlines()
    return {json.loads(line)["rule"]["title"] for line in listed}


def test_a_set_is_searched_back_shown_enabled_and_then_nothing_is_changed(run: Run, rules: Path, logs: Path) -> None:
    assert changes(run, rules, logs)[:2] == (3, [("new", "Something happened")])

    code, (told,), words = back(run, rules, logs)
    jsonschema.validate(told, json_schema("sentinel.backtest/1"))
    assert (code, told["change"], told["added"], told["gone"]) == (0, "new", 1, 0)
    assert "not enabled: with --enable these rules are used from now on" in words
    assert kept(run) == set()

    code, (told,), words = back(run, rules, logs, "--enable")
    assert (code, told["added"]) == (0, 1)
    assert "records searched" not in words, "both files were searched before"
    assert "enabled for klinikken; 1 new alert kept" in words
    assert kept(run) == {"Something happened"}
    assert changes(run, rules, logs)[:2] == (0, [])


def test_a_changed_rule_shows_what_goes_and_a_removed_one_is_told(run: Run, rules: Path, logs: Path) -> None:
    (rules / "b.yml").write_text(OTHER, encoding="utf-8")
    back(run, rules, logs, "--enable")
    (rules / "b.yml").unlink()
    (rules / "a.yml").write_text(RULE.replace("POST", "[POST, GET]"), encoding="utf-8")

    code, listed, words = changes(run, rules, logs)
    assert (code, sorted(listed)) == (3, [("changed", "Something happened"), ("removed", "Something else happened")])
    assert "removed: Something else happened: nothing looks for it any more" in words

    code, told, words = back(run, rules, logs, "--enable")
    numbers = {str(one["title"]): (one["added"], one["gone"], one["same"]) for one in told}
    assert numbers == {"Something happened": (2, 0, 1), "Something else happened": (0, 2, 0)}
    assert "removed: Something else happened" in words
    assert kept(run) == {"Something happened", "Something else happened"}, "what was found is not forgotten"


def test_a_mapping_of_log_sources_that_changed_is_searched_back(
    run: Run, rules: Path, logs: Path, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    (content / "rules" / "_logsources").mkdir(parents=True)
    mapping = content / "rules" / "_logsources" / "web.yml"
    mapping.write_text("dataset: web\ncategory: webserver\nwhen: {event.dataset: [other]}\n", encoding="utf-8")
    back(run, rules, logs, "--content", content, "--enable")
    mapping.write_text("dataset: web\ncategory: webserver\nwhen: {event.dataset: [web.access]}\n", encoding="utf-8")

    code, (told,), _ = back(run, rules, logs, "--content", content)

    assert (code, told["change"], told["added"]) == (0, "changed", 1)


def test_what_the_budget_leaves_is_owed_once_it_is_enabled(run: Run, rules: Path, logs: Path) -> None:
    code, _, words = back(run, rules, logs, "--max-records", 0, "--enable")
    assert code == 3
    assert "owed: not searched back: 1 changed rule over 2 files" in words
    assert kept(run) == set()
    code, listed, words = changes(run, rules, logs)
    assert (code, listed) == (3, [])
    assert "owed: not searched back: 1 changed rule" in words

    code, told, words = back(run, rules, logs)

    assert (code, told) == (0, [])
    assert "klinikken: all 1 rules are as they were" in words
    assert kept(run) == {"Something happened"}
    assert changes(run, rules, logs)[0] == 0


def test_a_difference_that_is_not_the_whole_one_says_so(run: Run, rules: Path, logs: Path) -> None:
    code, _, words = back(run, rules, logs, "--max-records", 1)

    assert code == 3
    assert "the difference is not the whole one: not searched yet: 1 changed rule over 1 file" in words


def test_a_file_that_is_no_log_is_told_and_owed(run: Run, rules: Path, logs: Path) -> None:
    (logs / "noise.bin").write_bytes(bytes(range(256)) * 40)

    code, _, words = back(run, rules, logs, "--enable")

    assert code == 3
    assert "noise.bin: not searched to its end, and stays owed: " in words
    assert "owed: not searched back: 1 changed rule over 1 file" in words


def test_what_cannot_be_compared_is_told(run: Run, rules: Path, logs: Path) -> None:
    (rules / "c.yml").write_text("title: broken\n", encoding="utf-8")
    (rules / "d.yml").write_text(OTHER.replace("webserver", "nobody_knows"), encoding="utf-8")

    code, _, words = back(run, rules, logs)

    assert code == 3
    assert "not loaded: " in words
    assert "1 rule not looked at: nobody has connected " in words


def test_wrong_words_are_told(run: Run, rules: Path, logs: Path, tmp_path: Path) -> None:
    for words, why in (
        (("--since", "tomorrow"), "is not a moment"),
        (("--since", "2999-01-01"), "Invalid value for '--since'"),
        (("--since", "0d"), "is not a moment"),
        (("--max-minutes", "0"), "Invalid value"),
        (("--from", "http://127.0.0.1:9"), "name a cluster with --from, files with --logs, or a site's archive"),
        (("--logs", "-"), "standard input has no past"),
        (("--rules", tmp_path / "missing"), "does not exist"),
    ):
        code, _, told = back(run, rules, logs, *words)
        assert (code, why in told) == (2, True), (words, told)


def test_hostile_rules_do_no_harm(run: Run, rules: Path, logs: Path) -> None:
    (rules / "a.yml").write_text(RULE.replace("Something", r'"\e[31m../../x').replace("happened", 'x"'), "utf-8")

    done = run("watch", "back", "--save", "\x1b[31m", "--logs", logs, "--rules", rules, "--since", SINCE, "--enable")

    assert "\x1b" not in done.stdout + done.stderr
    assert done.exit_code == 0


def test_over_an_index_a_watch_is_told_until_its_rules_were_searched_back(
    run: Run, rules: Path, logs: Path, elasticsearch_url: str
) -> None:
    namespace = f"t{uuid4().hex}"
    run("ingest", logs / "one.jsonl", "--to", elasticsearch_url, "--namespace", namespace, "-q")
    target = ("--index", f"logs-sentinel.*-{namespace}", "--save", "klinikken")
    index = ("--from", elasticsearch_url, *target, "--rules", rules, "--delay", 0)
    once = ("watch", "run", *index, "--once", "-q")
    told = "1 new, 0 changed, 0 removed and no set was ever enabled: not searched back, see sentinel watch back"
    time.sleep(1)  # a watch begins at a full second: it must not hold what was just taken in
    assert told in run(*once).stderr

    done = run("watch", "back", *index, "--since", "1d", "--enable", "-q")
    assert "enabled for klinikken; 1 new alert kept" in done.stderr, "the watch began later"
    assert "1 alerts added" in done.stderr
    assert "not searched back" not in run(*once).stderr
    between = run("watch", "back", *index, "-q")
    assert between.exit_code == 0, between.stderr

    (rules / "a.yml").write_text(RULE.replace("POST", "GET"), encoding="utf-8")
    assert "0 new, 1 changed, 0 removed since its set was enabled: not searched back" in run(*once).stderr
    (rules / "a.yml").write_text(RULE, encoding="utf-8")
    assert run("watch", "changes", *index).exit_code == 0


SITE = """schema = "sentinel.site/1"
[organisation]
name = "Testklinikken"
number = "000000002"
kind = "dental_clinic"
[[logs]]
name = "web"
title = { nb = "Nettloggen", en = "The web log" }
paths = ["one.jsonl"]
[placeholders]
methods = ["POST"]
[archive]
folder = "archive"
"""


def test_of_a_site_its_archive_is_searched_with_its_own_values(run: Run, rules: Path, logs: Path) -> None:
    rule = RULE.replace("cs-method: POST", "'cs-method|expand': '%methods%'")
    (rules / "a.yml").write_text(rule, encoding="utf-8")
    (logs / "site.toml").write_text(SITE, encoding="utf-8")
    site = ("--site", logs / "site.toml", "--rules", rules)
    told = "000000002: 1 new, 0 changed, 0 removed and no set was ever enabled: not searched back"
    assert told in run("watch", "run", *site, "--once", "-q").stderr
    assert run("watch", "changes", *site).exit_code == 3

    done = run("watch", "back", *site, "--since", SINCE, "--enable", "-q")

    assert (done.exit_code, "enabled for 000000002; 0 new alerts kept" in done.stderr) == (0, True), done.stderr
    assert kept(run) == {"Something happened"}
    assert "not searched back" not in run("watch", "run", *site, "--once", "-q").stderr
    assert run("watch", "changes", *site).exit_code == 0
    (logs / "site.toml").write_text(SITE.replace('"POST"', '"POST", "GET"'), encoding="utf-8")
    assert "0 new, 1 changed, 0 removed since its set" in run("watch", "run", *site, "--once", "-q").stderr
    assert "enabled for 000000002; 1 new alert kept" in run("watch", "back", *site, "--since", SINCE, "--enable").stderr


@pytest.mark.parametrize(
    ("site", "words", "told"),
    [
        (SITE, ("--logs", "."), "name a cluster with --from, files with --logs, or a site's archive with --site"),
        (SITE.partition("[archive]")[0], (), "the site file names no archive: search back over files with --logs"),
    ],
)
def test_a_site_is_one_place_and_has_an_archive(
    site: str, words: tuple[str, ...], told: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "site.toml").write_text(site, encoding="utf-8")

    done = run("watch", "back", "--site", tmp_path / "site.toml", *words)

    assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
    assert "Missing option '--save'" in run("watch", "changes").stderr


def test_killed_at_any_moment_it_goes_on_where_it_was(rules: Path, tmp_path: Path) -> None:
    logs = tmp_path / "many"
    logs.mkdir()
    for number in range(30):
        lines = (POST.replace("/blåbær", f"/blåbær/{number}/{line}") for line in range(40))
        (logs / f"{number}.jsonl").write_text("".join(lines), encoding="utf-8")
    words = ("watch", "back", "--save", "k", "--logs", logs, "--rules", rules, "--since", SINCE, "-q", "--enable")
    command = [sys.executable, "-m", "sentinel", *map(str, words)]
    environ = {**os.environ, "SENTINEL_STORE": str(tmp_path / "x.db"), "SENTINEL_CACHE": str(tmp_path / "cache")}
    chance, kills, code = random.Random(1), 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        with subprocess.Popen(
            command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as one:
            if kills < 5:
                time.sleep(chance.uniform(0.5, 3.0))
                one.kill()
            code = one.wait()
        kills += code == -signal.SIGKILL

    assert code == 0
    store = Store.open(str(tmp_path / "x.db"))
    assert len(list(store.alerts())) == 30 * 40
    (plan,) = store.back("k", str(logs)).owed_plans()
    assert sum(one.records for one in store.back("k", str(logs)).stretches(plan)) == 30 * 40
