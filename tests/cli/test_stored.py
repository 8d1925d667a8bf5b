from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.detect.correlate import Correlator
from sentinel.model.records import json_schema
from sentinel.store.store import Store
from tests.cli.conftest import Run, runner
from tests.detect.streams import correlation, hit, ruleset
from tests.shared import ROOT


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return what runs commands on a store that a run of the clinic has filled; no test here changes it."""
    folder = tmp_path_factory.mktemp("filled")
    invoke = runner(folder / "sentinel.db")
    invoke("run", ROOT / "examples" / "clinic" / "site.toml", "--out", folder / "out", "--quiet")
    return invoke


def test_an_empty_store_holds_nothing_and_says_so(run: Run) -> None:
    for words in (("alerts", "list"), ("assets", "list"), ("findings", "list"), ("assets", "scans")):
        assert run(*words).stdout == "Nothing found.\n"
        assert run(*words, "--format", "json").stdout == "[]\n"


def test_alerts_are_listed_gravest_first_and_shown_whole(filled: Run) -> None:
    listed = [
        json.loads(line)
        for line in filled("alerts", "list", "--at-least", "high", "--format", "jsonl").stdout.splitlines()
    ]
    shown = json.loads(filled("alerts", "show", listed[0]["id"][:16]).stdout)

    assert listed[0]["rule"]["level"] == "critical"
    assert {record["rule"]["level"] for record in listed} == {"critical", "high"}
    assert [one.pop("certificate")["told"] for one in shown] == ["not certified"]
    assert shown == [listed[0]]


def test_alerts_of_one_rule(filled: Run) -> None:
    rule = json.loads(filled("alerts", "list", "--format", "json").stdout)[0]["rule"]["id"]
    listed = json.loads(filled("alerts", "list", "--rule", rule, "--format", "json").stdout)

    assert {record["rule"]["id"] for record in listed} == {rule}


def test_an_id_that_fits_none_or_many_is_wrong_use(filled: Run) -> None:
    assert filled("alerts", "show", "zzzz").exit_code == 2
    assert filled("alerts", "show", "").exit_code == 2


def test_fail_on_works_on_what_is_stored(filled: Run) -> None:
    assert filled("findings", "list", "--fail-on", "high").exit_code == 1
    assert filled("alerts", "list", "--at-least", "critical", "--fail-on", "critical").exit_code == 1
    assert filled("assets", "list").exit_code == 0


@pytest.mark.parametrize("form", ["table", "csv"])
def test_tables_and_csv_hold_the_same_rows(filled: Run, form: str) -> None:
    printed = filled("findings", "list", "--format", form).stdout

    assert "LV-PACS" in printed
    assert printed.splitlines()[0].split("," if form == "csv" else None)[:2] == ["rank", "severity"]


def test_an_amended_alert_is_shown_with_what_is_behind_it_and_an_outdated_one_with_its_heir(
    run: Run, tmp_path: Path
) -> None:
    rules = ruleset(correlation("k", "event_count", ("a",), group_by=("g",)))
    store = Store.open(str(tmp_path / "store" / "sentinel.db"))
    for batch in [(5, 6, 7), (8,), (4,)]:
        memory = store.memory("s")
        correlator = Correlator(rules, memory)
        for second in batch:
            correlator.add(hit("a", second, g="x"))
        store.save_watch("s", correlator.settle(), memory, correlator.learnt())
    store.close()
    new, old = sorted(
        json.loads(run("alerts", "list", "--format", "json").stdout), key=lambda record: record["event"]["time"]
    )

    (shown,) = json.loads(run("alerts", "show", new["id"]).stdout)
    assert (shown["correlation"]["total"], shown["correlation"]["group"]) == (5, {"g": "x"})
    assert [one["time"][-3:] for one in shown["correlation"]["members"]] == ["04Z", "05Z", "06Z", "07Z", "08Z"]
    assert shown["change"]["replaces"] == [old["id"]]
    assert old["superseded_by"] == new["id"]
    table = run("alerts", "list").stdout
    assert "superseded, revision 3, now" in " ".join(table.split())
    assert run("alerts", "list", "--fail-on", "high").exit_code == 1


LOG_CLEARED = ROOT / "rules/windows/windows_security_log_cleared.yml"


def an_alert(run: Run, **wanted: str) -> str:
    """Return the id of the first alert that is stored."""
    listed = json.loads(run("alerts", "list", "--format", "json").stdout)
    return str(next(hit["id"] for hit in listed if all(hit["rule"][key] == value for key, value in wanted.items())))


def test_every_stored_alert_comes_out_again_from_its_evidence(filled: Run) -> None:
    listed = json.loads(filled("alerts", "list", "--format", "json").stdout)
    one_a_rule = {hit["rule"]["id"]: hit["id"] for hit in listed if not hit["correlation"]}
    told = {
        number: filled("alerts", "reproduce", number, "--format", "json", "-q")
        for number in list(one_a_rule.values())[:4]
    }

    assert {done.exit_code for done in told.values()} == {0}
    for done in told.values():
        (record,) = json.loads(done.stdout)
        jsonschema.validate(record, json_schema("sentinel.reproduction/1"))
        assert (record["outcome"], record["differences"]) == ("same", [])


def test_an_alert_of_a_correlation_is_raised_again_or_says_what_is_not_kept(filled: Run) -> None:
    listed = json.loads(filled("alerts", "list", "--format", "json").stdout)
    one_a_rule = {hit["rule"]["id"]: hit["id"] for hit in listed if hit["correlation"]}
    told = [filled("alerts", "reproduce", number, "-q") for number in one_a_rule.values()]

    assert told
    for done in told:
        words = {0: "the same alert again", 3: "kept as alerts with their events are"}[done.exit_code]
        assert words in done.stdout


def test_an_alert_of_a_correlation_is_raised_again_from_the_logs(filled: Run) -> None:
    listed = json.loads(filled("alerts", "list", "--format", "json").stdout)
    alert = next(hit["id"] for hit in listed if hit["correlation"])
    logs = ROOT / "examples/clinic/logs"

    done = filled("alerts", "reproduce", alert, "--log", logs, "-q")

    assert (done.exit_code, done.stdout) == (0, f"{alert[:12]}: the same alert again\n")


def test_an_alert_of_a_rule_that_is_not_here_could_not_be_tried(filled: Run) -> None:
    others = ROOT / "rules/epj"
    done = filled("alerts", "reproduce", an_alert(filled, id=yaml_id(LOG_CLEARED)), "--rules", others, "-q")

    assert done.exit_code == 3
    assert "could not be tried\n  no rule here has the id" in done.stdout


def test_a_rule_that_changed_is_told_with_both_hashes(filled: Run, tmp_path: Path) -> None:
    rule = yaml_id(LOG_CLEARED)
    (tmp_path / "own").mkdir()
    text = LOG_CLEARED.read_text(encoding="utf-8").replace("1102", "1103")
    (tmp_path / "own" / "a.yml").write_text(text, encoding="utf-8")
    done = filled("alerts", "reproduce", an_alert(filled, id=rule), "--rules", tmp_path / "own", "-q")

    assert done.exit_code == 1
    assert "the rule does not fire on this event any more\n  EventID" in done.stdout
    assert "rule hash: then " in done.stdout


def yaml_id(path: Path) -> str:
    return next(line.split()[1] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("id:"))


def test_alerts_are_exported(filled: Run, tmp_path: Path) -> None:
    listed = json.loads(filled("alerts", "list", "--at-least", "high", "--format", "json").stdout)
    done = filled("alerts", "export", "--at-least", "high", "--write", f"ocsf={tmp_path / 'o.jsonl'}")

    written = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert done.exit_code == 0
    assert {finding["finding_info"]["uid"] for finding in written} == {hit["id"] for hit in listed}
    assert [finding["time"] for finding in written] == sorted(finding["time"] for finding in written)


def test_an_export_to_nowhere_is_wrong_use(run: Run) -> None:
    assert run("alerts", "export").exit_code == 2
