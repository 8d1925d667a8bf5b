from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.alerts import RuleRef
from sentinel.model.records import json_schema
from sentinel.model.severity import Severity
from sentinel.model.windows import RuleCost
from sentinel.store.store import Store
from tests.cli.conftest import Run

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def costs(run: Run, tmp_path: Path) -> None:
    """Keep what two rules took: a good one, and one that is set aside."""
    run("alerts", "list")
    store = Store.open(str(tmp_path / "store" / "sentinel.db"))
    rules = store.watch_rules("klinikken", "logs-*")
    good, bad = (RuleRef(id_, f"Regel {id_} å", Severity.LOW, "m", "Åse") for id_ in ("good", "bad"))
    with rules.transaction() as connection:
        rules.note(connection, [RuleCost(good, 7, 12.5, 1), RuleCost(bad, 3, 0.5, 0, "broke: KeyError")], NOW, 1)
    store.close()


@pytest.mark.usefixtures("costs")
def test_rules_are_listed_as_published_records_and_one_that_is_set_aside_is_a_partial_result(run: Run) -> None:
    done = run("watch", "rules", "--format", "jsonl")
    listed = [json.loads(line) for line in done.stdout.splitlines()]

    for one in listed:
        jsonschema.validate(one, json_schema("sentinel.watchrule/1"))
    assert [(one["rule"], one["asked"], one["aside"] is not None) for one in listed] == [
        ("bad", 3, True),
        ("good", 7, False),
    ]
    assert (done.exit_code, done.stderr) == (3, "2 rules asked, 1 set aside\n")


@pytest.mark.usefixtures("costs")
def test_what_is_set_aside_is_shown_with_its_reason_until_it_is_put_back(run: Run) -> None:
    table = run("watch", "rules", "--set-aside", "--format", "csv").stdout
    assert "broke: KeyError" in table
    assert "good" not in table

    back = run("watch", "rules", "--release", "ba")

    assert (back.exit_code, back.stderr) == (
        0,
        "put back; 0 windows will be looked at again by the next run of the watch\n",
    )
    assert (run("watch", "rules").exit_code, run("watch", "rules", "--set-aside", "--format", "jsonl").stdout) == (
        0,
        "",
    )


@pytest.mark.usefixtures("costs")
def test_only_what_is_set_aside_can_be_put_back(run: Run) -> None:
    done = run("watch", "rules", "--release", "good")

    assert (done.exit_code, "0 rules with an id that begins with 'good' set aside" in done.stderr) == (2, True)
